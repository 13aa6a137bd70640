package project

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// TestScripts: what the shell scripts of a project say that they build.
func TestScripts(t *testing.T) {
	for name, c := range map[string]struct {
		script, at string // the script, and its path
		image      string
		want       string // the Dockerfiles that make the image, with their arguments
	}{
		"a file":               {"docker build -f other.Dockerfile -t me/x --build-arg A=1 .", "a/build.sh", "me/x", "a/other.Dockerfile A=1"},
		"the root":             {"docker build -t me/x b", "a/build.sh", "me/x", "b/Dockerfile"},
		"one way only":         {"docker build -t me/x .", "scripts/build.sh", "me/x", "Dockerfile"},
		"both ways":            {"docker build -t me/x .", "c/build.sh", "me/x", ""}, // c/Dockerfile, and that of the root
		"entered":              {"cd \"$(dirname \"$0\")\"\ndocker build -t me/x .", "c/build.sh", "me/x", "c/Dockerfile"},
		"above its folder":     {"cd $(dirname ${BASH_SOURCE[0]})/..\ndocker build -t me/x .", "c/build.sh", "me/x", "Dockerfile"},
		"its folder, kept":     {"DIR=\"$( cd \"$(dirname \"$0\")\" && pwd )\"\ndocker build -t me/x \"$DIR\"", "c/build.sh", "me/x", "c/Dockerfile"},
		"its folder, a name":   {"DIR=$(cd \"$(dirname \"$0\")\" >/dev/null 2>&1 && pwd -P)\ndocker build -t me/x \"${DIR}/../b\"", "c/build.sh", "me/x", "b/Dockerfile"},
		"the repository":       {"ROOT=$(git rev-parse --show-toplevel)\ndocker build -t me/x $ROOT/b", "c/d/build.sh", "me/x", "b/Dockerfile"},
		"a subshell":           {"(cd b && docker build -t me/x .)\ndocker build -t me/y a", "build.sh", "me/y", "a/Dockerfile"},
		"a variable":           {"NAME=me/x\nexport TAG=1\ndocker build -t $NAME:$TAG a", "build.sh", "me/x:1", "a/Dockerfile"},
		"a default":            {"REPO=${REPO:-me}\ndocker build -t \"${REPO}/x:${TAG-1}\" a", "build.sh", "me/x:1", "a/Dockerfile"},
		"another default":      {"REPO=${REPO:-me}\ndocker build -t \"${REPO}/x:${TAG-1}\" a", "build.sh", "me/x:2", ""},
		"set twice":            {"N=me/x\nif [ \"$1\" ]; then N=me/y; fi\ndocker build -t $N a", "build.sh", "me/x", ""},
		"an argument, the tag": {"docker build -t me/x:$1 a", "build.sh", "me/x:7", "a/Dockerfile"},
		"an argument, a place": {"docker build -t me/x $1", "build.sh", "me/x", ""},
		"no Dockerfile":        {"docker build -t me/x nowhere", "build.sh", "me/x", ""},
		"a function":           {"build() {\n  sudo podman build -t me/x -f a/Dockerfile .\n}\nbuild", "build.bash", "me/x", "a/Dockerfile"},
		"bats":                 {"@test \"builds\" {\n  run docker build -t me/x a\n  docker build -t me/y $BATS_TEST_DIRNAME/../b\n}", "c/t.bats", "me/y", "b/Dockerfile"},
		"not parsed":           {"docker build -t me/x a\nif", "build.sh", "me/x", ""},
		"a process":            {"docker build -t me/x a --label <(date)\ncat <(true)", "build.sh", "me/x", "a/Dockerfile"},
	} {
		files := fstest.MapFS{".git/HEAD": {}, c.at: {Data: []byte(c.script + "\n")}, "a/other.Dockerfile": {}}
		for _, dir := range []string{"", "a/", "b/", "c/"} {
			files[dir+"Dockerfile"] = &fstest.MapFile{}
		}
		p := New(files, func(name string) string { return name })
		repository, tag := splitName(c.image)
		var got []string
		for _, b := range p.Makers("app/Dockerfile", repository, tag) {
			line := b.Dockerfile
			for _, arg := range slices.Sorted(maps.Keys(b.Args)) {
				line += fmt.Sprintf(" %s=%s", arg, b.Args[arg])
			}
			got = append(got, line)
		}
		if text := strings.Join(got, "; "); text != c.want {
			t.Errorf("%s: %q, want %q", name, text, c.want)
		}
	}
}

// TestGiven: build arguments, wherever the builds are written.
func TestGiven(t *testing.T) {
	files := fstest.MapFS{
		".git/HEAD":        {},
		"tools/Dockerfile": {}, "a/Dockerfile": {},
		"Makefile": {Data: []byte(`DOCKERCMD=$(shell which docker)
DOCKERBUILD=$(DOCKERCMD) build
TOOLS=$(CURDIR)/tools
GO=golang:1.26
TOOLS_BUILD_CMD=${DOCKERBUILD} -f ${TOOLS}/Dockerfile --build-arg GOLANG=${GO} --build-arg AT=$(shell date) -t me/tools:1 .
tools:
	$(call prepare,$(TOOLS_BUILD_CMD))
`)},
		"a/build.sh":   {Data: []byte("docker build --build-arg BASE=debian --build-arg MODE=slim --build-arg NAME -t a .\n")},
		"compose.yaml": {Data: []byte("services:\n  a:\n    build:\n      context: a\n      args: {BASE: debian, MODE: full, NAME: a}\n")},
	}
	for _, whole := range []bool{true, false} {
		if !whole {
			delete(files, ".git/HEAD") // only the folders above count then
		}
		p := New(files, func(name string) string { return name })
		for file, want := range map[string]string{"tools/Dockerfile": "map[GOLANG:golang:1.26]", "a/Dockerfile": "map[BASE:debian]", "b/Dockerfile": "map[]"} {
			if got := fmt.Sprint(p.Given(file)); got != want {
				t.Errorf("%s: %s, want %s", file, got, want)
			}
		}
	}
}

// Whatever a script or a Makefile holds, reading it ends, and what it names stays inside.
func FuzzScripts(f *testing.F) {
	f.Add("cd \"$(dirname \"$0\")/..\"\nX=${X:-me/x}\n(docker build -t $X:$1 -f a/Dockerfile .)", "X ?= $(shell which docker)\nB = $(X) build -t $(B) .\nall:\n\t$(B) a")
	f.Add("docker build -t $((1/0)) <(true) ${x//a/b} ${!y} ${z[@]:1:2} ../..", "all:\n\tdocker build -t a ..\n")
	f.Fuzz(func(t *testing.T, script, makefile string) {
		p := New(fstest.MapFS{
			".git/HEAD": {}, "Dockerfile": {}, "a/Dockerfile": {},
			"a/build.sh": {Data: []byte(script)}, "a/b.bats": {Data: []byte(script)}, "a/Makefile": {Data: []byte(makefile)},
		}, strings.ToUpper)
		p.Given("Dockerfile")
		for file := range p.all {
			if !fs.ValidPath(file) {
				t.Errorf("outside: %s", file)
			}
		}
	})
}
