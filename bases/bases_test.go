package bases

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/project"
	"github.com/dfharden/dfharden/stage"
)

// tree is a project of a few files.
func tree(files map[string]string) *project.Project {
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	fsys[".git/HEAD"] = &fstest.MapFile{}
	return project.New(fsys, func(name string) string { return name })
}

func TestOver(t *testing.T) {
	const base = "FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y curl && useradd -u 1500 app\nENV LANG=C.UTF-8\nWORKDIR /srv\n"
	for name, c := range map[string]struct {
		files map[string]string
		ref   string
		want  string // what the evidence has; "" is not known
	}{
		"compose": {map[string]string{
			"compose.yaml":    "services:\n  base:\n    build: base\n    image: example/base:1\n",
			"base/Dockerfile": base,
		}, "example/base:1", "base/Dockerfile, built by service base, compose.yaml:3"},
		"compose, another tag": {map[string]string{
			"compose.yaml":    "services:\n  base:\n    build: base\n    image: example/base:1\n",
			"base/Dockerfile": base,
		}, "example/base:2", ""},
		"bake": {map[string]string{
			"docker-bake.hcl": "target \"base\" {\n  context = \"base\"\n  tags = [\"registry.example.com/base:1\"]\n}\n",
			"base/Dockerfile": base,
		}, "registry.example.com/base:1", "bake target base"},
		"workflow": {map[string]string{
			".github/workflows/base.yml": "jobs:\n  x:\n    steps:\n      - run: docker buildx build -f base/Dockerfile -t docker.io/example/base --push .\n",
			"base/Dockerfile":            base,
		}, "example/base", ".github/workflows/base.yml:4"},
		"action, the tag unknown": {map[string]string{
			".github/workflows/base.yml": "jobs:\n  x:\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n          context: base\n          tags: |\n            example/base:${{ github.sha }}\n",
			"base/Dockerfile":            base,
		}, "example/base:abc", "a step"},
		"Makefile": {map[string]string{
			"common.mk":       "ifdef LATEST\nTAG = latest\nendif\nREF := $(REPO):$(TAG)\n\nbuild:\n\t@docker build -t $(REF) --build-arg A=$(shell date) .\n",
			"base/Makefile":   "REPO := example/base\ninclude ../common.mk\n",
			"base/Dockerfile": base,
		}, "example/base:7", ""}, // nothing says which tags there are
		"Makefile, the tag from outside": {map[string]string{
			"base/Makefile":   "build:\n\tdocker build \\\n\t  -t example/base:$(VERSION) .\n",
			"base/Dockerfile": base,
		}, "example/base:7", "base/Makefile"},
		"Makefile, the folder's name": {map[string]string{
			"base/Makefile":   "build:\n\t@docker build -t example/`basename $$PWD`:latest . && \\\n\tdocker build -t example/$$(basename $$PWD):$$version .\n",
			"base/Dockerfile": base,
		}, "example/base:7", "base/Makefile"},
		"two Dockerfiles": {map[string]string{
			"compose.yaml": "services:\n  a:\n    build: a\n    image: example/base:1\n  b:\n    build: b\n    image: example/base:1\n",
			"a/Dockerfile": base, "b/Dockerfile": base,
		}, "example/base:1", ""},
		"itself": {map[string]string{
			"compose.yaml":   "services:\n  app:\n    build: app\n    image: example/app\n",
			"app/Dockerfile": "FROM example/app\n",
		}, "example/app", ""},
		"a chain": {map[string]string{
			"compose.yaml":      "services:\n  base:\n    build: base\n    image: example/base\n  middle:\n    build: middle\n    image: example/middle\n",
			"base/Dockerfile":   base,
			"middle/Dockerfile": "FROM example/base\nENV A=1\n",
		}, "example/middle", "middle/Dockerfile"},
		"a circle": {map[string]string{
			"compose.yaml": "services:\n  a:\n    build: a\n    image: example/a\n  b:\n    build: b\n    image: example/b\n",
			"a/Dockerfile": "FROM example/b\n", "b/Dockerfile": "FROM example/a\n",
		}, "example/a", ""},
		"listed by name": {map[string]string{
			"compose.yaml":    "services:\n  base:\n    build: base\n    image: alpine\n",
			"base/Dockerfile": base,
		}, "alpine", "image table: alpine"},
	} {
		l := Over(image.Table(), tree(c.files), "app/Dockerfile")
		f := l.Lookup(c.ref)
		switch {
		case f.Listed != (c.want != ""):
			t.Errorf("%s: listed %v", name, f.Listed)
		case !strings.Contains(f.Evidence, c.want):
			t.Errorf("%s: evidence %q, want %q", name, f.Evidence, c.want)
		case f.Listed && f.Name != "alpine" && (f.Distro != image.Debian || f.WorkDir != "/srv" || f.Env["LANG"] == "" || !f.UserSet || f.User != "" || f.Kind != image.OS):
			t.Errorf("%s: %+v", name, f)
		}
	}
}

