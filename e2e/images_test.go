//go:build e2e

package e2e

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"time"
)

// A standIn is an image of images/: a Dockerfile whose head says in comments
// which names it takes, and what it copies from the machine.
//
//	# tags: alpine:3.20 alpine:latest        the last stage
//	# tags nonroot: gcr.io/…:nonroot         the stage of that name
//	# machine: go node npm                   put below machine/ in its context
type standIn struct {
	name    string
	tags    map[string][]string // by target; "" is the last stage
	machine []string
	from    []string // references in FROM and COPY --from that may be stand-ins
	key     string   // hash of all that it is made from
}

var (
	tagsLine    = regexp.MustCompile(`(?m)^# tags ?(\w*): (.*)$`)
	machineLine = regexp.MustCompile(`(?m)^# machine: (.*)$`)
	fromLine    = regexp.MustCompile(`(?m)^FROM (\S+)`)
)

const keyLabel = "dfharden-e2e.key"

// debootstrapImage is the root of all that is Debian.
const debootstrapImage = "e2e/debootstrap"

// loadStandIns reads images/ and returns the stand-ins, each after those it is built from.
func loadStandIns() ([]*standIn, error) {
	files, err := filepath.Glob("images/*/Dockerfile")
	if err != nil {
		return nil, err
	}
	var all []*standIn
	byTag := map[string]*standIn{}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		s := &standIn{name: filepath.Base(filepath.Dir(file)), tags: map[string][]string{}}
		for _, m := range tagsLine.FindAllStringSubmatch(string(src), -1) {
			s.tags[m[1]] = strings.Fields(m[2])
			for _, tag := range s.tags[m[1]] {
				byTag[tag] = s
			}
		}
		for _, m := range machineLine.FindAllStringSubmatch(string(src), -1) {
			s.machine = append(s.machine, strings.Fields(m[1])...)
		}
		for _, m := range fromLine.FindAllStringSubmatch(string(src), -1) {
			s.from = append(s.from, m[1])
		}
		all = append(all, s)
	}
	return order(all, byTag)
}

// order sorts by dependence and fills in the keys.
func order(all []*standIn, byTag map[string]*standIn) ([]*standIn, error) {
	var sorted []*standIn
	state := map[*standIn]int{} // 1: under way, 2: done
	var visit func(*standIn) error
	visit = func(s *standIn) error {
		switch state[s] {
		case 1:
			return fmt.Errorf("images/%s is built from itself", s.name)
		case 2:
			return nil
		}
		state[s] = 1
		var keys []string
		for _, ref := range s.from {
			if base := byTag[ref]; base != nil && base != s {
				if err := visit(base); err != nil {
					return err
				}
				keys = append(keys, base.key)
			}
		}
		key, err := s.hash(keys)
		s.key, state[s] = key, 2
		sorted = append(sorted, s)
		return err
	}
	for _, s := range all {
		if err := visit(s); err != nil {
			return nil, err
		}
	}
	return sorted, nil
}

// hash covers the files of the stand-in with their modes, what it is built from,
// and the versions of what comes from the machine.
func (s *standIn) hash(keys []string) (string, error) {
	h := sha256.New()
	fmt.Fprintln(h, strings.Join(keys, " "), debianRelease, runtime.GOARCH)
	for _, name := range s.machine {
		arg := "--version"
		if name == "go" {
			arg = "version"
		}
		out, err := exec.Command(name, arg).Output()
		if err != nil {
			return "", fmt.Errorf("%s %s: %w", name, arg, err)
		}
		fmt.Fprintf(h, "%s %s", name, out)
	}
	root := filepath.Join("images", s.name)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		b, err := os.ReadFile(path)
		fmt.Fprintf(h, "%s %o %d\n%s", path, info.Mode().Perm(), len(b), b)
		return err
	})
	return hex.EncodeToString(h.Sum(nil))[:16], err
}

// prepare brings everything into the engine that the cases need: the frontend of
// BuildKit, the stand-ins, and the same images in Buildah's store.
func (e *engine) prepare() error {
	begin := time.Now()
	ctx := context.Background()
	if err := e.frontend(ctx); err != nil {
		return err
	}
	if err := e.debootstrap(ctx); err != nil {
		return err
	}
	all, err := loadStandIns()
	if err != nil {
		return err
	}
	for _, s := range all {
		if err := e.makeStandIn(ctx, s); err != nil {
			return fmt.Errorf("stand-in %s: %w", s.name, err)
		}
	}
	if err := e.giveBuildah(ctx, all); err != nil {
		return fmt.Errorf("stand-ins for buildah: %w", err)
	}
	if err := e.prune(ctx); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "e2e: engine and %d stand-ins ready (%s) after %.0f s\n", len(all), e.storage, time.Since(begin).Seconds())
	return nil
}

// keepDays is how long layers are kept for builds to come, so that the cache
// folder does not grow for ever.
const keepDays = 7

// prune removes layers of cases that no build has wanted for a while.
func (e *engine) prune(ctx context.Context) error {
	until := fmt.Sprintf("until=%dh", keepDays*24)
	if _, err := e.docker(ctx, "image", "prune", "--force", "--filter="+until); err != nil {
		return err
	}
	if _, err := e.docker(ctx, "builder", "prune", "--force", "--filter="+until); err != nil {
		return err
	}
	mark := e.path("buildah-has", "pruned") // Buildah's has no such filter
	if info, err := os.Stat(mark); err == nil && time.Since(info.ModTime()) < keepDays*24*time.Hour {
		return nil
	}
	if out, err := e.buildah(ctx, "rmi", "--prune", "--force"); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	return os.WriteFile(mark, nil, 0o644)
}

// current reports whether an image of that name was made from what key stands for.
func (e *engine) current(ctx context.Context, ref, key string) bool {
	out, err := e.docker(ctx, "image", "inspect", "--format", `{{index .Config.Labels "`+keyLabel+`"}}`, ref)
	return err == nil && strings.TrimSpace(out) == key
}

func (e *engine) makeStandIn(ctx context.Context, s *standIn) error {
	for target, tags := range s.tags {
		fresh := true
		for _, tag := range tags {
			fresh = fresh && e.current(ctx, tag, s.key)
		}
		if fresh {
			continue
		}
		if err := e.buildStandIn(ctx, s, target, tags); err != nil {
			return err
		}
	}
	return nil
}

func (e *engine) buildStandIn(ctx context.Context, s *standIn, target string, tags []string) error {
	begin := time.Now()
	dir, err := os.MkdirTemp(e.path("tmp"), "image")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("images", s.name))); err != nil {
		return err
	}
	for _, name := range s.machine {
		if err := copyFromMachine(filepath.Join(dir, "machine"), name); err != nil {
			return err
		}
	}
	args := []string{"build", "--network=host", "--progress=plain", "--build-arg=BUILDKIT_SYNTAX=" + frontendImage, "--label=" + keyLabel + "=" + s.key}
	if target != "" {
		args = append(args, "--target="+target)
	}
	for _, tag := range tags {
		args = append(args, "--tag="+tag)
	}
	_, err = e.run(ctx, []string{"DOCKER_BUILDKIT=1"}, dockerBin, append(args, dir)...)
	fmt.Fprintf(os.Stderr, "e2e: made %s in %.0f s\n", tags[0], time.Since(begin).Seconds())
	return err
}
