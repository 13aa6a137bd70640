package parser

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	bk "github.com/moby/buildkit/frontend/dockerfile/parser"

	"github.com/dfharden/dfharden/source"
)

// FuzzParse looks for panics, for spans out of order, for instructions that are
// opaque, and for edits that change anything else.
func FuzzParse(f *testing.F) {
	for _, fx := range fixtures(f) {
		f.Add(fx.src)
		if src, ok := backtick(fx.src); ok {
			f.Add(bytes.ReplaceAll(src, []byte("\n"), []byte("\r\n")))
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		file, err := Parse("f", src)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || strings.ContainsAny(e.Msg, "\n") || e.Msg == "" || e.Line > source.NewLines(src).Count() {
				t.Fatalf("%#v", err)
			}
			return
		}
		checkOrder(t, file)
		want := originals(t, src)
		step := 1 + len(want)/8 // each edit costs a parse of the file
		for i, in := range file.Instructions {
			if in.Opaque != "" {
				t.Fatalf("line %d is opaque: %s", in.Line, in.Opaque)
			}
			if i%step == 0 {
				fuzzEdits(t, file, in, want)
			}
		}
		fuzzEdit(t, file, want, len(want), file.Append("ARG x"))
	})
}

func fuzzEdits(t *testing.T, f *File, in *Instruction, want []string) {
	for _, x := range []*Instruction{in, in.Sub} {
		if x == nil {
			continue
		}
		if s := x.Script(); s != nil {
			for _, c := range s.Commands {
				if !in.Span.Contains(c.Span) {
					t.Fatalf("line %d: command at %v", in.Line, c.Span)
				}
			}
		}
		if edit, ok := x.SetFlag("chown", "a b"); ok {
			fuzzFlag(t, f, in, want, edit)
		}
		for i := range x.Args {
			if edit, ok := x.ReplaceArg(i, "x"); ok {
				fuzzReplace(t, f, in, want, edit)
			}
		}
	}
	fuzzEdit(t, f, want, in.Index, []source.Edit{f.InsertBefore(in, "ARG x")})
	fuzzEdit(t, f, want, in.Index+1, f.InsertAfter(in, "ARG x"))
}

// fuzzEdit checks that the edits add one instruction at an index.
func fuzzEdit(t *testing.T, f *File, want []string, at int, edits []source.Edit) {
	t.Helper()
	if edits == nil {
		return
	}
	want = trimmed(slices.Clone(want))
	got := trimmed(originals(t, source.Apply(f.Src, edits)))
	if len(got) != len(want)+1 || !strings.EqualFold(got[at], "arg x") || !slices.Equal(slices.Delete(got, at, at+1), want) {
		t.Fatalf("%v: got %q, want %q", edits, got, want)
	}
}

// fuzzReplace checks that an edit changes no other instruction than in. BuildKit
// may reject what became of that one.
func fuzzReplace(t *testing.T, f *File, in *Instruction, want []string, edit source.Edit) {
	t.Helper()
	out := source.Apply(f.Src, []source.Edit{edit})
	result, err := bk.Parse(bytes.NewReader(out))
	if err != nil {
		if lineOf(err) != in.Line {
			t.Fatalf("%v: %v", edit, err)
		}
		return
	}
	var got []string
	for _, n := range result.AST.Children {
		got = append(got, n.Original)
	}
	if len(got) != len(want) {
		t.Fatalf("%v: got %q, want %q", edit, got, want)
	}
	got[in.Index] = want[in.Index]
	if !slices.Equal(got, want) {
		t.Fatalf("%v: got %q, want %q", edit, got, want)
	}
}

// fuzzFlag checks that BuildKit reads the flag that was set, and nothing else new.
func fuzzFlag(t *testing.T, f *File, in *Instruction, want []string, edit source.Edit) {
	t.Helper()
	fuzzReplace(t, f, in, want, edit)
	node := nodes(t, source.Apply(f.Src, []source.Edit{edit}))[in.Index]
	if in.Sub != nil && len(node.Flags) == len(in.Flags) {
		node = node.Next.Children[0]
	}
	if !slices.Contains(node.Flags, "--chown=a b") {
		t.Fatalf("%v: flags %q", edit, node.Flags)
	}
}

// FuzzShell looks for panics, for words out of range, and for words whose value
// is not that of the parts that they are written with.
func FuzzShell(f *testing.F) {
	for _, fx := range fixtures(f) {
		file := mustParse(f, string(fx.src))
		for _, in := range file.Instructions {
			if in.Sub != nil {
				in = in.Sub
			}
			f.Add(in.Rest.Text)
			for _, h := range in.Heredocs {
				f.Add(h.Content)
			}
		}
	}
	f.Fuzz(func(t *testing.T, script string) {
		commands, err := ParseShell(script)
		if err != nil && commands != nil {
			t.Fatal("commands with an error")
		}
		all := source.Span{End: len(script)}
		for _, c := range commands {
			if !all.Contains(c.Span) || c.Span.Len() < 0 {
				t.Fatalf("command at %v", c.Span)
			}
			for _, w := range c.Words {
				if !c.Span.Contains(w.Span) {
					t.Fatalf("word %q at %v in %v", w.Raw, w.Span, c.Span)
				}
				w.Lit()
				w.Expand(func(string) (string, bool) { return "", true })
			}
		}
	})
}
