package parser

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	bk "github.com/moby/buildkit/frontend/dockerfile/parser"
)

// maxLine is the longest physical line that BuildKit reads, without its '\n'.
const maxLine = 65535

// Error says why a file cannot be used. Its text is one line.
type Error struct {
	Name string // of the file, as given to Parse
	Line int    // 1-based; 0 if it is about the whole file
	Msg  string
}

// Error returns "name:line: message", without the line if there is none.
func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Name + ": " + e.Msg
	}
	return fmt.Sprintf("%s:%d: %s", e.Name, e.Line, e.Msg)
}

func oneLine(msg string) string { return strings.Join(strings.Fields(msg), " ") }

// checkBytes refuses what is no text that BuildKit could read.
func (f *File) checkBytes() *Error {
	if len(bytes.TrimSpace(f.Src)) == 0 {
		return &Error{Msg: "the file is empty: a Dockerfile needs at least a FROM instruction"}
	}
	if i := bytes.IndexByte(f.Src, 0); i >= 0 {
		return &Error{Line: f.Lines.Line(i), Msg: "the file holds a NUL byte: " +
			"it is binary or UTF-16; save it as UTF-8 text"}
	}
	for n := 1; n <= f.Lines.Count(); n++ {
		full := f.Lines.Full(n)
		if full.Len() > maxLine && f.Src[full.End-1] != '\n' || full.Len() > maxLine+1 {
			return &Error{Line: n, Msg: fmt.Sprintf("the line is %d bytes long, more than the %d that BuildKit reads: "+
				"break it with continuations or move it to a file", full.Len(), maxLine)}
		}
	}
	return nil
}

// binary reports whether a file that does not parse is no text at all: it has
// control characters that no text has. NUL bytes are told apart by checkBytes.
func binary(src []byte) bool {
	return bytes.ContainsFunc(src, func(r rune) bool {
		return r < ' ' && r != 0 && !strings.ContainsRune("\t\n\v\f\r\x1b", r)
	})
}

// buildkit runs BuildKit's parser. It has panicked on odd input before, and what
// it panics on cannot be built either.
func (f *File) buildkit() (nodes []*bk.Node, err *Error) {
	defer func() {
		if r := recover(); r != nil {
			nodes, err = nil, &Error{Msg: oneLine(fmt.Sprint("BuildKit's parser fails on this file: ", r))}
		}
	}()
	result, failed := bk.Parse(bytes.NewReader(f.Src))
	if failed != nil {
		return nil, &Error{Line: lineOf(failed), Msg: oneLine(failed.Error())}
	}
	f.Escape = byte(result.EscapeToken)
	return result.AST.Children, nil
}

// lineOf returns the line that BuildKit gives with an error, or 0.
func lineOf(err error) int {
	var located *bk.LocationError
	if !errors.As(err, &located) {
		return 0
	}
	for _, ranges := range located.Locations {
		for _, r := range ranges {
			return r.Start.Line
		}
	}
	return 0
}
