package report

import (
	"strings"
	"unicode/utf8"

	"github.com/dfharden/dfharden/source"
)

// How a line of the source is shown.
const (
	tabStop     = 4
	excerptWide = 100 // columns that an excerpt may take where the width is not known
)

// cell is what one character of a source line takes on the terminal.
type cell struct {
	text   string
	width  int
	marked bool // within the span
}

// excerpt shows the first line of a span with the span underlined:
//
//	7 | FROM openjdk:17-alpine
//	  | ^^^^^^^^^^^^^^^^^^^^^^
//
// margin is what stands left of the bar, the line's number right-aligned in it.
func (p *printer) excerpt(lines *source.Lines, src []byte, span source.Span, number, margin, style string) {
	text := lines.Text(lines.Line(span.Start))
	row := cells(src[text.Start:text.End], span.Start-text.Start, span.End-text.Start)
	room := excerptWide
	if p.width > 0 {
		room = p.width
	}
	row = window(row, max(room-len(margin)-3, 20))

	p.put(dim, number+" |")
	p.WriteString(strings.TrimRight(" "+show(row), " ") + "\n")
	p.put(dim, margin+" |")
	p.WriteByte(' ')
	blank, marks := underline(row)
	p.WriteString(blank)
	p.put(style, marks)
	p.WriteByte('\n')
}

// cells lays a line out; the bytes from start to end are marked, at least one
// cell, which may be behind the text.
func cells(line []byte, start, end int) []cell {
	end = min(max(end, start+1), max(len(line), start+1))
	var row []cell
	column := 0
	for at := 0; at < len(line); {
		r, size := utf8.DecodeRune(line[at:])
		c := cell{text: clean(string(r)), width: runeColumns(r), marked: at < end && at+size > start}
		if r == '\t' {
			c.width = tabStop - column%tabStop
			c.text = strings.Repeat(" ", c.width)
		}
		row = append(row, c)
		column += c.width
		at += size
	}
	if start >= len(line) {
		row = append(row, cell{text: " ", width: 1, marked: true})
	}
	return row
}

// window cuts a row to the room there is, so that the marked cells, or the first
// of them, stay in it.
func window(row []cell, room int) []cell {
	if rowWidth(row) <= room {
		return row
	}
	first, last := marked(row)
	start := 0
	if rowWidth(row[:last]) > room-1 {
		// Not from the start of the line: show a little of what comes before.
		start = first
		for lead := 0; start > 0 && (lead < room/4 || rowWidth(row[start-1:]) < room); start-- {
			lead += row[start-1].width
		}
	}
	var out []cell
	if start > 0 {
		out = append(out, cell{text: "…", width: 1})
		room--
	}
	for i, c := range row[start:] {
		if rest := row[start+i:]; rowWidth(rest) <= room {
			return append(out, rest...)
		}
		if c.width > room-1 {
			break
		}
		out = append(out, c)
		room -= c.width
	}
	return append(out, cell{text: "…", width: 1})
}

// marked returns the bounds of the marked cells.
func marked(row []cell) (first, last int) {
	for first < len(row) && !row[first].marked {
		first++
	}
	for last = first; last < len(row) && row[last].marked; last++ {
	}
	return first, last
}

func rowWidth(row []cell) int {
	n := 0
	for _, c := range row {
		n += c.width
	}
	return n
}

func show(row []cell) string {
	var b strings.Builder
	for _, c := range row {
		b.WriteString(c.text)
	}
	return b.String()
}

// underline returns the blanks and the marks of the line below a row.
func underline(row []cell) (blank, marks string) {
	first, last := marked(row)
	for last > first+1 && strings.TrimSpace(row[last-1].text) == "" {
		last--
	}
	return strings.Repeat(" ", rowWidth(row[:first])), strings.Repeat("^", max(rowWidth(row[first:last]), 1))
}
