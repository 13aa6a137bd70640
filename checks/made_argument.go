package checks

import (
	"path"
	"strings"

	"github.com/dfharden/dfharden/parser"
)

// argumentDoubt finds a file that a RUN makes, and the fix would give by the path that it
// has without build arguments: with others the chown would miss it, and end the build.
func (p *Pass) argumentDoubt(pl *plan) *Reason {
	for _, m := range p.traces().made {
		if !m.File || p.runsAsAccount(pl, m.At) {
			continue
		}
		if _, given := p.writableBelow(pl, m); given && p.movesByArgument(m) {
			return reason(rootWritten, m.At, "RUN in line %d makes %s as root, whose place depends on a build argument: a chown of it would fail with others", m.At.Line, m.Path)
		}
	}
	return nil
}

// movesByArgument reports whether the path of what a RUN makes depends on an ARG: by a
// WORKDIR above, or by an operand of the call.
func (p *Pass) movesByArgument(m touch) bool {
	work := p.Graph.Final().End().WorkDir.Path
	for _, s := range p.Graph.Chain() {
		for _, in := range s.Instructions {
			if in.Name == "workdir" && in.Index < m.At.Index && within(m.Path, work) && p.usesArgument(in, in.Rest.Text) {
				return true
			}
		}
	}
	for _, c := range p.calls(m.At) {
		for _, a := range c.Args {
			if c.Abs(a) == m.Path && strings.Contains(p.written(a.Span), path.Base(m.Path)) && p.usesArgument(m.At, p.written(a.Span)) {
				return true
			}
		}
	}
	return false
}

// usesArgument reports whether a text names an ARG above an instruction, or an ENV that
// is set by one.
func (p *Pass) usesArgument(user *parser.Instruction, text string) bool {
	for _, v := range variableUse.FindAllStringSubmatch(text, -1) {
		name := strings.Trim(v[1], "{}")
		for _, s := range p.Graph.Chain() {
			for _, in := range s.Instructions {
				declares := strings.HasPrefix(in.Rest.Text, name+"=") || in.Rest.Text == name
				if name == "" || in.Index >= user.Index || !declares {
					continue
				}
				if in.Name == "arg" || in.Name == "env" && p.usesArgument(in, strings.TrimPrefix(in.Rest.Text, name)) {
					return true
				}
			}
		}
	}
	return false
}
