package checks

import (
	"path"
	"regexp"
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/source"
	"github.com/dfharden/dfharden/stage"
)

// samePath reports whether a directory is the same whatever build arguments are given:
// its path is written out, in the RUN and in each WORKDIR above it, or stands in an ENV
// that is.
func (p *Pass) samePath(in *parser.Instruction, c stage.Call, dir string) bool {
	for _, s := range p.Graph.Chain() {
		for _, other := range s.Instructions {
			if other.Name == "workdir" && other.Index < in.Index && !p.constant(other, other.Rest.Text) {
				return false
			}
		}
	}
	for _, other := range p.calls(in) {
		if (other.Name == "cd" || other.Name == "pushd") && !p.constant(in, p.written(other.Span)) {
			return false
		}
	}
	named := dir == c.Dir
	for _, a := range c.Args {
		if strings.Contains(a.Text, path.Base(dir)) {
			if named = p.constant(in, p.written(a.Span)); !named {
				return false
			}
		}
	}
	return named
}

func (p *Pass) written(span source.Span) string { return string(p.File.Src[span.Start:span.End]) }

var variableUse = regexp.MustCompile(`\$(\w+|\{\w+\})?`)

// constant reports whether all variables in a text of an instruction are those of an ENV
// above it that has none.
func (p *Pass) constant(in *parser.Instruction, text string) bool {
	if strings.Contains(text, "`") {
		return false
	}
	for _, m := range variableUse.FindAllStringSubmatch(text, -1) {
		if !p.plainVariable(in, strings.Trim(m[1], "{}")) {
			return false
		}
	}
	return true
}

// plainVariable reports whether the last ENV above an instruction that names a variable
// sets it, first, to a text without variables; no RUN may set another one.
func (p *Pass) plainVariable(user *parser.Instruction, name string) bool {
	plain := false
	for _, s := range p.Graph.Chain() {
		for _, in := range s.Instructions {
			text := in.Rest.Text
			switch {
			case name == "" || in.Index > user.Index || !strings.Contains(text, name):
			case in.Name == "env":
				plain = !strings.Contains(text, "$") && (strings.HasPrefix(text, name+"=") || strings.HasPrefix(text, name+" "))
			case in.Name == "run" && strings.Contains(text, name+"="):
				return false
			}
		}
	}
	return plain
}
