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
	column, broken := 0, true // broken: nothing but indent on the line
	for _, pc := range pieces {
		run := "" // what waits to be written in this style
		for _, word := range strings.SplitAfter(clean(pc.text), " ") {
			n := columns(strings.TrimRight(word, " "))
			if p.width > 0 && column+n > p.width && !broken && p.atBlank(run) {
				p.put(pc.style, strings.TrimRight(run, " "))
				p.WriteString("\n" + indent)
				run, column = "", columns(indent)
			}
			run += word
			column += columns(word)
			broken = broken && n == 0
		}
		p.put(pc.style, run)
	}
	p.WriteByte('\n')
}

// atBlank reports whether the text so far, with what waits, ends with a blank, so
// that the line may break there.
func (p *printer) atBlank(waiting string) bool {
	if waiting == "" {
		waiting = strings.TrimSuffix(p.String(), "\x1b[0m")
	}
	return strings.HasSuffix(waiting, " ")
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
