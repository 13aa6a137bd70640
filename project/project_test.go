package project

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

// tree makes a project of an archive, and asks it for the Dockerfile of a path.
func ask(text, dockerfile string) ([]Build, []Problem) {
	files := fstest.MapFS{}
	for _, f := range txtar.Parse([]byte(text)).Files {
		files[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	return New(files, func(name string) string { return name }).Builds(dockerfile)
}

func lines(builds []Build, problems []Problem) string {
	var b strings.Builder
	for _, x := range builds {
		fmt.Fprintf(&b, "%s %s: %q in %q, %s\n", x.Place, x.By, x.Target, x.Context, [...]string{"development", "unnamed", "production"}[x.Purpose])
		if len(x.Args) > 0 {
			fmt.Fprintf(&b, "  %v\n", x.Args)
		}
	}
	for _, p := range problems {
		fmt.Fprintf(&b, "problem: %s\n", p)
	}
	return b.String()
}

func TestBuilds(t *testing.T) {
	for name, c := range map[string]struct{ files, dockerfile, want string }{
		"compose": {`
-- compose.yaml --
x-build: &build
  context: .
services:
  web:
    build:
      <<: *build
      target: web
      args: {V: "1", W: "${NOT}", X: "${NOT:-x}"}
  worker:
    build: {context: ., target: "${T:-worker}", args: [V=1, W]}
  plain:
    build: ./
  other:
    build: ./other
  image: {image: nginx}
  child:
    extends: {service: web}
  lost:
    build: {context: ., target: "$T"}
  inline:
    build: {context: ., dockerfile_inline: FROM scratch}
  far: {build: "https://example.com/x.git"}
  out: {build: ..}
`, "Dockerfile", `compose.yaml:7 service web: "web" in ".", unnamed
  map[V:1 X:x]
compose.yaml:10 service worker: "worker" in ".", unnamed
  map[V:1]
compose.yaml:12 service plain: "" in ".", unnamed
problem: compose.yaml:19: service lost: target $T has a variable without a value here, so this build is not known
`},
		"compose in parts": {`
-- deploy/docker-compose.yml --
services:
  web: {build: {context: .., dockerfile: docker/Dockerfile.web, target: dev}}
-- deploy/docker-compose.override.yml --
services:
  web: {build: {args: {DEBUG: "1"}}}
-- deploy/docker-compose.prod.yml --
services:
  web: {build: {target: final}}
  job: {profiles: [dev], build: {context: .., dockerfile: docker/Dockerfile.web}}
`, "docker/Dockerfile.web", ""}, // deploy is not above docker
		"compose above": {`
-- docker-compose.yml --
services:
  web: {build: {context: ., dockerfile: docker/Dockerfile.web, target: dev}}
-- docker-compose.override.yml --
services:
  web: {build: {args: {DEBUG: "1"}}}
-- docker-compose.prod.yml --
services:
  web: {build: {target: final}}
  job: {profiles: [dev], build: {context: ., dockerfile: docker/Dockerfile.web}}
`, "docker/Dockerfile.web", `docker-compose.yml:2 service web: "dev" in ".", development
docker-compose.override.yml:2 service web: "dev" in ".", development
  map[DEBUG:1]
docker-compose.prod.yml:2 service web: "final" in ".", production
docker-compose.prod.yml:3 service job (development): "" in ".", development
`},
		"bake": {`
-- docker-bake.hcl --
variable "TARGET" { default = "app" }
variable "NONE" {}
group "default" { targets = ["web", "tools"] }
target "_common" {
  context = "."
  args = { GO = "1.22", N = NONE }
}
target "web" {
  inherits = ["_common"]
  target = TARGET
}
target "lint" { target = "lint" }
target "tools" {
  matrix = { t = ["a", "b"] }
  name = "tools-${t}"
  target = "tool-${t}"
}
target "image" {
  inherits = ["_common"]
  target = "image"
  tags = ["x/y"]
}
target "files" {
  target = "files"
  tags = ["x/z"]
  output = ["./bin"]
}
target "guess" {
  tags = ["x/w"]
  target = upper("x")
}
`, "Dockerfile", `docker-bake.hcl:10 bake target web: "app" in ".", unnamed
docker-bake.hcl:16 bake target tools: "tool-a" in ".", unnamed
docker-bake.hcl:16 bake target tools: "tool-b" in ".", unnamed
docker-bake.hcl:20 bake target image: "image" in ".", unnamed
problem: docker-bake.hcl:30: target guess: its target cannot be evaluated, so this build is not known
`},
		"bake in JSON": {`
-- sub/docker-bake.json --
{"target": {"base": {"context": ".."}, "app": {"inherits": ["base"], "target": "app", "args": {"A": "b"}}}}
`, "Dockerfile", ""},
		"bake in JSON here": {`
-- docker-bake.json --
{"target": {"base": {"context": "app"}, "app": {"inherits": ["base"], "target": "app", "args": {"A": "b"}}}}
`, "app/Dockerfile", `docker-bake.json:1 bake target app: "app" in "app", unnamed
  map[A:b]
`},
		"skaffold": {`
-- skaffold.yaml --
apiVersion: skaffold/v4beta6
build:
  artifacts:
    - image: web
      context: web
      docker: {dockerfile: Dockerfile, target: release, buildArgs: {A: "1", B: "{{.B}}"}}
    - image: java
      context: web
      jib: {}
profiles:
  - name: dev
    build:
      artifacts:
        - {image: web, context: web, docker: {target: dev}}
`, "web/Dockerfile", `skaffold.yaml:6 artifact web: "release" in "web", production
  map[A:1]
skaffold.yaml:14 artifact web of profile dev: "dev" in "web", development
`},
		"actions": {`
-- .github/workflows/ci.yml --
env: {STAGE: app}
jobs:
  build:
    strategy:
      matrix:
        image: [web, {name: x}]
        include:
          - {image: api, extra: "y"}
    steps:
      - name: Build
        uses: docker/build-push-action@v6
        with:
          context: ./app
          file: app/Dockerfile
          target: ${{ matrix.image }}
          push: ${{ github.event_name == 'push' }}
          build-args: |
            A=1
            B=${{ secrets.B }}
            C=${{ env.STAGE }}
      - uses: docker/build-push-action@v6
        with: {context: "{{defaultContext}}:app", push: false}
`, "app/Dockerfile", `.github/workflows/ci.yml:15 step Build: "web" in "app", production
  map[A:1 C:app]
.github/workflows/ci.yml:21 a step: "" in "app", unnamed
.github/workflows/ci.yml:15 step Build: "api" in "app", production
  map[A:1 C:app]
problem: .github/workflows/ci.yml:15: step Build: an expression names the build, so it is not known
`},
		"commands": {`
-- .github/workflows/x.yaml --
jobs:
  a:
    env: {T: one}
    steps:
      - run: docker build --target $T -t x . && docker push x
      - name: two
        working-directory: app
        run: |
          set -e
          docker buildx build --push \
            --target=two --build-arg A=1 -f ../Dockerfile ..
      - run: |
          cd app
          docker build -f ../Dockerfile --target "$(cat t)" ..
          cd /somewhere && docker build --target lost .
      - run: docker build - < Dockerfile
      - run: "echo 'docker build --target quoted .'"
`, "Dockerfile", `.github/workflows/x.yaml:5 a step: "one" in ".", production
.github/workflows/x.yaml:10 step two: "two" in ".", production
  map[A:1]
problem: .github/workflows/x.yaml:14: a step: a variable names the build, so it is not known
`},
		"broken": {`
-- compose.yaml --
services: {web: {build: .}
-- docker-bake.hcl --
target "x {
-- skaffold.yaml --
- [
-- .github/workflows/a.yml --
docker/build-push-action: [
`, "Dockerfile", `problem: compose.yaml:1: does not parse, and is not looked at: could not find flow mapping end token '}'
problem: docker-bake.hcl:1: does not parse, and is not looked at: Invalid multi-line string
problem: skaffold.yaml:1: does not parse, and is not looked at: sequence end token ']' not found
problem: .github/workflows/a.yml:1: does not parse, and is not looked at: sequence end token ']' not found
`},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, lines(ask(c.files, c.dockerfile))); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestImages(t *testing.T) {
	stages := []string{"base", "web", "worker", "dev"}
	has := func(target string) (string, bool) {
		if target == "" {
			return "dev", true
		}
		if n, err := strconv.Atoi(target); err == nil && n < len(stages) {
			return stages[n], true
		}
		for _, s := range stages {
			if s == target {
				return s, true
			}
		}
		return "", false
	}
	at := func(target string, p Purpose, args ...string) Build {
		b := Build{Dockerfile: "Dockerfile", Target: target, Purpose: p, By: "x", Place: Place{"f", 1}, Args: map[string]string{}}
		for _, a := range args {
			b.Args[a] = a
		}
		return b
	}
	for name, c := range map[string]struct {
		builds []Build
		want   string
	}{
		"nothing":                  {nil, ""},
		"development only":         {[]Build{at("dev", Development), at("", Development)}, ""},
		"one":                      {[]Build{at("web", Unnamed)}, "web [] built by x (f:1)\n"},
		"production wins":          {[]Build{at("web", Unnamed), at("worker", Production)}, "worker [] built by x (f:1)\n"},
		"not what is not there":    {[]Build{at("gone", Production), at("web", Unnamed)}, "web [] built by x (f:1)\n"},
		"two":                      {[]Build{at("web", Unnamed), at("worker", Unnamed)}, "web [] built by x (f:1)\nworker [] built by x (f:1)\n"},
		"the same":                 {[]Build{at("1", Unnamed, "a", "b"), at("web", Unnamed, "a", "c")}, "1 [a] built by x (f:1, and 1 more)\n"},
		"the last, and another":    {[]Build{at("", Unnamed), at("web", Unnamed)}, " [] built by x (f:1)\nweb [] built by x (f:1)\n"},
		"production, no target":    {[]Build{at("web", Unnamed), at("", Production)}, " [] built by x (f:1)\n"},
		"development and unnamed":  {[]Build{at("dev", Development), at("web", Unnamed)}, "web [] built by x (f:1)\n"},
		"development, none unsaid": {[]Build{at("base", Development)}, ""},
	} {
		images, _ := Images(c.builds, has)
		var b strings.Builder
		for _, i := range images {
			var args []string
			for a := range i.Args {
				args = append(args, a)
			}
			fmt.Fprintf(&b, "%s %v %s\n", i.Target, args, i.Why)
		}
		if b.String() != c.want {
			t.Errorf("%s: %q, want %q", name, b.String(), c.want)
		}
	}
}

func TestInterpolate(t *testing.T) {
	env := func(name string) (string, bool) {
		v, ok := map[string]string{"A": "a", "EMPTY": ""}[name]
		return v, ok
	}
	for text, want := range map[string]string{
		"plain": "plain", "$A-x": "a-x", "${A}b": "ab", "$$A": "$A", "${NO:-d}": "d", "${NO-d}": "d", "${EMPTY:-d}": "d", "${EMPTY-d}": "",
		"${A:+x}": "x", "${NO:-${A}}": "a", "${NO:-${NO:-e}}": "e", "${A:?must}": "a", "$": "$", "a$ b": "a$ b",
		"$NO": "?", "${NO}": "?", "${NO:?must}": "?", "${": "?", "${-x}": "?", "${A!}": "?", "${NO:+x}": "?",
	} {
		got, known := interpolate(text, env)
		if !known {
			got = "?"
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// Whatever the files hold, reading them ends, and what they name stays inside.
func FuzzBuilds(f *testing.F) {
	f.Add("services: {web: {build: {context: ., target: \"${A:-b}\"}}}", "target \"x\" { target = \"a\" }", "jobs: {a: {steps: [{run: docker build --target x .}]}}")
	f.Add("services: {a: {extends: b}, b: {extends: a}}", "target \"a\" { inherits = [\"a\"] }", "jobs: {a: {strategy: {matrix: {x: [1, 2]}}, steps: [{uses: docker/build-push-action@v1}]}}")
	f.Fuzz(func(t *testing.T, compose, bake, workflow string) {
		files := fstest.MapFS{
			"compose.yaml":            {Data: []byte(compose)},
			"skaffold.yaml":           {Data: []byte(compose)},
			"docker-bake.hcl":         {Data: []byte(bake)},
			"docker-bake.json":        {Data: []byte(bake)},
			".github/workflows/a.yml": {Data: []byte(workflow)},
		}
		p := New(files, strings.ToUpper)
		p.Builds("Dockerfile")
		for _, b := range p.folder(".").builds {
			if strings.HasPrefix(b.Dockerfile, "/") || strings.HasPrefix(b.Dockerfile, "..") || strings.HasPrefix(b.Context, "..") {
				t.Errorf("outside: %+v", b)
			}
		}
	})
}
