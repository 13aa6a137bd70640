package project

import (
	"path"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"

	"github.com/dfharden/dfharden/internal/yamltree"
)

// run reads the builds in the script of a step. pushed says that a command of the job
// pushes images.
func (j workflowJob) run(step, run yamltree.Node, pushed bool) {
	text, _ := run.Text()
	if !strings.Contains(text, "build") {
		return
	}
	text, _ = j.evaluate(text)
	file, err := syntax.NewParser().Parse(strings.NewReader(text), "")
	if err != nil {
		return // another shell's, or not whole
	}
	dir := j.dir
	if own, known := j.text(step.Get("working-directory")); own != "" && known {
		dir = own
	}
	c := commands{workflowJob: j, step: step, pushed: pushed, dir: dir, first: run.Pos().Line}
	if strings.Contains(text, "\n") {
		c.first++ // the text begins below "run: |"
	}
	syntax.Walk(file, func(n syntax.Node) bool {
		if call, ok := n.(*syntax.CallExpr); ok {
			c.call(call)
		}
		return true
	})
}

// commands reads the calls of one script.
type commands struct {
	workflowJob
	step   yamltree.Node
	pushed bool
	dir    string // where the next command runs; it follows cd
	lost   bool   // it does not follow any more
	first  int    // line of the script's first line
}

func (c *commands) call(call *syntax.CallExpr) {
	var args []string
	for _, w := range call.Args {
		args = append(args, c.word(w))
	}
	if len(args) == 0 {
		return
	}
	if args[0] == "cd" && len(args) == 2 {
		dir, ok := join(c.dir, args[1])
		c.dir, c.lost = dir, c.lost || !ok || unknown(args[1])
		return
	}
	if program, rest, ok := buildCall(args); ok && !c.lost {
		c.build(rest, program, Place{c.name, c.first + int(call.Pos().Line()) - 1})
	}
}

// word is the text of a word. What is not known in it is one private character.
func (c *commands) word(w *syntax.Word) string {
	cfg := &expand.Config{Env: expand.FuncEnviron(func(name string) string {
		if v, ok := c.env[name]; ok {
			return v
		}
		if name == "PWD" || name == "GITHUB_WORKSPACE" {
			return "."
		}
		return Unknown
	})}
	cfg.ProcSubst = func(*syntax.ProcSubst) (string, error) { return Unknown, nil }
	text, err := expand.Literal(cfg, w)
	if err != nil { // a command or process substitution
		return Unknown
	}
	return text
}

func unknown(text string) bool { return strings.Contains(text, Unknown) }

// buildCall returns the program and the arguments of a command that builds an image.
func buildCall(args []string) (program string, rest []string, ok bool) {
	for len(args) > 1 && (args[0] == "sudo" || args[0] == "time" || args[0] == "exec") {
		args = args[1:]
	}
	for _, form := range [][]string{
		{"docker", "build"},
		{"docker", "buildx", "build"},
		{"docker", "image", "build"},
		{"docker", "builder", "build"},
		{"podman", "build"},
		{"buildah", "build"},
		{"buildah", "bud"},
		{"nerdctl", "build"},
	} {
		if len(args) >= len(form) && equal(args[:len(form)], form) {
			return args[0], args[len(form):], true
		}
	}
	return "", nil, false
}

func equal(a, b []string) bool { return strings.Join(a, "\x00") == strings.Join(b, "\x00") }

// bareFlags are the flags of docker build that take no value; all others do.
// https://docs.docker.com/reference/cli/docker/buildx/build/
var bareFlags = map[string]bool{
	"--no-cache": true, "--pull": true, "--push": true, "--load": true, "-q": true, "--quiet": true, "--rm": true,
	"--force-rm": true, "--squash": true, "--compress": true, "-D": true, "--debug": true, "--check": true, "--layers": true,
	"--no-rm": true, "--disable-content-trust": true, "--pull-always": true, "--tls-verify": true, "--squash-all": true,
}

// build reads the flags and the context of a build.
func (c *commands) build(args []string, program string, at Place) {
	b := Build{By: "a command", Place: at, Args: map[string]string{}}
	if c.step.Present() {
		b.By = stepName(c.step)
	}
	if c.pushed {
		b.Purpose = Production
	}
	file, context := "", ""
	for i := 0; i < len(args); i++ {
		if !strings.HasPrefix(args[i], "-") || args[i] == "-" {
			context = args[i]
			continue
		}
		flag, value, given := strings.Cut(args[i], "=")
		if !given && !bareFlags[flag] && i+1 < len(args) {
			if len(flag) > 2 && flag[1] != '-' && strings.ContainsRune("tf", rune(flag[1])) { // -tname
				flag, value = flag[:2], flag[2:]
			} else {
				i++
				value = args[i]
			}
		}
		switch flag {
		case "-f", "--file":
			file = value
		case "-t", "--tag":
			b.Names = append(b.Names, value)
		case "--target":
			b.Target = value
		case "--push":
			b.Purpose = Production
		case "--build-arg":
			if name, text, ok := strings.Cut(value, "="); ok && !unknown(text) {
				b.Args[name] = text
			} else {
				b.Open = append(b.Open, name)
			}
		}
	}
	switch {
	case context == "" || context == "-":
		return
	case unknown(file) || unknown(context) || unknown(b.Target):
		c.problem(at, "%s: a variable names the build, so it is not known", b.By)
	case file != "":
		c.resolveFrom(b, path.Join(c.dir, context), c.dir, file)
	default:
		c.resolve(b, path.Join(c.dir, context), "Dockerfile")
		if program != "docker" {
			c.resolve(b, path.Join(c.dir, context), "Containerfile")
		}
	}
}
