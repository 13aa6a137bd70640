package source

// Pieces follows a file through several rounds of edits, so that the end can be
// told as one set of edits of the beginning, and a place in a later text as the
// place in the first.
type Pieces struct {
	size   int // of the original
	pieces []piece
}

// piece is a run of the current text: bytes of the original, or new text.
type piece struct {
	orig Span
	text string // new text; "" for a run of the original
}

func (p piece) len() int {
	if p.text != "" {
		return len(p.text)
	}
	return p.orig.Len()
}

// NewPieces starts with an unchanged text of size bytes.
func NewPieces(size int) *Pieces {
	return &Pieces{size: size, pieces: []piece{{orig: Span{0, size}}}}
}

// Edit makes edits of the current text. They must not overlap.
func (t *Pieces) Edit(edits []Edit) {
	edits = append([]Edit(nil), edits...)
	sortEdits(edits)
	for i := len(edits) - 1; i >= 0; i-- {
		e := edits[i]
		head, rest := cut(t.pieces, e.Start)
		_, tail := cut(rest, e.Len())
		t.pieces = append([]piece(nil), head...)
		if e.New != "" {
			t.pieces = append(t.pieces, piece{text: e.New})
		}
		t.pieces = append(t.pieces, tail...)
	}
}

// cut splits pieces behind the first n bytes.
func cut(pieces []piece, n int) (head, tail []piece) {
	for i, p := range pieces {
		size := p.len()
		switch {
		case n == 0:
			return pieces[:i], pieces[i:]
		case n >= size:
			n -= size
		case p.text != "":
			head = append(append(head, pieces[:i]...), piece{text: p.text[:n]})
			return head, append([]piece{{text: p.text[n:]}}, pieces[i+1:]...)
		default:
			mid := p.orig.Start + n
			head = append(append(head, pieces[:i]...), piece{orig: Span{p.orig.Start, mid}})
			return head, append([]piece{{orig: Span{mid, p.orig.End}}}, pieces[i+1:]...)
		}
	}
	return pieces, nil
}

// Edits returns the edits that lead from the original to the current text,
// sorted and not touching each other.
func (t *Pieces) Edits() []Edit {
	var edits []Edit
	at, text := 0, ""
	flush := func(to int) {
		if text != "" || to > at {
			edits = append(edits, Edit{Span{at, to}, text})
		}
		text = ""
	}
	for _, p := range t.pieces {
		if p.text != "" {
			text += p.text
		} else if p.orig.Len() > 0 {
			flush(p.orig.Start)
			at = p.orig.End
		}
	}
	flush(t.size)
	return edits
}

// Original maps an offset of the current text to the original. An offset in new
// text is mapped to the place where that text stands.
func (t *Pieces) Original(offset int) int {
	last := 0
	for _, p := range t.pieces {
		size := p.len()
		if p.text == "" {
			if offset < size {
				return p.orig.Start + offset
			}
			last = p.orig.End
		} else if offset < size {
			return last
		}
		offset -= size
	}
	return last
}

// OriginalSpan maps a span of the current text to the original.
func (t *Pieces) OriginalSpan(s Span) Span {
	start := t.Original(s.Start)
	if s.Len() == 0 {
		return Span{start, start}
	}
	return Span{start, max(start, t.Original(s.End-1)+1)}
}
