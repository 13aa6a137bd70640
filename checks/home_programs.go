package checks

import (
	"path"
	"strings"

	"github.com/dfharden/dfharden/stage"
)

// homeBinaries are installers that put programs into the home of who calls them, also
// where they only leave a link elsewhere. Sources: the manual of each, under install.
var homeBinaries = []struct{ program, says, unless string }{
	{"cabal", "install", "--installdir CABAL_DIR"},
	{"stack", "install", "--local-bin-path"},
	{"cargo", "install", "--root CARGO_HOME CARGO_INSTALL_ROOT"},
	{"go", "install", "GOPATH GOBIN"},
	{"go", "get", "GOPATH GOBIN"},
	{"uv", "tool install", "UV_TOOL_DIR XDG_DATA_HOME"},
	{"pipx", "install", "PIPX_HOME --global"},
	{"bun", "-g", "BUN_INSTALL_GLOBAL_DIR"},
	{"dotnet", "tool install", "--tool-path --local DOTNET_CLI_HOME"},
	{"nimble", "install", "--nimbleDir NIMBLE_DIR"},
	{"deno", "install", "--root DENO_INSTALL_ROOT"},
}

// homeProgram finds the RUN of root's that installs a program below root's home.
func (p *Pass) homeProgram(pl *plan, program stage.Call) *Reason {
	if strings.Contains(program.Path, "/") {
		return nil
	}
	for _, in := range p.runs() {
		if p.runsAsAccount(pl, in) {
			continue
		}
		for _, c := range p.calls(in) {
			for _, t := range homeBinaries {
				text := strings.Join(texts(c), " ")
				if c.Name == t.program && strings.Contains(text, t.says) && installsNamed(c, program.Name) && !p.saysElse(text, t.unless) {
					return reason(needsRootHome, in, "%s %s in line %d puts %s below /root, which only root can enter", c.Name, t.says, in.Line, program.Name)
				}
			}
		}
	}
	return nil
}

// installsNamed reports whether an argument is a package of a name, perhaps with a
// path in front and a version behind.
func installsNamed(c stage.Call, name string) bool {
	for _, op := range c.Operands() {
		pkg, _, _ := strings.Cut(path.Base(op.Text), "@")
		pkg, _, _ = strings.Cut(pkg, "=")
		pkg, _, _ = strings.Cut(pkg, "[")
		if pkg == name {
			return true
		}
	}
	return false
}
