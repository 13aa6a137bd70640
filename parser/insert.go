package parser

import (
	"bytes"
	"strings"

	"github.com/dfharden/dfharden/source"
)

// InsertBefore puts lines above an instruction and the block of comment lines
// that touches it, but never above a parser directive. Lines are given as
// "RUN …" or "# comment", without line ends; an escape token that ends a line is
// given as '\\'. They get the file's line end, escape token and keyword case and
// the instruction's indentation.
func (f *File) InsertBefore(in *Instruction, lines ...string) source.Edit {
	floor := f.head
	if in.Index > 0 {
		floor = f.Instructions[in.Index-1].EndLine
	}
	n := in.Line
	for n-1 > floor {
		if _, ok := f.comment(n - 1); !ok {
			break
		}
		n--
	}
	offset, _ := f.line(n) // behind a byte order mark
	return source.Insert(offset, f.format(in, lines))
}

// InsertAfter puts lines directly below an instruction, its heredocs included;
// they are formatted as by InsertBefore. A last line without a line end stays
// without one. Where the instruction ends in an escape token at the end of the
// file, that token goes, because the lines would continue the instruction. The
// result is nil if that cannot be done without changing its meaning.
func (f *File) InsertAfter(in *Instruction, lines ...string) []source.Edit {
	return f.insertBelow(f.Instructions[in.Index], in.EndLine, lines)
}

// Append puts lines at the end of the file, below comments that end it, but
// above blank lines that do. It formats and repairs as InsertAfter does.
func (f *File) Append(lines ...string) []source.Edit {
	last := f.Instructions[len(f.Instructions)-1]
	n, floor := f.Lines.Count(), last.Line
	if len(last.Heredocs) > 0 {
		floor = last.EndLine // a terminator may be blank
	}
	for n > floor && f.blank(n) {
		n--
	}
	return f.insertBelow(last, n, lines)
}

func (f *File) blank(n int) bool {
	_, line := f.line(n)
	return blanks(line) == len(line)
}

// insertBelow puts lines below line n, which is the last of the instruction or
// follows it.
func (f *File) insertBelow(in *Instruction, n int, lines []string) []source.Edit {
	repair, ok := f.repair(in)
	if !ok {
		return nil
	}
	full := f.Lines.Full(n)
	text := f.format(in, lines)
	if full.Len() == 0 || f.Src[full.End-1] != '\n' {
		text = f.EOL + strings.TrimSuffix(text, f.EOL)
	}
	if last := len(repair) - 1; last >= 0 && repair[last].End == full.End {
		repair[last].New += text
		return repair
	}
	return append(repair, source.Insert(full.End, text))
}

// repair ends an instruction that a dangling escape token leaves open at the end
// of the file, in the order of the file. BuildKit's text for it then differs by
// trailing white space at most. It returns false where what precedes the token would
// continue the line as well.
func (f *File) repair(in *Instruction) ([]source.Edit, bool) {
	if len(in.Heredocs) > 0 {
		return nil, true
	}
	var edits []source.Edit
	for n := in.EndLine; n >= in.Line; n-- {
		if _, ok := f.comment(n); ok && n > in.Line || f.blank(n) {
			continue
		}
		offset, line := f.line(n)
		cut, more := cutContinuation(line, f.Escape)
		if !more {
			return edits, true
		}
		if _, again := cutContinuation(bytes.TrimRight(cut, "\r"), f.Escape); again {
			return nil, false
		}
		span := source.Span{Start: offset + len(cut), End: offset + len(line)}
		edits = append([]source.Edit{source.Replace(span, "")}, edits...)
		if len(bytes.TrimSpace(cut)) > 0 { // else the line is skipped and the one above goes on
			return edits, true
		}
	}
	return edits, true
}

// format returns whole lines in the manner of the file around the instruction.
func (f *File) format(in *Instruction, lines []string) string {
	indent := f.indent(in)
	var b strings.Builder
	continued := false
	for _, line := range lines {
		if line != "" {
			b.WriteString(indent)
		}
		comment := strings.HasPrefix(strings.TrimLeft(line, " \t"), "#")
		if f.lower && !continued && !comment {
			word, rest, found := strings.Cut(line, " ")
			line = strings.ToLower(word)
			if found {
				line += " " + rest
			}
		}
		if !comment {
			var cut []byte
			if cut, continued = cutContinuation([]byte(line), '\\'); continued {
				line = string(cut) + string(f.Escape)
			}
		}
		b.WriteString(line)
		b.WriteString(f.EOL)
	}
	return b.String()
}

// indent is the white space that the instruction's first line starts with.
func (f *File) indent(in *Instruction) string {
	_, line := f.line(in.Line)
	n := 0
	for n < len(line) && (line[n] == ' ' || line[n] == '\t') {
		n++
	}
	return string(line[:n])
}
