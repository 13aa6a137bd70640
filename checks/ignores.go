package checks

import (
	"slices"

	"github.com/dfharden/dfharden/parser"
)

// ignore marks the findings that comments of the file want no word of.
func (p *Pass) ignore() {
	if p.Options.NoIgnores {
		return
	}
	for i := range p.findings {
		f := &p.findings[i]
		for _, ig := range p.ignored() {
			if ig.matches(*f) {
				f.Ignored = true
				if f.Justification == "" {
					f.Justification = ig.reason
				}
			}
		}
	}
}

// matches reports whether an ignore covers a finding.
func (ig ignore) matches(f Finding) bool {
	return slices.Contains(ig.rules, f.Rule.ID) && ig.covers.Contains(f.Span)
}

// ignored are the ignores of the file, read once.
func (p *Pass) ignored() []ignore {
	if !p.ignoresRead {
		p.ignores, p.ignoresRead = readIgnores(p.File), true
	}
	return p.ignores
}

// spared reports whether a comment wants no word of a rule about an instruction. The
// fix of another rule then leaves it alone too.
func (p *Pass) spared(rule string, in *parser.Instruction) bool {
	if p.Options.NoIgnores {
		return false
	}
	return slices.ContainsFunc(p.ignored(), func(ig ignore) bool {
		return slices.Contains(ig.rules, rule) && ig.covers.Contains(in.Span)
	})
}

// staysRoot reports whether a comment wants no word of an image that runs as root, so
// that it will go on doing so.
func (p *Pass) staysRoot() bool {
	s := p.Graph.Final()
	at := s.End().User.At
	return p.spared("root-user", s.From) || at != nil && p.spared("root-user", at)
}
