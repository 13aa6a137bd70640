package checks

import (
	"path"
	"regexp"
	"strings"

	"github.com/dfharden/dfharden/stage"
)

// clonesIn is git: over the network into a directory of the account, or in one.
// A clone of a local path looks at whose it is.
func (r *raise) clonesIn(c stage.Call) bool {
	ops := c.Operands()
	switch {
	case len(ops) == 0 || c.Has("--system", "-C") || hasPrefix(c, "--git-dir") || hasPrefix(c, "--work-tree"):
		return false
	case ops[0].Text == "config":
		return true
	case ops[0].Text != "clone":
		return gitSubs[ops[0].Text] && r.mine(c.Dir)
	}
	dest, ok := cloneTarget(c)
	if ok {
		r.clones(dest)
	}
	return ok && r.mine(dest)
}

var gitSubs = wordSet(`apply branch checkout describe fetch init log pull reset rev-parse show status submodule switch`)

var cloneURL = regexp.MustCompile(`^https?://`)

// cloneTarget is the directory that git clone makes.
func cloneTarget(c stage.Call) (string, bool) {
	for i, a := range c.Args {
		if !cloneURL.MatchString(a.Text) {
			continue
		}
		for _, next := range c.Args[i+1:] {
			if !strings.HasPrefix(next.Text, "-") {
				dir := c.Abs(next)
				return dir, dir != ""
			}
		}
		if c.Dir == "" || !a.Known {
			return "", false
		}
		return path.Join(c.Dir, strings.TrimSuffix(path.Base(strings.TrimSuffix(a.Text, "/")), ".git")), true
	}
	return "", false
}

// installsGems is bundle with the official image, whose GEM_HOME everybody may
// write to ("adjust permissions of GEM_HOME for running gem install as an arbitrary
// user"). Source: https://github.com/docker-library/ruby/blob/master/Dockerfile.template
func (r *raise) installsGems(c stage.Call) bool {
	sub := c.Sub()
	return r.s.Facts.Name == "ruby" && (sub == "install" || sub == "config" || sub == "lock" || sub == "clean" || sub == "check") && r.mine(c.Dir) && r.staysIn(c) && !c.Has("--system")
}

// buildsGo is go with the official image, whose GOPATH everybody may write to, or
// with a GOPATH in the account's home. go generate, run and test run what the
// project says. Source: https://github.com/docker-library/golang/blob/master/Dockerfile-linux.template
func (r *raise) buildsGo(c stage.Call) bool {
	if _, set := r.s.End().ImageEnv("GOPATH"); set && r.s.Facts.Name != "golang" {
		return false
	}
	switch c.Sub() {
	case "build", "install", "vet":
	case "mod":
		if !c.Has("download", "verify", "tidy", "vendor") {
			return false
		}
	default:
		return false
	}
	return r.mine(c.Dir) && r.staysIn(c)
}

// installsPython is pip, into the account's home, a directory below the project, or a
// virtual environment there.
func (r *raise) installsPython(c stage.Call) bool {
	if c.Sub() != "install" || hasPrefix(c, "--root") || hasPrefix(c, "--prefix") || hasPrefix(c, "--src") || hasPrefix(c, "--cache-dir") || !r.pipPaths(c) {
		return false
	}
	venv := c.Path != c.Name && r.mine(c.Abs(stage.Arg{Text: c.Path, Known: true}))
	return venv || c.Has("--user") || c.Has("-t", "--target") || hasPrefix(c, "--target=")
}

// pipPaths reports whether pip installs to a directory of the account's, where it
// is told to, and installs no project in place: it would write to its sources.
func (r *raise) pipPaths(c stage.Call) bool {
	for i, a := range c.Args {
		switch {
		case a.Text == "-e" || a.Text == "--editable":
			return false
		case strings.HasPrefix(a.Text, ".") && !r.mine(c.Abs(a)):
			return false // it is built in place
		case (a.Text == "-t" || a.Text == "--target") && (i+1 == len(c.Args) || !r.mine(c.Abs(c.Args[i+1]))):
			return false
		case strings.HasPrefix(a.Text, "--target=") && !r.mine(c.Abs(stage.Arg{Text: strings.TrimPrefix(a.Text, "--target="), Known: a.Known})):
			return false
		}
	}
	return true
}

// runsPython is python with a module that writes where its operands say, or with a
// plain script.
func (r *raise) runsPython(c stage.Call) bool {
	for i, a := range c.Args {
		if a.Text != "-m" || i+1 == len(c.Args) {
			continue
		}
		module := c
		module.Name, module.Path, module.Args = c.Args[i+1].Text, c.Args[i+1].Text, c.Args[i+2:]
		switch module.Name {
		case "compileall", "venv", "py_compile":
			for _, op := range module.Operands() {
				if !r.mine(c.Abs(op)) {
					return false
				}
			}
			return len(module.Operands()) > 0
		case "pip":
			module.Path = c.Path
			if c.Path == c.Name {
				module.Path = module.Name
			}
			return r.installsPython(module)
		}
		return false
	}
	return r.runsScript(c)
}

// installsJulia is julia with the package manager of the project in the directory that
// it is called in, or of the one that it stands in. What it installs is in ~/.julia.
// Source: docs.julialang.org/en/v1/manual/environment-variables (JULIA_DEPOT_PATH),
// pkgdocs.julialang.org (instantiate).
func (r *raise) installsJulia(c stage.Call) bool {
	if !r.mine(c.Dir) || len(c.Operands()) > 1 || r.p.saysElse("", "JULIA_DEPOT_PATH JULIA_PROJECT") {
		return false
	}
	for i, a := range c.Args {
		switch a.Text {
		case "--project", "--project=.", "--project=@.", "--startup-file=no", "--color=yes", "--color=no":
		case "-e", "--eval":
			return i+2 == len(c.Args) && c.Args[i+1].Known && juliaInstalls.MatchString(c.Args[i+1].Text)
		default:
			return false
		}
	}
	return false
}

// juliaInstalls is a program that only has Pkg install what the project names.
var juliaInstalls = regexp.MustCompile(`^\s*((using|import) +Pkg|Pkg\.(activate\(("\."|@__DIR__)?\)|(instantiate|precompile|resolve|status|build)\(\)))(\s*[;\n]\s*(Pkg\.(activate\(("\."|@__DIR__)?\)|(instantiate|precompile|resolve|status|build)\(\))))*\s*;?\s*$`)

// installsDart is dart with the packages of the project in the directory that it is
// called in, which it puts into ~/.pub-cache. Source: dart.dev/tools/pub/cmd,
// dart.dev/tools/pub/environment-variables (PUB_CACHE).
func (r *raise) installsDart(c stage.Call) bool {
	ops := c.Operands()
	return r.p.openDart() && len(ops) == 2 && ops[0].Text == "pub" && (ops[1].Text == "get" || ops[1].Text == "upgrade") && r.mine(c.Dir) && !c.Has("-C", "--directory") && !hasPrefix(c, "--directory") && !r.p.saysElse("", "PUB_CACHE")
}

// openDart reports whether another user than root can enter Dart's directories: with
// the official image from 2.17 on (github.com/dart-lang/dart-docker/pull/82), not as
// its archives have them.
func (p *Pass) openDart() bool {
	f := p.Graph.Final().Facts
	return f.Name == "dart" && f.Tag != "" && !closedDart.MatchString(f.Tag)
}

var closedDart = regexp.MustCompile(`^2\.(\d|1[0-6])(\.|-|$)`)
