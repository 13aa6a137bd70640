package parser

import (
	"bytes"

	bk "github.com/moby/buildkit/frontend/dockerfile/parser"

	"github.com/dfharden/dfharden/source"
)

// readDirectives finds the parser directives and the escape token. BuildKit
// skips a "#!" line when it looks for syntax and check directives, but not for
// escape: behind a "#!" line an escape directive is a comment.
func (f *File) readDirectives() *Error {
	var p bk.DirectiveParser
	n, shebang := 1, false
	if _, line := f.line(1); bytes.HasPrefix(line, []byte("#!")) {
		n, shebang, f.head = 2, true, 1
	}
	for ; n <= f.Lines.Count(); n++ {
		offset, line := f.line(n)
		lead := blanks(line)
		d, err := p.ParseLine(line[lead:])
		if err != nil {
			if shebang {
				return nil
			}
			return &Error{Line: n, Msg: oneLine(err.Error())}
		}
		if d == nil {
			return nil
		}
		if d.Name == "escape" {
			if shebang {
				continue
			}
			if d.Value != "\\" && d.Value != "`" {
				return &Error{Line: n, Msg: "invalid escape token '" + d.Value + "': it must be ` or \\"}
			}
			f.Escape = d.Value[0]
		}
		span := source.Span{Start: offset + lead, End: offset + len(line)}
		f.Directives = append(f.Directives, Directive{d.Name, d.Value, span})
		f.head = n
	}
	return nil
}

func (f *File) isDirective(line int) bool {
	for _, d := range f.Directives {
		if f.Lines.Line(d.Span.Start) == line {
			return true
		}
	}
	return false
}
