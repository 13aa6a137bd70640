package checks

import (
	"path"
	"regexp"
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// userInstall reports whether a call installs packages of Python into the home of who
// calls it. Those that pip itself is made of are for the build.
func (p *Pass) userInstall(c stage.Call) bool {
	pip := c.Name == "pip" || c.Name == "pip3"
	if !pip && !(strings.HasPrefix(c.Name, "python") && c.Has("pip", "setup.py")) || !c.Has("install", "develop") {
		return false
	}
	set, _ := p.Graph.Final().End().Env("PIP_USER")
	user := c.Has("--user") || set == "1" || set == "true" || set == "yes"
	for _, op := range c.Operands() {
		if !installerOnly[op.Text] {
			return user
		}
	}
	return user && c.Has("-r", "--requirement", "-e")
}

var installerOnly = wordSet(`install pip setuptools wheel`)

// profiles are what a shell reads below the home when it starts as a login shell, or
// at a prompt. Source: the manual of bash, Startup Files.
var profiles = regexp.MustCompile(`^/root/\.(bashrc|profile|bash_profile)$`)

// writesProfile reports whether a RUN writes to the profile of root, and the shell that
// the image starts reads its user's.
func (p *Pass) writesProfile(in *parser.Instruction) bool {
	found := false
	if text := in.Rest.Text; strings.Contains(text, "profile") || strings.Contains(text, "bashrc") {
		for _, m := range homeUse.FindAllStringSubmatch(text, -1) {
			found = found || profiles.MatchString("/root/"+m[3])
		}
	}
	for _, c := range p.calls(in) {
		found = found || (c.Name == "conda" || c.Name == "mamba") && c.Sub() == "init" && !c.Has("--system")
	}
	return found && p.readsProfile()
}

// readsProfile reports whether the image starts a shell that reads its user's profile:
// "bash -lc", "bash -i".
func (p *Pass) readsProfile() bool {
	for _, c := range p.started() {
		if shellNames[c.Name] && (hasLetter(c, 'l', "--login") || hasLetter(c, 'i', "--interactive")) {
			return true
		}
	}
	start := p.Graph.Final().End().Start
	if cmd := start.Cmd; cmd != nil && !cmd.JSON || start.Entrypoint != nil && !start.Entrypoint.JSON {
		return loginShell(p.lastShell())
	}
	return false
}

// lastShell is the SHELL that counts at the end of the image, nil if there is none.
func (p *Pass) lastShell() (last *parser.Instruction) {
	for _, s := range p.Graph.Chain() {
		for _, in := range s.Instructions {
			if in.Name == "shell" {
				last = in
			}
		}
	}
	return last
}

func loginShell(shell *parser.Instruction) bool {
	if shell == nil {
		return false
	}
	for _, a := range shell.Args {
		if loginOption.MatchString(a.Text) {
			return true
		}
	}
	return false
}

var loginOption = regexp.MustCompile(`^(-[a-z]*[il][a-z]*|--login)$`)

// browserLocks find puppeteer, and its major version, in the lock files of npm, yarn
// and pnpm: a dependency of a dependency.
var browserLocks = map[string]*regexp.Regexp{
	"package-lock.json": regexp.MustCompile(`"node_modules/puppeteer":\s*\{\s*"version":\s*"(\d+)`),
	"yarn.lock":         regexp.MustCompile(`(?m)^"?puppeteer@[^\n]*:\n\s+version:? "?(\d+)`),
	"pnpm-lock.yaml":    regexp.MustCompile(`(?m)^\s*'?/?puppeteer[@/](\d+)`),
}

// locksBrowser reports whether a lock file of the build context beside package.json
// names a puppeteer that keeps its browser in the home.
func (p *Pass) locksBrowser(dir string) bool {
	for name, version := range browserLocks {
		_, data, ok := p.Graph.ContextFile(path.Join(dir, name))
		if m := version.FindSubmatch(data); ok && m != nil && !oldPuppeteer.Match(m[1]) {
			return true
		}
	}
	return false
}
