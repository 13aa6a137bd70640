//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// A trial is one case with one builder: the place where its builds and runs
// happen, and what was found wrong.
type trial struct {
	e        *engine
	c        *testCase
	b        builder
	dir      string // the laid-out case
	problems []string
	row      row
}

func (t *trial) problem(format string, args ...any) {
	t.problems = append(t.problems, fmt.Sprintf(format, args...))
}

// A hardening is what dfharden makes of a case, or what a test says that it made.
type hardening struct {
	safe, unsafe []byte
}

// run judges the case and returns what is wrong with it.
func (t *trial) run(ctx context.Context, h hardening) []string {
	begin := time.Now()
	defer func() { t.row.seconds = time.Since(begin).Seconds() }()
	t.row = row{name: t.c.Name, builder: t.b.name, verdict: t.c.Verdict}

	original, err := os.ReadFile(filepath.Join(t.dir, "Dockerfile"))
	if err != nil {
		t.problem("%v", err)
		return t.problems
	}
	before, ok := t.original(ctx, original)
	if !ok {
		return t.problems // nothing to compare with
	}
	if c := t.c; c.Verdict == "safe" || c.User != "" && c.Verdict == "withheld" {
		t.hardened(ctx, "safe", h.safe, before)
	} else if string(h.safe) != string(original) {
		t.compare(ctx, "safe", h.safe, before) // part of the work is safe, and must not break it
	}
	if c := t.c; c.Verdict == "unsafe" && c.Forced == nil {
		t.hardened(ctx, "unsafe", h.unsafe, before)
	} else if c.Verdict == "withheld" && string(h.unsafe) != string(h.safe) {
		t.compare(ctx, "unsafe", h.unsafe, before)
	}
	t.force(ctx, original, h.unsafe, before)
	return t.problems
}

// original builds and runs the file as it is.
func (t *trial) original(ctx context.Context, src []byte) (answer, bool) {
	image, out, err := t.build(ctx, "before", src)
	if err != nil {
		t.problem("the original does not build: %v", err)
		return answer{}, false
	}
	defer t.discard(image)
	t.row.before = t.e.size(ctx, image)
	a, k, err := t.try(ctx, image, patience)
	if err != nil {
		t.problem("the original does not work: %v\n%s", err, last(out, 5))
		return a, false
	}
	k.remove()
	return a, t.fill(ctx, image) && t.child(ctx, image)
}

// old are the arguments that mount the volumes which outlive their containers.
func (t *trial) old() []string {
	var args []string
	for i, dir := range t.c.Old {
		args = append(args, fmt.Sprintf("--volume=%s-%d:%s", filepath.Base(t.dir), i, dir))
	}
	return args
}

// fill lets a container of the original fill volumes that stay.
func (t *trial) fill(ctx context.Context, image string) bool {
	if len(t.c.Old) == 0 {
		return true
	}
	_, k, err := t.try(ctx, image, patience, t.old()...)
	if err != nil {
		t.problem("the original does not work with volumes: %v", err)
		return false
	}
	k.remove()
	return true
}

// goOn starts the hardened image with the volumes of the original, and ends them.
func (t *trial) goOn(ctx context.Context, image string) {
	if len(t.c.Old) == 0 {
		return
	}
	_, k, err := t.try(ctx, image, patience, t.old()...)
	if err != nil {
		t.problem("does not work with volumes that the original filled: %v", err)
		return
	}
	t.processes(k)
	k.remove()
	for i := range t.c.Old {
		if _, err := t.e.docker(ctx, "volume", "rm", fmt.Sprintf("%s-%d", filepath.Base(t.dir), i)); err != nil {
			t.problem("%v", err)
		}
	}
}

// compare builds and runs a rewritten file, and holds the answer against the original's.
func (t *trial) compare(ctx context.Context, grade string, src []byte, before answer) {
	image, _, err := t.build(ctx, grade, src)
	if err != nil {
		t.problem("%s: does not build any more: %v", grade, err)
		return
	}
	defer t.discard(image)
	t.row.after = t.e.size(ctx, image)
	after, k, err := t.try(ctx, image, patience)
	if err != nil {
		t.problem("%s: does not work any more: %v", grade, err)
		return
	}
	k.remove()
	t.same(grade, before, after)
}

// hardened is compare, and then everything that a hardened image has to be.
func (t *trial) hardened(ctx context.Context, grade string, src []byte, before answer) {
	image, _, err := t.build(ctx, grade, src)
	if err != nil {
		t.problem("%s: does not build any more: %v", grade, err)
		return
	}
	defer t.discard(image)
	t.row.after = t.e.size(ctx, image)
	after, k, err := t.try(ctx, image, patience)
	if err != nil {
		t.problem("%s: does not work any more: %v", grade, err)
		return
	}
	defer k.remove()
	t.same(grade, before, after)
	t.processes(k)
	all, err := k.files(ctx)
	if err != nil {
		t.problem("%v", err)
		return
	}
	who, _ := parseIdentity(t.c.User) // validated
	t.problems = append(t.problems, judgeFiles(all, who, t.c.Writable)...)
	if t.c.APK {
		t.problems = append(t.problems, judgeAPK(all)...)
		t.apkRuns(ctx, image)
	}
	t.goOn(ctx, image)
	t.readOnly(ctx, image, all, before)
}

