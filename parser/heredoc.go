package parser

import (
	"bytes"

	bk "github.com/moby/buildkit/frontend/dockerfile/parser"

	"github.com/dfharden/dfharden/source"
)

// findHeredocs locates the bodies, which follow the joined lines one after the
// other, and reports whether they are BuildKit's.
func (in *Instruction) findHeredocs(last int) bool {
	n := last + 1
	for _, h := range in.Node.Heredocs {
		found, next, ok := in.file.findHeredoc(h, n)
		if !ok {
			return false
		}
		in.Heredocs = append(in.Heredocs, found)
		n = next
	}
	return n == in.Node.EndLine+1
}

// findHeredoc locates a body that starts on line n, and returns the line behind
// its terminator.
func (f *File) findHeredoc(h bk.Heredoc, n int) (Heredoc, int, bool) {
	if n > f.Lines.Count() {
		return Heredoc{}, n, false
	}
	start := f.Lines.Full(n).Start
	for ; n <= f.Lines.Count(); n++ {
		full := f.Lines.Full(n)
		line := bytes.TrimRight(f.Src[full.Start:full.End], "\r\n")
		end := full.Start + len(line)
		if h.Chomp {
			line = bytes.TrimLeft(line, "\t")
		}
		if string(line) != h.Name {
			continue
		}
		body := source.Span{Start: start, End: full.Start}
		all := source.Span{Start: start, End: end}
		return heredoc(h, body, all), n + 1, string(f.Src[body.Start:body.End]) == h.Content
	}
	return Heredoc{}, n, false
}
