package checks

import (
	"path"
	"regexp"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// namesHome reports whether a text names something in root's home.
func namesHome(text string) bool {
	return (strings.Contains(text, "/root") || strings.Contains(text, "~")) && homePath.MatchString(text)
}

var homePath = regexp.MustCompile(`(^|[\s"'=:,@(\[])(/root|~)(/|$|[\s"':,)\]])`)

// rootHome finds what the image needs below /root at run time.
func (p *Pass) rootHome() *Reason {
	say := func(in *parser.Instruction, what string) *Reason {
		return reason(needsRootHome, in, "%s in line %d needs something below /root, which only root can enter", what, in.Line)
	}
	for _, in := range p.commands() {
		if namesHome(in.Rest.Text) {
			return say(in, strings.ToUpper(in.Name))
		}
	}
	for _, c := range p.started() {
		if in := p.at(c); in != nil && c.Script != "" && namesHome(" "+strings.Join(texts(c), " ")+" ") {
			return reason(needsRootHome, in, "%s needs something below /root, which only root can enter", said(c))
		}
	}
	for _, s := range p.Graph.Chain() {
		for _, in := range s.Instructions {
			switch c := in.Cmd.(type) {
			case *instructions.EnvCommand:
				for _, kv := range c.Env {
					value, _ := s.Before(in).Expand(kv.Value)
					if now, ok := p.Graph.Final().End().ImageEnv(kv.Key); ok && namesHome(value) && namesHome(now) && !(kv.Key == "PATH" && p.buildPath(now)) {
						return say(in, "ENV "+kv.Key)
					}
				}
			case *instructions.WorkdirCommand:
				if d := s.Before(in).Abs(c.Path); within(d, "/root") && within(p.Graph.Final().End().WorkDir.Path, "/root") {
					return say(in, "WORKDIR")
				}
			}
		}
	}
	for _, name := range []string{"HOME", "PATH"} {
		if value, ok := p.Graph.Final().End().ImageEnv(name); ok && p.setter(name) == nil && namesHome(value) && !(name == "PATH" && p.buildPath(value)) {
			return reason(needsRootHome, p.Graph.Final().Root().From, "%s of %s leads below /root, which only root can enter", name, p.Graph.Final().Called())
		}
	}
	if d := p.Graph.Final().End().WorkDir; d.At == nil && within(d.Path, "/root") {
		return reason(needsRootHome, p.Graph.Final().Root().From, "the working directory of %s is %s, which only root can enter; set WORKDIR", p.Graph.Final().Called(), d.Path)
	}
	for _, t := range p.transfers() {
		if within(t.Dest, "/root") && !buildOnly(t.Dest) {
			return say(t.In, strings.ToUpper(t.In.Name))
		}
	}
	for _, v := range p.Graph.Final().End().Volumes {
		if v.At != nil && within(v.Path, "/root") {
			return say(v.At, "VOLUME")
		}
	}
	return p.toolHome()
}

// foreignHome is the HOME that the base image sets, where it is not the account's;
// "" if the image sets none, or the file does.
func (p *Pass) foreignHome(pl *plan) string {
	home, ok := pl.stage.End().ImageEnv("HOME")
	if !ok || p.setter("HOME") != nil || pl.who.Home == "" || home == pl.who.Home {
		return ""
	}
	return home
}

var buildFiles = regexp.MustCompile(`^/root/\.(ssh|m2|gitconfig|netrc|npmrc|yarnrc|pypirc|cargo|gradle|docker|nuget|bashrc|profile|vimrc|bash_profile|config/pip|pip|gemrc|bundle|ivy2|sbt|cache)(/|$)`)

// buildOnly reports whether a file below /root is one that builds need, not
// running programs.
func buildOnly(name string) bool { return buildFiles.MatchString(name) }

// toolHome finds a tool that a RUN installs in root's home and that the command
// starts.
func (p *Pass) toolHome() *Reason {
	for _, c := range p.started() {
		switch c.Name {
		case "poetry", "pipenv":
			if in := p.virtualenv(c.Name); in != nil {
				return reason(needsRootHome, in, "%s in line %d makes its virtual environment below /root, which only root can enter; let it install into the system or the project", c.Name, in.Line)
			}
		}
	}
	return nil
}

// virtualenv finds the RUN that makes a virtual environment in root's home.
func (p *Pass) virtualenv(tool string) *parser.Instruction {
	end := p.Graph.Final().End()
	for _, name := range []string{"POETRY_VIRTUALENVS_CREATE", "POETRY_VIRTUALENVS_IN_PROJECT", "PIPENV_VENV_IN_PROJECT", "POETRY_VIRTUALENVS_PATH", "WORKON_HOME", "POETRY_CACHE_DIR"} {
		if _, ok := end.Env(name); ok {
			return nil
		}
	}
	var at *parser.Instruction
	for _, in := range p.runs() {
		for _, c := range p.calls(in) {
			if c.Name == tool && c.Has("virtualenvs.create", "virtualenvs.in-project", "virtualenvs.path", "--system") {
				return nil
			}
			if c.Name == tool && (c.Sub() == "install" || c.Sub() == "sync") {
				at = in
			}
		}
	}
	return at
}

var homeUse = regexp.MustCompile(`(^|[\s"'=:,@(\[;&|])(/root/|~/|\$HOME/|\$\{HOME\}/)([^\s"';&|)]*)`)

// homeInstall reports whether a RUN puts something below /root that is more than
// a cache or a setting of build tools.
func (p *Pass) homeInstall(in *parser.Instruction) bool {
	text := in.Rest.Text
	for _, doc := range in.Heredocs {
		text += "\n" + doc.Content
	}
	if strings.Contains(text, "/root") || strings.Contains(text, "~/") || strings.Contains(text, "HOME") {
		for _, m := range homeUse.FindAllStringSubmatch(text, -1) {
			if !buildOnly("/root/" + m[3]) {
				return true
			}
		}
	}
	for _, c := range p.calls(in) {
		if p.userInstall(c) {
			return true
		}
	}
	return strings.Contains(text, "playwright install") && !strings.Contains(text, "PLAYWRIGHT_BROWSERS_PATH")
}

// oldPuppeteer keeps its browser in node_modules; from version 19 on it is in the home.
var oldPuppeteer = regexp.MustCompile(`^[\^~=v]*([0-9]|1[0-8])(\.|$)`)

// homePackage is a package that npm, yarn or pnpm installs from a package.json of
// the build context, and that puts what it needs at run time into the home; "" if
// there is none. Source: https://pptr.dev/guides/configuration
func (p *Pass) homePackage(c stage.Call) string {
	if c.Name != "npm" && c.Name != "yarn" && c.Name != "pnpm" || c.Has("--ignore-scripts") || c.Sub() != "" && !nodeSubs[c.Sub()] {
		return ""
	}
	if version, ok := p.Graph.Final().Dependency(c.Dir, "puppeteer"); ok && oldPuppeteer.MatchString(version) || !ok && !p.locksBrowser(c.Dir) {
		return ""
	}
	for _, name := range []string{"PUPPETEER_CACHE_DIR", "PUPPETEER_SKIP_DOWNLOAD", "PUPPETEER_SKIP_CHROMIUM_DOWNLOAD", "PUPPETEER_EXECUTABLE_PATH"} {
		if _, set := p.Graph.Final().End().ImageEnv(name); set {
			return ""
		}
	}
	for _, ext := range []string{"cjs", "js", "json", "ts"} {
		if _, _, set := p.Graph.ContextFile(path.Join(c.Dir, ".puppeteerrc."+ext)); set {
			return ""
		}
	}
	return "puppeteer"
}
