package checks

import (
	"path"
	"regexp"
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/source"
	"github.com/dfharden/dfharden/stage"
)

// script is the start script that the file does not show, nil if there is none:
// a path that does not look like a program that was compiled.
func (p *Pass) script() *scriptRef {
	for _, in := range p.commands() {
		if in == p.Graph.Final().End().Start.Healthcheck {
			continue
		}
		for _, c := range p.calls(in) {
			if name, span, ok := scriptOf(c); ok {
				return &scriptRef{name, in, span}
			}
		}
	}
	return nil
}

type scriptRef struct {
	Name string
	At   *parser.Instruction
	Span source.Span
}

var (
	scriptEnd  = regexp.MustCompile(`\.(sh|bash|ash|zsh|ksh)$`)
	scriptName = regexp.MustCompile(`(?i)(^|[-_./])(docker-)?(entry-?point|start|startup|run|boot|bootstrap|launch|setup|init|cmd|command)([-_.][\w.-]*)?$`)
	shellNames = map[string]bool{"sh": true, "bash": true, "ash": true, "dash": true, "zsh": true, "ksh": true, ".": true, "source": true}
)

func scriptOf(c stage.Call) (string, source.Span, bool) {
	candidates := []stage.Arg{{Text: c.Path, Known: true, Span: c.Span}}
	if shellNames[c.Name] {
		candidates = nil
		if ops := c.Operands(); len(ops) > 0 && !strings.ContainsAny(ops[0].Text, " \n;") {
			candidates = append(candidates, ops[0])
		}
		if c.Has("-c", "-ec", "-lc", "-exc", "-xc", "-cx", "-ce") {
			candidates = nil
		}
	}
	for _, a := range c.Args {
		if scriptEnd.MatchString(a.Text) {
			candidates = append(candidates, a)
		}
	}
	for _, a := range candidates {
		base := path.Base(a.Text)
		if scriptEnd.MatchString(base) || shellNames[c.Name] {
			return a.Text, a.Span, true
		}
		if strings.Contains(a.Text, "/") && scriptName.MatchString(base) || strings.HasPrefix(base, "docker-") {
			return a.Text, a.Span, true
		}
	}
	return "", source.Span{}, false
}