// TestStart: a program that the base starts is not in the file that is built on it.
func TestStart(t *testing.T) {
	for name, c := range map[string]struct {
		base string
		want image.Facts
	}{
		"a program": {"FROM python:3.12-slim\nCMD [\"python\", \"server.py\"]\n", image.Facts{Kind: image.Tool, Command: image.Program}},
		"a shell":   {"FROM python:3.12-slim\nCMD [\"/bin/bash\"]\n", image.Facts{Kind: image.Language, Command: image.ShellCmd}},
		"a script":  {"FROM python:3.12-slim\nCOPY run.sh /\nENTRYPOINT [\"/run.sh\"]\n", image.Facts{Kind: image.Tool, Command: image.Program, Brings: "COPY in line 2 of base/Dockerfile"}},
		"a user":    {"FROM debian\nRUN useradd -u 1500 app\nUSER app\n", image.Facts{Kind: image.OS, Command: image.ShellCmd, User: "app"}},
		"a trigger": {"FROM debian\nONBUILD COPY . /srv\n", image.Facts{Kind: image.OS, Command: image.ShellCmd, OnBuild: true}},
		"files":     {"FROM debian\nRUN git clone https://example.com/x /srv/x\n", image.Facts{Kind: image.OS, Command: image.ShellCmd, Brings: "RUN in line 2 of base/Dockerfile"}},
	} {
		l := Over(image.Table(), tree(map[string]string{
			"compose.yaml":    "services:\n  base:\n    build: base\n    image: example/base\n",
			"base/Dockerfile": c.base,
		}), "app/Dockerfile")
		f := l.Lookup("example/base")
		if f.Kind != c.want.Kind || f.Command != c.want.Command || f.Brings != c.want.Brings || f.OnBuild != c.want.OnBuild || f.User != c.want.User {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

// TestSupposed: what only the name of a Dockerfile says.
func TestSupposed(t *testing.T) {
	const base = "FROM me/deps\nCOPY run.sh /\nRUN chmod 755 /run.sh\n"
	for name, c := range map[string]struct {
		files map[string]string
		ref   string
		want  string // what the evidence is; "" is not known
	}{
		"beside":              {map[string]string{"x/base.dockerfile": base}, "me/base:6", "x/base.dockerfile"},
		"beside, Dockerfile.": {map[string]string{"x/Dockerfile.base": base}, "registry.example.com/base", "x/Dockerfile.base"},
		"a folder":            {map[string]string{"base/Dockerfile": base, "base/run.sh": "ldconfig"}, "me/base", "base/Dockerfile"},
		"two":                 {map[string]string{"x/base.dockerfile": base, "base/Dockerfile": base}, "me/base", ""},
		"Docker Hub's own":    {map[string]string{"x/base.dockerfile": base}, "base", ""},
		"library":             {map[string]string{"x/base.dockerfile": base}, "docker.io/library/base", ""},
		"itself":              {map[string]string{"x/app.dockerfile": base}, "me/app", ""},
		"on its namesake":     {map[string]string{"x/base.dockerfile": "FROM me/base:upstream\nCOPY run.sh /\n"}, "me/base", ""},
		"a digest":            {map[string]string{"x/base.dockerfile": base}, "me/base@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", ""},
		"stated otherwise": {map[string]string{
			"x/base.dockerfile": base, "compose.yaml": "services:\n  b:\n    build: other\n    image: me/base\n", "other/Dockerfile": "FROM debian\n",
		}, "me/base", "other/Dockerfile, built by service b, compose.yaml:3"},
	} {
		c.files["x/deps.dockerfile"], c.files["deps/Dockerfile"] = "FROM debian\n", "FROM debian\n"
		if _, beside := c.files["base/Dockerfile"]; beside {
			delete(c.files, "x/deps.dockerfile")
		} else {
			delete(c.files, "deps/Dockerfile")
		}
		p := tree(c.files)
		f := Supposed(image.Table(), p, "x/app.dockerfile").Lookup(c.ref)
		if f.Listed != (c.want != "") || f.Listed && f.Evidence != c.want {
			t.Errorf("%s: listed %v, evidence %q, want %q", name, f.Listed, f.Evidence, c.want)
		}
		if f := Over(image.Table(), p, "x/app.dockerfile").Lookup(c.ref); f.Listed && !strings.Contains(f.Evidence, "built by") {
			t.Errorf("%s: known, though nothing states it: %q", name, f.Evidence)
		}
	}
}

// TestFileAt: a file of a base comes from the folder that its Dockerfile is built in,
// through all that lies between.
func TestFileAt(t *testing.T) {
	p := tree(map[string]string{
		"base/2/Dockerfile":   "FROM debian\nCOPY run.sh /\n",
		"base/2/run.sh":       "ldconfig\n",
		"middle/1/Dockerfile": "FROM me/base:2\nRUN apt-get update && apt-get install -y curl\n",
		"other/1/Dockerfile":  "FROM me/base:2\nRUN echo true >/run.sh\n",
	})
	for ref, want := range map[string]string{"me/base:2": "ldconfig\n", "me/middle:1": "ldconfig\n", "me/other:1": "true\n", "me/base:3": "", "debian": ""} {
		_, data, ok := Supposed(image.Table(), p, "app/1/Dockerfile").(stage.Files).FileAt(ref, "/run.sh")
		if string(data) != want || ok != (want != "") {
			t.Errorf("%s: %q %v, want %q", ref, data, ok, want)
		}
	}
}

// TestBuiltOn: who is built on an image, by what builds and names say.
func TestBuiltOn(t *testing.T) {
	p := tree(map[string]string{
		"base/Dockerfile":            "FROM debian\n",
		"app/Dockerfile":             "FROM me/base:1\n",
		"other/Dockerfile":           "FROM base\n",
		"deep/er/Dockerfile":         "FROM me/base:1\n",
		"x/tools.dockerfile":         "FROM debian\n",
		"x/user.dockerfile":          "FROM --platform=linux/amd64 me/tools AS build\nFROM scratch\n",
		"images/core/1/Dockerfile":   "FROM debian\n",
		"images/web/1/Dockerfile":    "FROM me/core:1\n",
		"images/web/2/Dockerfile":    "FROM me/core:2\n",
		"redis/Dockerfile":           "FROM debian\n",
		"cache/Dockerfile":           "FROM bitnami/redis\n",
		"made/Dockerfile":            "FROM debian\n",
		"on-made/Dockerfile":         "FROM me/made\n",
		"elsewhere/Dockerfile":       "FROM debian\n",
		"compose.yaml":               "services:\n  m:\n    build: elsewhere\n    image: me/made\n",
		"images/core/1/x/Dockerfile": "FROM me/core:1\n",
	})
	for file, want := range map[string]string{
		"base/Dockerfile": "app/Dockerfile, by the name in its FROM,", "x/tools.dockerfile": "x/user.dockerfile, by the name in its FROM,",
		"images/core/1/Dockerfile": "images/web/1/Dockerfile, by the name in its FROM,", "redis/Dockerfile": "", "made/Dockerfile": "",
		"elsewhere/Dockerfile": "on-made/Dockerfile", "app/Dockerfile": "",
	} {
		builds, _ := p.Builds(file)
		if got := strings.Join(BuiltOn(nil, p, file, builds), "; "); got != want {
			t.Errorf("%s: %q, want %q", file, got, want)
		}
	}
}
