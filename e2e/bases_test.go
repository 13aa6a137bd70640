//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// debianRelease is part of every stand-in's key.
const debianRelease = "bookworm"

// frontendImage is BuildKit's Dockerfile frontend, built from the Go module that
// tools/go.mod pins. Debian's engine has one of 2021 in it, without heredocs;
// the frontend is the part that gives a Dockerfile its meaning.
const frontendImage = "docker/dockerfile:1"

func (e *engine) frontend(ctx context.Context) error {
	sum, err := os.ReadFile("tools/go.sum")
	if err != nil {
		return err
	}
	key := "frontend-" + shortHash(sum)
	if e.current(ctx, frontendImage, key) {
		return nil
	}
	dir, err := os.MkdirTemp(e.path("tmp"), "frontend")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	cmd := exec.CommandContext(ctx, "go", "build", "-C", "tools", "-trimpath", "-ldflags=-s -w", "-o", filepath.Join(dir, "frontend"),
		"github.com/moby/buildkit/frontend/dockerfile/cmd/dockerfile-frontend")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-mod=readonly")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("BuildKit's frontend: %w\n%s", err, last(string(out), 20))
	}
	dockerfile := `FROM scratch
LABEL moby.buildkit.frontend.network.none="true" moby.buildkit.frontend.caps="moby.buildkit.frontend.inputs,moby.buildkit.frontend.subrequests,moby.buildkit.frontend.contexts"
COPY frontend /frontend
ENTRYPOINT ["/frontend"]
`
	if err := os.WriteFile(filepath.Join(dir, "Dockerfile"), []byte(dockerfile), 0o644); err != nil {
		return err
	}
	_, err = e.run(ctx, []string{"DOCKER_BUILDKIT=0"}, dockerBin, "build", "--label="+keyLabel+"="+key, "--tag="+frontendImage, dir)
	return err
}

// debootstrap makes the smallest Debian and imports it as one layer.
func (e *engine) debootstrap(ctx context.Context) error {
	const key = "debootstrap-minbase-" + debianRelease
	if e.current(ctx, debootstrapImage, key) {
		return nil
	}
	dir, err := os.MkdirTemp(e.path("tmp"), "debian")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	root, archive := filepath.Join(dir, "root"), filepath.Join(dir, "root.tar")
	if _, err := e.run(ctx, nil, "debootstrap", "--variant=minbase", debianRelease, root, "http://deb.debian.org/debian"); err != nil {
		return err
	}
	sources := "deb http://deb.debian.org/debian bookworm main\ndeb http://deb.debian.org/debian bookworm-updates main\n" +
		"deb http://deb.debian.org/debian-security bookworm-security main\n"
	if err := os.WriteFile(filepath.Join(root, "etc/apt/sources.list"), []byte(sources), 0o644); err != nil {
		return err
	}
	if _, err := e.run(ctx, nil, "tar", "--create", "--numeric-owner", "--exclude=./dev/*", "--exclude=./var/cache/apt/archives/*.deb",
		"--exclude=./var/lib/apt/lists/*", "--directory="+root, "--file="+archive, "."); err != nil {
		return err
	}
	_, err = e.docker(ctx, "import", "--change=LABEL "+keyLabel+"="+key, archive, debootstrapImage)
	return err
}

// giveBuildah copies the stand-ins that changed into Buildah's own store, under
// the full names that a short one stands for.
func (e *engine) giveBuildah(ctx context.Context, all []*standIn) error {
	wanted, err := buildahBases()
	if err != nil {
		return err
	}
	for _, s := range all {
		for target, tags := range s.tags {
			if !slices.ContainsFunc(tags, func(tag string) bool { return wanted[tag] }) {
				continue
			}
			mark := e.path("buildah-has", s.name+"-"+target)
			if had, err := os.ReadFile(mark); err == nil && string(had) == s.key {
				continue
			}
			if err := e.giveImage(ctx, tags); err != nil {
				return err
			}
			if err := os.MkdirAll(filepath.Dir(mark), 0o755); err != nil {
				return err
			}
			if err := os.WriteFile(mark, []byte(s.key), 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}

// buildahBases are the words behind FROM in the cases that Buildah builds, wrong
// ones included: copying an image takes longer than building some.
func buildahBases() (map[string]bool, error) {
	wanted := map[string]bool{}
	for _, dir := range []string{"cases", "wrong"} {
		cases, err := loadCases(dir)
		if err != nil {
			return nil, err
		}
		for _, c := range cases {
			if len(c.Builders) > 0 && !slices.Contains(c.Builders, "buildah") {
				continue
			}
			src, err := os.ReadFile(filepath.Join(c.Dir, "Dockerfile"))
			if err != nil {
				return nil, err
			}
			for _, word := range strings.Fields(string(src)) {
				wanted[word] = true
			}
		}
	}
	return wanted, nil
}

func (e *engine) giveImage(ctx context.Context, tags []string) error {
	archive := e.path("tmp", "image.tar")
	defer os.Remove(archive)
	if _, err := e.docker(ctx, "save", "--output", archive, fullName(tags[0])); err != nil {
		return err
	}
	out, err := e.buildah(ctx, "pull", "--quiet", "docker-archive:"+archive)
	if err != nil {
		return err
	}
	id := strings.TrimSpace(last(out, 1))
	names := make([]string, 0, len(tags))
	for _, tag := range tags {
		names = append(names, fullName(tag))
	}
	_, err = e.buildah(ctx, append([]string{"tag", id}, names...)...)
	return err
}

// fullName is the reference that Docker takes a short one for.
func fullName(ref string) string {
	first, rest, found := strings.Cut(ref, "/")
	switch {
	case !found:
		ref = "docker.io/library/" + ref
	case !strings.ContainsAny(first, ".:"):
		ref = "docker.io/" + first + "/" + rest
	}
	if !strings.Contains(ref[strings.LastIndex(ref, "/"):], ":") {
		ref += ":latest"
	}
	return ref
}

// copyFromMachine puts a program of this machine below dir: node alone, npm with
// its modules, Go with what a build needs.
func copyFromMachine(dir, name string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	program, err := exec.LookPath(name)
	if err != nil {
		return err
	}
	if program, err = filepath.EvalSymlinks(program); err != nil {
		return err
	}
	var from string
	var leaveOut []string
	switch name {
	case "node":
		return copyFile(filepath.Join(dir, name), program)
	case "npm": // …/npm/bin/npm-cli.js
		from = filepath.Dir(filepath.Dir(program))
	case "go":
		out, err := exec.Command(program, "env", "GOROOT").Output()
		if err != nil {
			return err
		}
		from = strings.TrimSpace(string(out))
		leaveOut = []string{"--exclude=./test", "--exclude=./api", "--exclude=./doc", "--exclude=./.git", "--exclude=testdata"}
	default:
		return fmt.Errorf("machine: %s: unknown", name)
	}
	to := filepath.Join(dir, name)
	if err := os.Mkdir(to, 0o755); err != nil {
		return err
	}
	script := `from=$1 to=$2; shift 2; tar -C "$from" "$@" -c . | tar -C "$to" --no-same-owner -x`
	out, err := exec.Command("sh", append([]string{"-c", script, "sh", from, to}, leaveOut...)...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("copy %s: %w\n%s", from, err, out)
	}
	return nil
}
