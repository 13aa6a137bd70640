package source

import (
	"bytes"
	"fmt"
)

// context is the number of unchanged lines around a change, as in diff -u.
const context = 3

// change is a run of whole lines that one or more edits turn into other lines.
type change struct {
	span Span   // whole lines, line ends included
	new  string // what they become
}

// Unified returns the edits as a unified diff that `git apply` and `patch -p1`
// take, with "a/" and "b/" before name; nothing when no byte changes. name is
// written as it is given.
func Unified(name string, src []byte, edits []Edit) []byte {
	lines := NewLines(src)
	changes := wholeLines(src, lines, edits)
	if len(changes) == 0 {
		return nil
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "--- a/%s\n+++ b/%s\n", name, name)
	d := differ{src: src, lines: lines, out: &out}
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

// wholeLines widens the edits to whole lines and joins those that share or
// touch a line; changes that leave the bytes as they were are left out.
func wholeLines(src []byte, lines *Lines, edits []Edit) []change {
	edits = append([]Edit(nil), edits...)
	sortEdits(edits)
	var out []change
	for i := 0; i < len(edits); {
		span := widen(src, lines, edits[i].Span)
		j := i + 1
		for ; j < len(edits) && edits[j].Start <= span.End; j++ {
			if edits[j].Start == span.End && startsLine(src, span.End) && edits[j].Len() > 0 {
				break
			}
			span.End = max(span.End, widen(src, lines, edits[j].Span).End)
		}
		shifted := make([]Edit, 0, j-i)
		for _, e := range edits[i:j] {
			shifted = append(shifted, Edit{Span{e.Start - span.Start, e.End - span.Start}, e.New})
		}
		old := src[span.Start:span.End]
		if c := (change{span, string(Apply(old, shifted))}); c.new != string(old) {
			out = append(out, trim(src, c))
		}
		i = j
	}
	return out
}

// widen returns the whole lines that an edit touches. An insertion of lines at
// the start of a line touches none of them.
func widen(src []byte, lines *Lines, s Span) Span {
	if s.Len() == 0 && startsLine(src, s.Start) {
		return s
	}
	start := lines.Full(lines.Line(s.Start)).Start
	last := s.End
	if s.Len() > 0 {
		last--
	}
	return Span{start, max(s.End, lines.Full(lines.Line(last)).End)}
}

func startsLine(src []byte, offset int) bool {
	return offset == 0 || src[offset-1] == '\n'
}

// trim drops the lines that a change begins or ends with unchanged. An insertion
// without a line end of its own takes the next line in.
func trim(src []byte, c change) change {
	if len(c.new) > 0 && c.new[len(c.new)-1] != '\n' && c.span.End < len(src) {
		rest := splitLines(string(src[c.span.End:]))[0]
		c.span.End += len(rest)
		c.new += rest
	}
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
	out   *bytes.Buffer
	shift int // lines that the hunks before added
}

// index is the 0-based number of the line that starts at offset; the end of the
// file counts as the start of the line after the last.
func (d *differ) index(offset int) int {
	if offset == len(d.src) {
		return len(splitLines(string(d.src)))
	}
	return d.lines.Line(offset) - 1
}

func (d *differ) near(a, b change) bool {
	return d.index(b.span.Start)-d.index(a.span.End) <= 2*context
}

func (d *differ) hunk(changes []change) {
	all := splitLines(string(d.src))
	first := max(0, d.index(changes[0].span.Start)-context)
	last := min(len(all), d.index(changes[len(changes)-1].span.End)+context)
	var body bytes.Buffer
	added, at := 0, first
	keep := func(to int) {
		for ; at < to; at++ {
			put(&body, ' ', all[at])
		}
	}
	for _, c := range changes {
		start, end := d.index(c.span.Start), d.index(c.span.End)
		keep(start)
		for ; at < end; at++ {
			put(&body, '-', all[at])
		}
		new := splitLines(c.new)
		for _, line := range new {
			put(&body, '+', line)
		}
		added += len(new) - (end - start)
	}
	keep(last)
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

func put(out *bytes.Buffer, sign byte, line string) {
	out.WriteByte(sign)
	out.WriteString(line)
	if line[len(line)-1] != '\n' {
		out.WriteString("\n\\ No newline at end of file\n")
	}
}
