package checks

import (
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// managedPython finds a RUN in which uv may download a Python below root's home,
// to which the environment that it makes then leads. Source:
// docs.astral.sh/uv/concepts/python-versions.
func (p *Pass) managedPython(pl *plan) *Reason {
	if value, ok := p.Graph.Final().End().ImageEnv("UV_PYTHON_INSTALL_DIR"); ok && !within(value, "/root") {
		return nil
	}
	for _, in := range p.runs() {
		for _, c := range p.calls(in) {
			if c.Name == "uv" && !p.isBelow(in, pl.stage, pl.at) && p.downloadsPython(c, in) {
				return reason(needsRootHome, in, "uv %s in line %d may download a Python into /root/.local/share/uv, which only root can enter", c.Sub(), in.Line).with("set ENV UV_PYTHON_INSTALL_DIR=/opt/python above it, or use an image that has the Python")
			}
		}
	}
	return nil
}

// downloadsPython reports whether uv has no other Python to take.
func (p *Pass) downloadsPython(c stage.Call, in *parser.Instruction) bool {
	switch c.Sub() {
	case "python":
		return c.Has("install")
	case "sync", "venv", "run":
	default:
		return false
	}
	st := p.Graph.Final().End()
	for _, name := range []string{"UV_PYTHON_DOWNLOADS", "UV_PYTHON_PREFERENCE", "UV_NO_MANAGED_PYTHON", "UV_PYTHON"} {
		if value, ok := st.ImageEnv(name); ok && value != "automatic" && value != "managed" {
			return false
		}
	}
	return !strings.Contains(p.Graph.Final().Root().Ref, "python") && !p.installsPython(in)
}

// installsPython reports whether a RUN up to an instruction installs Python by a
// package manager.
func (p *Pass) installsPython(until *parser.Instruction) bool {
	for _, in := range p.runs() {
		for _, c := range p.calls(in) {
			for _, name := range packages(c) {
				if in.Index <= until.Index && strings.HasPrefix(name, "python3") {
					return true
				}
			}
		}
	}
	return false
}
