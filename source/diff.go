package source

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// context is the number of unchanged lines around a change, as in diff -u.
const context = 3

// change is a run of whole lines that one or more edits turn into other lines.
type change struct {
	span Span   // whole lines, line ends included
	new  string // what they become
}

// Unified returns the edits as a unified diff that `git apply` and `patch -p1`
// take, with "a/" and "b/" before name; nothing when no byte changes. name has
// slashes; it is written as it is given, but quoted as git does where a tab or a
// line end would cut it. The edits are those that Apply takes.
func Unified(name string, src []byte, edits []Edit) []byte {
	if bytes.Equal(src, Apply(src, edits)) {
		return nil
	}
	lines := NewLines(src)
	changes := wholeLines(src, lines, edits)
	var out bytes.Buffer
	fmt.Fprintf(&out, "--- %s\n+++ %s\n", label("a/"+name), label("b/"+name))
	d := differ{src: src, lines: lines, all: splitLines(string(src)), out: &out}
	for len(changes) > 0 {
		n := 1
		for n < len(changes) && d.near(changes[n-1], changes[n]) {
			n++
		}
		d.hunk(changes[:n])
		changes = changes[n:]
	}
	return out.Bytes()
}

// label writes a file name for a header: a tab behind a name with blanks keeps
// patch from ending it there.
func label(name string) string {
	if strings.ContainsAny(name, "\t\n\r") {
		return strconv.Quote(name)
	}
	if strings.Contains(name, " ") {
		return name + "\t"
	}
	return name
}

// wholeLines widens the edits to whole lines and joins those that share a line;
// changes that leave the bytes as they were are left out.
func wholeLines(src []byte, lines *Lines, edits []Edit) []change {
	edits = append([]Edit(nil), edits...)
	sortEdits(edits)
	var out []change
	for len(edits) > 0 {
		c, n := join(src, lines, edits)
		if c.new != string(src[c.span.Start:c.span.End]) {
			out = append(out, trim(src, c))
		}
		edits = edits[n:]
	}
	return out
}

// join returns the change that the first of the sorted edits belongs to, and how
// many edits it takes in. Where the new text has lost its last line end, the line
// behind it is part of the change.
func join(src []byte, lines *Lines, edits []Edit) (change, int) {
	span, n := widen(src, lines, edits[0]), 1
	for {
		for ; n < len(edits) && (edits[n].Start < span.End || !startsLine(src, span.End)); n++ {
			span.End = max(span.End, widen(src, lines, edits[n]).End)
		}
		text := within(src, span, edits[:n])
		if text == "" || text[len(text)-1] == '\n' || span.End == len(src) {
			return change{span, text}, n
		}
		span.End = lines.Full(lines.Line(span.End)).End
	}
}

// widen returns the whole lines that an edit touches. An insertion of lines at
// the start of a line touches none of them.
func widen(src []byte, lines *Lines, e Edit) Span {
	if e.Len() == 0 && startsLine(src, e.Start) {
		return e.Span
	}
	last := e.End
	if e.Len() > 0 {
		last--
	}
	return Span{lines.Full(lines.Line(e.Start)).Start, lines.Full(lines.Line(last)).End}
}

func startsLine(src []byte, offset int) bool {
	return offset == 0 || src[offset-1] == '\n'
}

// within is what edits, all of them within span, make of its bytes.
func within(src []byte, span Span, edits []Edit) string {
	shifted := make([]Edit, len(edits))
	for i, e := range edits {
		shifted[i] = Edit{Span{e.Start - span.Start, e.End - span.Start}, e.New}
	}
	return string(Apply(src[span.Start:span.End], shifted))
}

// trim drops the lines that a change begins or ends with unchanged.
func trim(src []byte, c change) change {
	old, new := splitLines(string(src[c.span.Start:c.span.End])), splitLines(c.new)
	for len(old) > 0 && len(new) > 0 && old[0] == new[0] {
		c.span.Start += len(old[0])
		c.new = c.new[len(new[0]):]
		old, new = old[1:], new[1:]
	}
	for len(old) > 0 && len(new) > 0 && old[len(old)-1] == new[len(new)-1] {
		c.span.End -= len(old[len(old)-1])
		c.new = c.new[:len(c.new)-len(new[len(new)-1])]
		old, new = old[:len(old)-1], new[:len(new)-1]
	}
	return c
}

type differ struct {
	src   []byte
	lines *Lines
	all   []string // the lines of src
	out   *bytes.Buffer
	shift int // lines that the hunks before added
}

// index is the 0-based number of the line that starts at offset; the end of the
// file counts as the start of the line after the last.
func (d *differ) index(offset int) int {
	if offset == len(d.src) {
		return len(d.all)
	}
	return d.lines.Line(offset) - 1
}

func (d *differ) near(a, b change) bool {
	return d.index(b.span.Start)-d.index(a.span.End) <= 2*context
}

func (d *differ) hunk(changes []change) {
	first := max(0, d.index(changes[0].span.Start)-context)
	last := min(len(d.all), d.index(changes[len(changes)-1].span.End)+context)
	var body bytes.Buffer
	added, at := 0, first
	put := func(sign byte, to int) {
		for ; at < to; at++ {
			putLine(&body, sign, d.all[at])
		}
	}
	for _, c := range changes {
		start, end := d.index(c.span.Start), d.index(c.span.End)
		put(' ', start)
		put('-', end)
		lines := splitLines(c.new)
		for _, line := range lines {
			putLine(&body, '+', line)
		}
		added += len(lines) - (end - start)
	}
	put(' ', last)
	old := last - first
	fmt.Fprintf(d.out, "@@ -%s +%s @@\n", extent(first, old), extent(first+d.shift, old+added))
	d.out.Write(body.Bytes())
	d.shift += added
}

// extent writes a range of a hunk's header from a 0-based start.
func extent(start, count int) string {
	if count == 0 {
		return fmt.Sprintf("%d,0", start)
	}
	return fmt.Sprintf("%d,%d", start+1, count)
}

func putLine(out *bytes.Buffer, sign byte, line string) {
	out.WriteByte(sign)
	out.WriteString(line)
	if line[len(line)-1] != '\n' {
		out.WriteString("\n\\ No newline at end of file\n")
	}
}
