// Package source holds the bytes of a file and the ways to change them: spans,
// positions for display, edits, and unified diffs. It knows nothing of
// Dockerfiles.
package source

import (
	"bytes"
	"sort"
	"strings"
	"unicode/utf8"
)

// Span is a half-open range of byte offsets into a file, Start ≤ End.
type Span struct{ Start, End int }

// Len is the number of bytes in the span.
func (s Span) Len() int { return s.End - s.Start }

// Contains reports whether all of t lies within s.
func (s Span) Contains(t Span) bool { return s.Start <= t.Start && t.End <= s.End }

// Position is a place for display: both numbers are 1-based, and Column counts
// Unicode code points (an invalid byte counts as one).
//
// A byte order mark at the start of the file takes no column: no editor shows one.
type Position struct{ Line, Column int }

var bom = []byte("\xEF\xBB\xBF")

// Lines is the line table of a file. A line ends behind its '\n'; a '\r' before
// it belongs to the line end, not to the line's text, and so does one that the
// file ends with, as BuildKit reads it.
type Lines struct {
	src    []byte
	starts []int
}

// NewLines builds the line table of src. src must not change afterwards.
func NewLines(src []byte) *Lines {
	starts := make([]int, 1, bytes.Count(src, []byte{'\n'})+1)
	for off := 0; ; {
		i := bytes.IndexByte(src[off:], '\n')
		if i < 0 || off+i+1 == len(src) {
			return &Lines{src: src, starts: starts}
		}
		off += i + 1
		starts = append(starts, off)
	}
}

// Count is the number of lines. A final line end does not start another line;
// an empty file has one empty line.
func (l *Lines) Count() int { return len(l.starts) }

// Line returns the 1-based number of the line that holds the byte at offset;
// an offset at or past the end of the file is in the last line.
func (l *Lines) Line(offset int) int {
	return sort.Search(len(l.starts), func(i int) bool { return l.starts[i] > offset })
}

// Position returns the place of a byte offset, for display.
func (l *Lines) Position(offset int) Position {
	line, text := l.upTo(offset)
	return Position{Line: line, Column: utf8.RuneCount(text) + 1}
}

// PositionUTF16 is Position with the column counted in UTF-16 code units, as
// SARIF and the language server protocol count.
func (l *Lines) PositionUTF16(offset int) Position {
	line, text := l.upTo(offset)
	column := 1
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		if column++; r > 0xFFFF {
			column++
		}
		text = text[size:]
	}
	return Position{Line: line, Column: column}
}

func (l *Lines) upTo(offset int) (int, []byte) {
	offset = min(max(offset, 0), len(l.src))
	line := l.Line(offset)
	text := l.src[l.starts[line-1]:offset]
	if line == 1 {
		text = bytes.TrimPrefix(text, bom)
	}
	return line, text
}

// Full returns the span of a 1-based line with its line end.
func (l *Lines) Full(line int) Span {
	end := len(l.src)
	if line < len(l.starts) {
		end = l.starts[line]
	}
	return Span{l.starts[line-1], end}
}

// Text returns the span of a 1-based line without its line end ("\n", "\r\n", or
// "\r" at the end of the file).
func (l *Lines) Text(line int) Span {
	s := l.Full(line)
	text := bytes.TrimSuffix(l.src[s.Start:s.End], []byte("\n"))
	text = bytes.TrimSuffix(text, []byte("\r"))
	return Span{s.Start, s.Start + len(text)}
}

// Edit replaces the bytes of its span by New. An empty span inserts.
type Edit struct {
	Span
	New string
}

// Insert is the edit that puts text at an offset.
func Insert(offset int, text string) Edit { return Edit{Span{offset, offset}, text} }

// Replace is the edit that puts text in the place of a span.
func Replace(s Span, text string) Edit { return Edit{s, text} }

// Missing leaves out of a fix the edits that have holds: what two images of a file
// ask for alike is done once.
func Missing(have, fix []Edit) []Edit {
	var out []Edit
	for _, e := range fix {
		if !contains(have, e) {
			out = append(out, e)
		}
	}
	return out
}

// Merge adds the edits of a fix to those taken already. The fix enters whole or
// not at all: with any overlap the result is have and false. Two insertions at
// one point, or an insertion at the edge of a replaced span, count as overlap,
// for their order would be a guess. An edit that both hold is taken once if it
// replaces something. The result is sorted by place; neither argument is changed.
func Merge(have, fix []Edit) ([]Edit, bool) {
	all := make([]Edit, 0, len(have)+len(fix))
	all = append(all, have...)
	for _, e := range fix {
		if e.Len() == 0 || !contains(have, e) {
			all = append(all, e)
		}
	}
	sortEdits(all)
	for i := 1; i < len(all); i++ {
		a, b := all[i-1], all[i]
		if b.Start < a.End || b.Start == a.End && (a.Len() == 0 || b.Len() == 0) {
			return have, false
		}
	}
	return all, true
}

func contains(edits []Edit, e Edit) bool {
	for _, h := range edits {
		if h == e {
			return true
		}
	}
	return false
}

func sortEdits(edits []Edit) {
	sort.SliceStable(edits, func(i, j int) bool {
		a, b := edits[i], edits[j]
		return a.Start < b.Start || a.Start == b.Start && a.End < b.End
	})
}

// Apply returns src with the edits made. The edits must not overlap (Merge sees
// to that) and must lie within src; their order does not matter.
func Apply(src []byte, edits []Edit) []byte {
	edits = append([]Edit(nil), edits...)
	sortEdits(edits)
	var out bytes.Buffer
	at := 0
	for _, e := range edits {
		out.Write(src[at:e.Start])
		out.WriteString(e.New)
		at = e.End
	}
	out.Write(src[at:])
	return out.Bytes()
}

// splitLines splits text behind every '\n'; a last line without one is kept.
func splitLines(text string) []string {
	lines := strings.SplitAfter(text, "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}