// processes judges everything that ran in the container so far.
func (t *trial) processes(k *container) {
	who, _ := parseIdentity(t.c.User)
	seen := k.watch.processes()
	if len(seen) == 0 {
		t.problem("no process of the container was seen in %d starts: let it live longer", starts)
	}
	var problems []string
	for _, p := range seen {
		problems = append(problems, p.foreign(who)...)
	}
	slices.Sort(problems)
	t.problems = append(t.problems, slices.Compact(problems)...)
}

// apkRuns tries to start apk in the hardened image.
func (t *trial) apkRuns(ctx context.Context, image string) {
	if out, err := t.e.docker(ctx, "run", "--rm", "--label="+label, "--network=none", "--entrypoint=apk", image, "--version"); err == nil {
		t.problem("apk can still be run: %s", out)
	}
}

// lockedDown is what the seed's kubernetes-rofs.yaml asks for, and no capabilities.
var lockedDown = []string{"--read-only", "--tmpfs=/tmp", "--cap-drop=ALL", "--security-opt=no-new-privileges"}

// readOnly starts the image locked down. One that says why it cannot must fail
// so, and must work once what it may write are volumes.
func (t *trial) readOnly(ctx context.Context, image string, all []file, before answer) {
	if t.c.ROFS == "yes" {
		t.lockedDown(ctx, image, "with a read-only root", lockedDown, before)
		return
	}
	if _, k, err := t.try(ctx, image, impatience, lockedDown...); err == nil {
		k.remove()
		t.problem("it works with a read-only root, though the case says: %s", t.c.ROFS)
	}
	args := slices.Clone(lockedDown)
	for _, f := range all {
		if f.dir && slices.Contains(t.c.Writable, f.name) && !slices.Contains(t.c.Volumes, f.name) {
			args = append(args, "--volume="+f.name)
		}
	}
	t.lockedDown(ctx, image, "with a read-only root and volumes", args, before)
}

func (t *trial) lockedDown(ctx context.Context, image, how string, args []string, before answer) {
	a, k, err := t.try(ctx, image, patience, args...)
	if err != nil {
		t.problem("does not work %s: %v", how, err)
		return
	}
	defer k.remove()
	t.same(how, before, a)
	t.processes(k)
}

// same compares two answers.
func (t *trial) same(what string, before, after answer) {
	if t.c.Varies != "" {
		before.Text, after.Text = "", ""
	}
	if before != after {
		t.problem("%s: the answer was %+v, and is %+v", what, before, after)
	}
}

// force does what is withheld, and expects it to break.
func (t *trial) force(ctx context.Context, original, unsafe []byte, before answer) {
	f := t.c.Forced
	if f == nil {
		return
	}
	src := unsafe
	if !f.Unsafe {
		lines := f.Lines
		if f.User != "" {
			lines = "USER " + f.User
		}
		src = []byte(strings.TrimRight(string(original), "\r\n") + "\n" + lines + "\n")
	}
	seen, broke := t.breaks(ctx, src, before)
	switch {
	case !broke:
		t.problem("withheld for %s, and yet it works when forced", t.c.Reason)
	case !regexp.MustCompile(f.Breaks).MatchString(seen):
		t.problem("forced, it breaks otherwise than the case says (%s): %s", f.Breaks, seen)
	}
}

// breaks builds and runs a file that should not work, and returns what is seen.
func (t *trial) breaks(ctx context.Context, src []byte, before answer) (string, bool) {
	image, out, err := t.build(ctx, "forced", src)
	if err != nil {
		return out, true
	}
	defer t.discard(image)
	if t.c.Forced.Child != "" {
		out, err := t.buildChild(ctx, image)
		return out, err != nil
	}
	wait := max(impatience, time.Duration(t.c.Forced.Wait)*time.Second)
	a, k, err := t.try(ctx, image, wait)
	if err != nil {
		return err.Error(), true
	}
	k.remove()
	return fmt.Sprintf("%+v", a), a != before && t.c.Varies == ""
}

// starts is how often a program is started that ends too soon to be seen.
const starts = 5

// try starts a container and asks it. After an error the container is removed.
func (t *trial) try(ctx context.Context, image string, wait time.Duration, args ...string) (answer, *container, error) {
	for n := 1; ; n++ {
		k, err := t.e.start(ctx, t.c, image, args...)
		if err != nil {
			return answer{}, nil, err
		}
		a, err := k.answer(ctx, t.c, wait)
		if err == nil && (n == starts || len(k.watch.processes()) > 0) {
			return a, k, nil
		}
		k.remove()
		if err != nil {
			return a, nil, err
		}
	}
}
