package main

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/dfharden/dfharden/checks"
	"github.com/dfharden/dfharden/config"
)

func TestWriteFileMakesOne(t *testing.T) {
	name := filepath.Join(t.TempDir(), "new")
	if err := writeFile(name, []byte("x")); err != nil {
		t.Fatal(err)
	}
	wantContents(t, name, "x")
	plain := filepath.Join(t.TempDir(), "plain")
	put(t, plain, "x", 0o666)
	if got, want := stat(t, name).Mode(), stat(t, plain).Mode(); got != want {
		t.Errorf("mode %v, want that of a new file, %v", got, want)
	}
}

func TestWriteFileKeepsMode(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such modes")
	}
	for _, mode := range []os.FileMode{0o600, 0o644, 0o755, 0o444, 0o640 | os.ModeSetgid} {
		name := filepath.Join(t.TempDir(), "f")
		put(t, name, "old", 0o600)
		if err := os.Chmod(name, mode); err != nil {
			t.Fatal(err)
		}
		want := stat(t, name).Mode()
		if err := writeFile(name, []byte("new")); err != nil {
			t.Fatal(err)
		}
		wantContents(t, name, "new")
		if got := stat(t, name).Mode(); got != want {
			t.Errorf("mode %v, want %v", got, want)
		}
	}
}

func TestWriteFileFollowsLinks(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "sub", "real"), filepath.Join(dir, "link")
	if err := os.Mkdir(filepath.Dir(target), 0o777); err != nil {
		t.Fatal(err)
	}
	put(t, target, "old", 0o644)
	if err := os.Symlink(filepath.Join("sub", "real"), link); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	if err := writeFile(link, []byte("new")); err != nil {
		t.Fatal(err)
	}
	wantContents(t, target, "new")
	if to, err := os.Readlink(link); err != nil || to != filepath.Join("sub", "real") {
		t.Errorf("the link leads to %q, %v", to, err)
	}

	dangling := filepath.Join(dir, "dangling")
	if err := os.Symlink("nowhere", dangling); err != nil {
		t.Fatal(err)
	}
	if err := writeFile(dangling, []byte("new")); err == nil {
		t.Error("a link to nothing was written")
	}
	onlyFiles(t, dir, "dangling", "link", "sub")
}

func TestWriteFileRefusesDirectory(t *testing.T) {
	dir := t.TempDir()
	err := writeFile(dir, []byte("x"))
	if err == nil || !strings.Contains(err.Error(), "it is a directory") {
		t.Errorf("%v", err)
	}
}

// A file that has the contents already keeps even its time.
func TestWriteFileLeavesSame(t *testing.T) {
	name := filepath.Join(t.TempDir(), "f")
	put(t, name, "same", 0o644)
	before := stat(t, name)
	if err := writeFile(name, []byte("same")); err != nil {
		t.Fatal(err)
	}
	if !os.SameFile(before, stat(t, name)) {
		t.Error("the file was replaced")
	}
}

func TestWriteFileInReadOnlyDirectory(t *testing.T) {
	if runtime.GOOS == "windows" || os.Geteuid() == 0 {
		t.Skip("directories are writable for root, and on Windows")
	}
	dir := t.TempDir()
	name := filepath.Join(dir, "f")
	put(t, name, "old", 0o644)
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o755) })
	if err := writeFile(name, []byte("new")); err == nil {
		t.Error("it was written")
	}
	wantContents(t, name, "old")
	onlyFiles(t, dir, "f")
}

// A rule that panics costs its file, not the run.
func TestPanicIsAnError(t *testing.T) {
	name := filepath.Join(t.TempDir(), "Dockerfile")
	put(t, name, "FROM scratch\n", 0o644)
	f := &checkFlags{user: "boot", uid: 1337, gid: 1337, jobs: 1, failOn: newEnum("never"), format: newEnum("text"), color: newEnum("never")}
	o, err := f.options(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &config.Config{}
	o.settings[c] = &settings{selected: []*checks.Rule{{ID: "bad", Run: func(*checks.Pass) { panic("a\nb") }}}}
	var out, errs bytes.Buffer
	a := &app{stdout: &output{w: &out}, stderr: &output{w: &errs}}
	a.publish(a.work([]input{{path: name, name: "Dockerfile", config: c}}, o), nil, o)
	if want := "dfharden: Dockerfile: internal error: a b; please report it with the file\n"; errs.String() != want {
		t.Errorf("%q, want %q", errs.String(), want)
	}
	if a.code != exitError {
		t.Errorf("exit code %d", a.code)
	}
}

func put(t *testing.T, name, text string, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

func stat(t *testing.T, name string) os.FileInfo {
	t.Helper()
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	return info
}

func wantContents(t *testing.T, name, want string) {
	t.Helper()
	if got, err := os.ReadFile(name); err != nil || string(got) != want {
		t.Errorf("%s holds %q, %v; want %q", name, got, err, want)
	}
}

// onlyFiles fails if something was left behind in a directory.
func onlyFiles(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if strings.Join(names, " ") != strings.Join(want, " ") {
		t.Errorf("the directory holds %v, want %v", names, want)
	}
}
