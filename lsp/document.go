package lsp

import (
	"context"
	"net/url"
	"path/filepath"
	"runtime"
	"strings"
	"unicode/utf8"

	"github.com/dfharden/dfharden/report"
	"github.com/dfharden/dfharden/source"
)

// document is an open file, and what was found in it.
type document struct {
	uri     string
	version int
	src     []byte
	lines   []source.Span // without their ends: "\n", "\r\n" and "\r" end one
	utf8    bool
	file    *report.File
}

// failed reports whether the text could not be checked.
func (d *document) failed() bool { return d.file.Err != nil }

func (s *server) didOpen(ctx context.Context, p *didOpenParams) error {
	return s.text(ctx, p.TextDocument.URI, p.TextDocument.Version, p.TextDocument.Text)
}

func (s *server) didChange(ctx context.Context, p *didChangeParams) error {
	if len(p.ContentChanges) == 0 {
		return nil
	}
	last := p.ContentChanges[len(p.ContentChanges)-1]
	return s.text(ctx, p.TextDocument.URI, p.TextDocument.Version, last.Text)
}

// text takes in the whole text of a document, checks it and says what was found.
func (s *server) text(ctx context.Context, uri string, version int, text string) error {
	d := &document{uri: uri, version: version, src: []byte(text), utf8: s.utf8}
	d.lines = splitLines(d.src)
	d.file = s.checker.Check(fileName(uri), d.src)
	s.docs[uri] = d
	return s.publish(ctx, uri, version, d.diagnostics())
}

func (s *server) didClose(ctx context.Context, p *didCloseParams) error {
	d, ok := s.docs[p.TextDocument.URI]
	if !ok {
		return nil
	}
	delete(s.docs, d.uri)
	return s.publish(ctx, d.uri, d.version, []diagnostic{})
}

// fileName is the path of a file URI; any other URI stays as it is.
func fileName(uri string) string {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "file" {
		return uri
	}
	name := u.Path
	if runtime.GOOS == "windows" {
		name = strings.TrimPrefix(name, "/")
	}
	return filepath.FromSlash(name)
}

// splitLines cuts a text into lines as the protocol does.
func splitLines(src []byte) []source.Span {
	var lines []source.Span
	start := 0
	for i := 0; i < len(src); i++ {
		switch src[i] {
		case '\r':
			lines = append(lines, source.Span{Start: start, End: i})
			if i+1 < len(src) && src[i+1] == '\n' {
				i++
			}
			start = i + 1
		case '\n':
			lines = append(lines, source.Span{Start: start, End: i})
			start = i + 1
		}
	}
	return append(lines, source.Span{Start: start, End: len(src)})
}

// position is the place of a byte offset. One in a line's end is the end of that
// line's text.
func (d *document) position(offset int) position {
	low, high := 0, len(d.lines)
	for high-low > 1 {
		if mid := (low + high) / 2; d.lines[mid].Start <= offset {
			low = mid
		} else {
			high = mid
		}
	}
	line := d.lines[low]
	text := d.src[line.Start:max(line.Start, min(offset, line.End))]
	if d.utf8 {
		return position{low, len(text)}
	}
	units := 0
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		units += utf16Len(r)
		text = text[n:]
	}
	return position{low, units}
}

// offset is the byte offset of a place; one past the end of a line or the
// document is that end.
func (d *document) offset(p position) int {
	switch {
	case p.Line < 0:
		return 0
	case p.Line >= len(d.lines):
		return len(d.src)
	}
	line := d.lines[p.Line]
	if d.utf8 {
		return min(line.Start+max(p.Character, 0), line.End)
	}
	at := line.Start
	for units := 0; at < line.End && units < p.Character; {
		r, n := utf8.DecodeRune(d.src[at:line.End])
		units += utf16Len(r)
		at += n
	}
	return at
}

// utf16Len is the number of UTF-16 code units of a rune.
func utf16Len(r rune) int {
	if r > 0xFFFF {
		return 2
	}
	return 1
}

func (d *document) textRange(s source.Span) textRange {
	return textRange{d.position(s.Start), d.position(s.End)}
}

// edits turns edits into those of the protocol. An edit may begin or end between
// "\r" and "\n" only where the file's own line ends are; none of dfharden's does.
func (d *document) edits(edits []source.Edit) workspaceEdit {
	out := make([]textEdit, len(edits))
	for i, e := range edits {
		out[i] = textEdit{d.textRange(e.Span), e.New}
	}
	return workspaceEdit{map[string][]textEdit{d.uri: out}}
}
