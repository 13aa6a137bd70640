package checks

import (
	"fmt"

	"github.com/dfharden/dfharden/parser"
)

func init() {
	register(&Rule{
		ID:        "unused-account",
		Summary:   "an account is created, and the image still runs as root",
		Control:   NonRoot,
		Severity:  Info,
		Why:       "Creating an account changes nothing until USER switches to it. This is the commonest half-finished hardening.",
		Silent:    "The entrypoint drops privileges to the account, or the image does not run as root.",
		FixSafety: "It has no fix of its own: the fix of root-user takes this account, with its numbers if they are fixed.",
		Refs:      []string{"tally: user-created-but-never-used"},
		Run: func(p *Pass) {
			pl := p.plan()
			if pl == nil || pl.safety == NoFix && pl.reason.Code != needsRootHome {
				return
			}
			for _, a := range p.Graph.Final().End().Created() {
				if a.UID.Is(0) || a.Name == "root" || !p.inImage(a.At) || p.wasUser(a.Name) {
					continue
				}
				f := Finding{Span: p.first(a.At), Message: fmt.Sprintf("the account %s is created in line %d, and the image still runs as root", a.Name, a.At.Line)}
				if c := p.creating(&a, "useradd", "adduser"); c != nil {
					f.Span = c.Span
				}
				p.Report(f)
			}
		},
	})
}

func (p *Pass) inImage(in *parser.Instruction) bool {
	for _, s := range p.Graph.Chain() {
		for _, other := range s.Instructions {
			if other == in {
				return true
			}
		}
	}
	return false
}

// wasUser reports whether an account is switched to somewhere in the image.
func (p *Pass) wasUser(name string) bool {
	for _, s := range p.Graph.Chain() {
		for _, in := range s.Instructions {
			if s.Before(in).User.Name == name {
				return true
			}
		}
	}
	return false
}
