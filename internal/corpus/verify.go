package main

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	bk "github.com/moby/buildkit/frontend/dockerfile/parser"

	"github.com/dfharden/dfharden/source"
)

// read is BuildKit's own reading of a file: its nodes, and the first error of
// parser or instructions.
func read(src []byte) ([]*bk.Node, error) {
	res, err := bk.Parse(bytes.NewReader(src))
	if err != nil {
		return nil, err
	}
	_, _, err = instructions.Parse(res.AST, linter.New(&linter.Config{}))
	return res.AST.Children, err
}

// verify holds a result against the file that it was made from.
func (r *outcome) verify(before, after []byte, edits []source.Edit) {
	if !bytes.Equal(source.Apply(before, edits), after) {
		r.breach("bytes outside the edits changed", "the edits do not give the result")
	}
	old, oldErr := read(before)
	now, nowErr := read(after)
	if now == nil || nowErr != nil && oldErr == nil {
		r.breach("result does not parse", "%v", nowErr)
		return
	}
	r.sameInstructions(before, old, now, edits)
	r.sameComments(before, after)
}

// sameInstructions finds the instructions of the input in the result, in order:
// those that no edit touches as they were, the others by their keyword. One that an
// edit takes out must have moved, or be a RUN that does nothing but chown.
func (r *outcome) sameInstructions(before []byte, old, now []*bk.Node, edits []source.Edit) {
	lines := source.NewLines(before)
	at := 0
	for _, node := range old {
		span := source.Span{Start: lines.Full(node.StartLine).Start, End: lines.Text(node.EndLine).End}
		touched := touches(edits, span)
		if touched && removed(edits, span) && (chownOnly.MatchString(node.Original) || has(now, node.Original)) {
			continue
		}
		for at < len(now) && !same(node, now[at], touched) {
			at++
		}
		if at == len(now) {
			r.breach("untouched instruction changed", "line %d: %s", node.StartLine, node.Original)
			return
		}
		at++
	}
}

func same(a, b *bk.Node, touched bool) bool {
	if touched {
		return strings.EqualFold(a.Value, b.Value) || strings.EqualFold(a.Value, "add") && strings.EqualFold(b.Value, "copy")
	}
	if a.Original != b.Original || len(a.Heredocs) != len(b.Heredocs) {
		return false
	}
	for i := range a.Heredocs {
		if a.Heredocs[i] != b.Heredocs[i] {
			return false
		}
	}
	return true
}

var chownOnly = regexp.MustCompile(`(?i)^RUN\s+chown\s[^&;|$<>]*$`)

// removed reports whether an edit covers a span; of what it has in its place the
// other instructions tell.
func removed(edits []source.Edit, s source.Span) bool {
	for _, e := range edits {
		if e.Contains(s) {
			return true
		}
	}
	return false
}

func has(nodes []*bk.Node, original string) bool {
	for _, n := range nodes {
		if n.Original == original {
			return true
		}
	}
	return false
}

// touches reports whether an edit replaces bytes of a span, or inserts within it.
func touches(edits []source.Edit, s source.Span) bool {
	for _, e := range edits {
		if e.Start < s.End && e.End > s.Start || e.Len() == 0 && e.Start > s.Start && e.Start < s.End {
			return true
		}
	}
	return false
}

// sameComments finds the lines of the input that begin with a '#' in the result,
// in order: comments, directives, and such lines of scripts.
func (r *outcome) sameComments(before, after []byte) {
	now := hashLines(after)
	at := 0
	for _, line := range hashLines(before) {
		for at < len(now) && now[at] != line {
			at++
		}
		if at == len(now) {
			r.breach("comment lost", "%s", line)
			return
		}
		at++
	}
}

func hashLines(src []byte) []string {
	var out []string
	for line := range strings.Lines(string(src)) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "#") {
			out = append(out, line)
		}
	}
	return out
}
