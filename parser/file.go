// Package parser reads a Dockerfile with BuildKit's own parser and adds what
// that leaves out: for every instruction, flag, argument, heredoc, comment and
// shell word the bytes it was written with, and edits that keep all others.
//
// BuildKit decides what a file means. This package walks the lines a second time
// with the same rules and compares: an instruction whose bytes do not add up to
// what BuildKit saw is opaque, which means that it is never edited.
package parser

import (
	"bytes"

	bk "github.com/moby/buildkit/frontend/dockerfile/parser"

	"github.com/dfharden/dfharden/source"
)

// File is a Dockerfile that BuildKit accepts.
type File struct {
	Name string // as given to Parse, for messages
	Src  []byte // never changed
	// Lines is the line table of Src.
	Lines  *source.Lines
	Escape byte   // the escape token, '\\' or '`'
	EOL    string // the file's prevailing line end, for inserted lines

	Instructions []*Instruction // in the order of the file; there is a FROM
	Comments     []Comment      // in the order of the file, without directives
	Directives   []Directive    // syntax, escape and check, as far as they count

	segs  []segment // backing store of the instructions' texts
	head  int       // last line that holds a directive or the '#!' line, 0 if none
	lower bool      // most keywords are in lower case
}

// Comment is a line comment. A Dockerfile has no other kind.
type Comment struct {
	Text string       // without '#' and the white space around it
	Span source.Span  // from '#' to the end of the line, line end excluded
	In   *Instruction // whose continuation lines it stands between, or nil
}

// Directive is a parser directive at the top of the file.
type Directive struct {
	Name, Value string      // the name in lower case
	Span        source.Span // from '#' to the end of the line, line end excluded
}

// Parse parses and types a Dockerfile. name is for messages only. src must not
// change afterwards. It fails with an *Error, and does so exactly if BuildKit
// cannot build the file whatever the context, or if the file holds binary data.
func Parse(name string, src []byte) (*File, error) {
	f := &File{Name: name, Src: src, Lines: source.NewLines(src), Escape: bk.DefaultEscapeToken, EOL: "\n"}
	if err := f.parse(); err != nil {
		if binary(src) {
			err = &Error{Msg: "the file is binary data: this is no Dockerfile"}
		}
		err.Name = name
		return nil, err
	}
	return f, nil
}

func (f *File) parse() *Error {
	if err := f.checkBytes(); err != nil {
		return err
	}
	if err := f.readDirectives(); err != nil {
		return err
	}
	nodes, err := f.buildkit()
	if err != nil {
		return err
	}
	if 2*bytes.Count(f.Src, []byte("\r\n")) > bytes.Count(f.Src, []byte("\n")) {
		f.EOL = "\r\n"
	}
	if err := f.addInstructions(nodes); err != nil {
		return err
	}
	f.lower = f.mostlyLower()
	f.addComments(f.lastLine()+1, f.Lines.Count())
	return nil
}

func (f *File) addInstructions(nodes []*bk.Node) *Error {
	typer := newTyper()
	all := make([]Instruction, len(nodes))
	f.Instructions = make([]*Instruction, 0, len(nodes))
	for i, node := range nodes {
		in := &all[i]
		f.addComments(f.lastLine()+1, node.StartLine-1)
		*in = Instruction{file: f, Index: i, Node: node, Line: node.StartLine, EndLine: node.EndLine}
		f.Instructions = append(f.Instructions, in)
		f.locate(in)
		if err := typer.top(in); err != nil {
			return err
		}
	}
	return typer.end()
}

// lastLine is the last line of the last instruction so far.
func (f *File) lastLine() int {
	if n := len(f.Instructions); n > 0 {
		return f.Instructions[n-1].EndLine
	}
	return 0
}

// addComments collects the comments on the lines from first to last.
func (f *File) addComments(first, last int) {
	for n := first; n <= last; n++ {
		if n <= f.head && f.isDirective(n) {
			continue
		}
		if c, ok := f.comment(n); ok {
			f.Comments = append(f.Comments, c)
		}
	}
}

func (f *File) mostlyLower() bool {
	lower := 0
	for _, in := range f.Instructions {
		if in.Node.Value == in.Name {
			lower++
		}
	}
	return 2*lower > len(f.Instructions)
}
