package parser

import (
	"bytes"
	"strings"

	"github.com/dfharden/dfharden/source"
)

// Remove takes an instruction out, its lines and their line ends. It returns false
// for an opaque instruction, for one with heredocs, where a comment within it would
// be lost, and where it ends in an escape token that the file ends with. A last line
// without a line end leaves none behind.
func (f *File) Remove(in *Instruction) (source.Edit, bool) {
	if in.Opaque != "" || in.parent != nil || len(in.Heredocs) > 0 || in.Line == 1 {
		return source.Edit{}, false
	}
	span := source.Span{Start: f.Lines.Full(in.Line).Start, End: f.Lines.Full(in.EndLine).End}
	for _, c := range f.Comments {
		if span.Contains(c.Span) {
			return source.Edit{}, false
		}
	}
	if _, line := f.line(in.EndLine); f.blank(in.EndLine) || bytes.HasSuffix(bytes.TrimRight(line, " \t\r"), []byte{f.Escape}) {
		return source.Edit{}, false
	}
	if f.Src[span.End-1] != '\n' {
		span.Start = f.Lines.Text(in.Line - 1).End
	}
	return source.Replace(span, ""), true
}

// ReplaceKeyword puts another keyword, given in lower case, in the place of the
// instruction's, in lower case if that was. The flags and arguments stay, so both
// must take them. It returns false for an opaque instruction and for a keyword that
// is written in pieces.
func (in *Instruction) ReplaceKeyword(name string) (source.Edit, bool) {
	written := in.bytes(in.Keyword.Span)
	if in.Opaque != "" || !strings.EqualFold(written, in.Name) {
		return source.Edit{}, false
	}
	if written != strings.ToLower(written) {
		name = strings.ToUpper(name)
	}
	return source.Replace(in.Keyword.Span, name), true
}
