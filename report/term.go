package report

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// The styles of the text format, as SGR parameters.
const (
	plain  = ""
	bold   = "1"
	dim    = "2"
	red    = "1;31"
	green  = "1;32"
	yellow = "1;33"
	blue   = "1;34"
)

// piece is text in one style.
type piece struct{ style, text string }

// printer builds text for a terminal.
type printer struct {
	strings.Builder
	color bool
	width int // columns; 0: lines are not wrapped
}

func (p *printer) put(style, text string) {
	if text == "" {
		return
	}
	if !p.color || style == plain {
		p.WriteString(text)
		return
	}
	p.WriteString("\x1b[" + style + "m" + text + "\x1b[0m")
}

// flow writes the pieces as one line. If the line is wider than the terminal it
// breaks at blanks, and the lines after the first begin with indent.
func (p *printer) flow(indent string, pieces ...piece) {
	column, run := 0, piece{} // run: what waits to be written in one style
	for i, u := range units(pieces) {
		switch {
		case i == 0:
		case p.width > 0 && column+1+u.width > p.width && column > len(indent):
			p.put(run.style, run.text)
			p.WriteString("\n" + indent)
			column, run = columns(indent), piece{}
		default:
			run.text += " "
			column++
		}
		column += u.width
		for _, pc := range u.pieces {
			if pc.style != run.style {
				p.put(run.style, run.text)
				run = piece{style: pc.style}
			}
			run.text += pc.text
		}
	}
	p.put(run.style, run.text)
	p.WriteByte('\n')
}

// unit is a run of pieces without a blank, so that no line breaks within it.
type unit struct {
	pieces []piece
	width  int
}

// units splits pieces at their blanks.
func units(pieces []piece) []unit {
	all := []unit{{}}
	for _, pc := range pieces {
		for i, word := range strings.Split(clean(pc.text), " ") {
			if i > 0 {
				all = append(all, unit{})
			}
			u := &all[len(all)-1]
			u.pieces = append(u.pieces, piece{pc.style, word})
			u.width += columns(word)
		}
	}
	return all
}

// clean makes text fit for a line of a terminal: no line ends, no control
// characters, nothing that turns the direction of writing.
func clean(text string) string {
	if !strings.ContainsFunc(text, unprintable) && utf8.ValidString(text) {
		return text
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case unprintable(r):
			return utf8.RuneError
		}
		return r
	}, text)
}

func unprintable(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029'
}

// columns is the width of text in a terminal.
func columns(text string) int {
	n := 0
	for _, r := range text {
		n += runeColumns(r)
	}
	return n
}

func runeColumns(r rune) int {
	if r < 0x300 {
		return 1
	}
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}
