package checks

import (
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// withheld finds the reason why an image must keep starting as root, nil if
// there is none.
func (p *Pass) withheld() *Reason {
	for _, s := range p.Graph.Chain() {
		if s.From.Opaque != "" {
			return reason(opaque, s.From, "FROM in line %d could not be mapped to the bytes of the file", s.From.Line)
		}
		for _, in := range s.Instructions {
			if in.Opaque != "" {
				return reason(opaque, in, "%s in line %d could not be mapped to the bytes of the file", strings.ToUpper(in.Name), in.Line)
			}
		}
	}
	if in := p.onBuild(); in != nil {
		return reason(baseImage, in, "ONBUILD in line %d: every image built from this one would run its steps without root", in.Line)
	}
	if account, in, sign := p.drops(); sign != "" {
		to := "another account"
		if account != "" {
			to = account
		}
		return reason(dropsPrivileges, in, "%s: it starts as root on purpose and drops to %s by itself; Kubernetes' runAsNonRoot will still refuse it%s", sign, to, p.unknownNumbers(in))
	}
	for _, check := range []func() *Reason{p.daemon, p.bootsOwn, p.server, p.rootHome} {
		if r := check(); r != nil {
			return p.heldBase(r)
		}
	}
	return nil
}

// heldBase is a reason of an image that is held back. Where it needs root's home, and
// starts nothing of its own, that concerns the images that are built on it.
func (p *Pass) heldBase(r *Reason) *Reason {
	if r.Code != needsRootHome || !p.startsNothing() {
		return r
	}
	r.Code, r.Message = baseImage, r.Message+"; it starts nothing but a shell or an interpreter: others build on the image, or call it with a command"
	return r.with("install it below /opt or /usr/local, and harden the images that are built from it")
}

func (p *Pass) onBuild() *parser.Instruction {
	for _, s := range p.Graph.Chain() {
		for _, in := range s.Instructions {
			if in.Name == "onbuild" {
				return in
			}
		}
	}
	return nil
}

func isFlag(c stage.Call) bool { return strings.HasPrefix(c.Name, "-") }

// at is the ENTRYPOINT or CMD that a call stands in; nil for the base image's.
func (p *Pass) at(c stage.Call) *parser.Instruction {
	for _, in := range p.commands() {
		if c.Command != nil && in.Span.Contains(c.Span) && c.Span.Len() > 0 {
			return in
		}
	}
	return nil
}
