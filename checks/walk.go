package checks

import (
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/source"
	"github.com/dfharden/dfharden/stage"
)

// image visits the instructions of the image, in the order in which they run.
func (p *Pass) image(visit func(*stage.Stage, *parser.Instruction)) {
	for _, s := range p.Graph.Chain() {
		for _, in := range s.Instructions {
			visit(s, in)
		}
	}
}

// file visits the instructions of all stages, those that the image is not made of
// among them.
func (p *Pass) file(visit func(*stage.Stage, *parser.Instruction)) {
	for _, s := range p.Graph.Stages {
		for _, in := range s.Instructions {
			visit(s, in)
		}
	}
}

// text is an instruction as the file writes it.
func (p *Pass) text(in *parser.Instruction) string {
	return string(p.File.Src[in.Span.Start:in.Span.End])
}

// says reports whether an instruction has one of some words, which are lower case, in
// any case. It is asked before a script is parsed, or read for what seldom is there.
func (p *Pass) says(in *parser.Instruction, words []string) bool {
	text, ok := p.lower[in]
	if !ok {
		text = strings.ToLower(p.text(in))
		p.lower[in] = text
	}
	for _, w := range words {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}

// behindWord is the edit that puts an option behind a word of a RUN. It says no
// where the word is not written as it reads (in exec form, quoted, from a variable),
// and for the last word, behind which the gate takes nothing for the RUN.
func (p *Pass) behindWord(in *parser.Instruction, word stage.Arg, option string) (source.Edit, bool) {
	if in.JSON || in.Opaque != "" || !word.Known || word.Span.End >= in.Span.End || string(p.File.Src[word.Span.Start:word.Span.End]) != word.Text {
		return source.Edit{}, false
	}
	return source.Replace(word.Span, word.Text+" "+option), true
}

// becomesNonRoot reports whether the image has, or by the fix of root-user will have, a user
// other than root.
func (p *Pass) becomesNonRoot() bool {
	if _, ok := p.nonRoot(); ok {
		return true
	}
	pl := p.plan()
	return pl != nil && pl.safety != NoFix && !p.windows() && !p.staysRoot()
}

// ownerOf is the user and group parts of chown's first operand, which old programs
// separate with a dot; group is "" if none is named.
func ownerOf(c stage.Call) (user, group string, ok bool) {
	ops := c.Operands()
	if len(ops) < 2 || !ops[0].Known || hasPrefix(c, "--reference") {
		return "", "", false
	}
	spec := ops[0].Text
	if !strings.Contains(spec, ":") {
		spec = strings.Replace(spec, ".", ":", 1)
	}
	user, group, _ = strings.Cut(spec, ":")
	return user, group, true
}
