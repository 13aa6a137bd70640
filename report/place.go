package report

import (
	"errors"
	"net/url"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/source"
)

// slashed is a path as machines compare it: with slashes, without "./".
func slashed(name string) string { return path.Clean(filepath.ToSlash(name)) }

// drive matches the start of an absolute path of Windows.
var drive = regexp.MustCompile(`^[A-Za-z]:/`)

// uri is a slashed path as a URI reference: relative, or with the scheme file.
// What a URI has no room for is percent-encoded, byte by byte.
func uri(name string) (ref string, absolute bool) {
	if drive.MatchString(name) && filepath.IsAbs(name) { // elsewhere it is a folder called "C:"
		name = "/" + name
	}
	if path.IsAbs(name) {
		return (&url.URL{Scheme: "file", Path: name}).String(), true
	}
	return (&url.URL{Path: name}).String(), false
}

// trouble is what is wrong with a file in error: the line, 0 if it is about all
// of it, and the message without the file's name.
func trouble(f *File) (line int, msg string) {
	var parse *parser.Error
	if errors.As(f.Err, &parse) {
		return parse.Line, clean(parse.Msg)
	}
	return 0, clean(strings.TrimPrefix(f.Err.Error(), f.Path+": "))
}

// place is where a span is, for the formats that count columns in code points.
func place(lines *source.Lines, s source.Span) (from, to source.Position) {
	return lines.Position(s.Start), lines.Position(s.End)
}
