package parser

import (
	"sort"

	"github.com/dfharden/dfharden/source"
)

// text is a logical text (physical lines joined, comments left out) together
// with the file offsets that its bytes were read from.
type text struct {
	s    string
	segs []segment
	all  *source.Span // if set, the place of any part of the text
}

// segment says that the bytes of a text from at on, up to the next segment, are
// those of the file from offset on.
type segment struct{ at, offset int }

// offset returns the file offset of the byte at i; i may be the text's length.
func (t text) offset(i int) int {
	n := len(t.segs)
	if n == 0 {
		return 0
	}
	if n == 1 || i < t.segs[1].at {
		return t.segs[0].offset + i - t.segs[0].at
	}
	// The last of several segments that start at i is the one with bytes in it.
	k := sort.Search(n, func(k int) bool { return t.segs[k].at > i }) - 1
	return t.segs[k].offset + i - t.segs[k].at
}

// span returns the file's bytes for the text from start to end. It begins and
// ends with a byte of the text, so continuations at its edges are not in it.
func (t text) span(start, end int) source.Span {
	switch {
	case t.all != nil:
		return *t.all
	case start < end:
		return source.Span{Start: t.offset(start), End: t.offset(end-1) + 1}
	case start > 0:
		off := t.offset(start-1) + 1
		return source.Span{Start: off, End: off}
	}
	off := t.offset(0)
	return source.Span{Start: off, End: off}
}

// token is the piece of the text from start to end, with its decoded form.
func (t text) token(start, end int, decoded string) Token {
	return Token{Text: decoded, Span: t.span(start, end)}
}

// add appends s, read from the file at offset.
func (t *text) add(s string, offset int) {
	t.segs = append(t.segs, segment{len(t.s), offset})
	t.s += s
}

// placed is a text of which no part has a place of its own.
func placed(s string, all source.Span) text { return text{s: s, all: &all} }

func plainText(s string) text { return text{s: s, segs: []segment{{0, 0}}} }
