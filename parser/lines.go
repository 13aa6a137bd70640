package parser

import (
	"bytes"
	"unicode"

	bk "github.com/moby/buildkit/frontend/dockerfile/parser"

	"github.com/dfharden/dfharden/source"
)

var bom = []byte("\xEF\xBB\xBF")

// line returns a 1-based physical line as BuildKit sees it: without the byte
// order mark of the file and without any '\r' and '\n' at its end.
func (f *File) line(n int) (offset int, text []byte) {
	full := f.Lines.Full(n)
	text = f.Src[full.Start:full.End]
	if n == 1 && bytes.HasPrefix(text, bom) {
		full.Start += len(bom)
		text = text[len(bom):]
	}
	for len(text) > 0 && (text[len(text)-1] == '\n' || text[len(text)-1] == '\r') {
		text = text[:len(text)-1]
	}
	return full.Start, text
}

// blanks counts the bytes of white space that line starts with.
func blanks(line []byte) int {
	if len(line) == 0 || line[0] > ' ' && line[0] < 0x80 {
		return 0
	}
	return len(line) - len(bytes.TrimLeftFunc(line, unicode.IsSpace))
}

// cutContinuation cuts the escape token at the end of a line, with the blanks
// behind it, as BuildKit does: a doubled escape token does not continue a line.
func cutContinuation(line []byte, escape byte) ([]byte, bool) {
	i := len(line) - 1
	for i >= 0 && (line[i] == ' ' || line[i] == '\t') {
		i--
	}
	if i < 0 || line[i] != escape || i > 0 && line[i-1] == escape {
		return line, false
	}
	return line[:i], true
}

// comment returns the comment on a physical line, if the line is one.
func (f *File) comment(n int) (Comment, bool) {
	offset, line := f.line(n)
	lead := blanks(line)
	if lead == len(line) || line[lead] != '#' {
		return Comment{}, false
	}
	return Comment{
		Text: string(bytes.TrimSpace(line[lead+1:])),
		Span: source.Span{Start: offset + lead, End: offset + len(line)},
	}, true
}

// join walks the physical lines of a node as BuildKit joined them and collects
// the comments between them. It returns the node's text and the number of the
// last line that it took, or false if the lines do not add up to node.Original.
func (f *File) join(in *Instruction, node *bk.Node) (text, int, bool) {
	t := text{s: node.Original}
	first, done, n := len(f.segs), 0, node.StartLine
	for more := true; more && n <= f.Lines.Count(); n++ {
		offset, line := f.line(n)
		lead := blanks(line)
		if n == node.StartLine {
			offset, line = offset+lead, line[lead:]
		} else if lead == len(line) {
			continue
		} else if line[lead] == '#' {
			c, _ := f.comment(n)
			c.In = in
			f.Comments = append(f.Comments, c)
			continue
		}
		line, more = cutContinuation(line, f.Escape)
		if len(line) > len(t.s)-done || t.s[done:done+len(line)] != string(line) {
			return t, n, false
		}
		f.segs = append(f.segs, segment{done, offset})
		done += len(line)
	}
	t.segs = f.segs[first:len(f.segs):len(f.segs)]
	return t, n - 1, done == len(t.s)
}
