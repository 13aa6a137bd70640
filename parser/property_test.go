package parser

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/dfharden/dfharden/source"
)

func eachEncoding(t *testing.T, check func(t *testing.T, f *File)) {
	for _, fx := range encodings(t) {
		t.Run(fx.name, func(t *testing.T) {
			f, err := Parse(fx.name, fx.src)
			if err != nil {
				t.Fatal(err)
			}
			check(t, f)
		})
	}
}

func TestTokensAreTheirBytes(t *testing.T) {
	eachEncoding(t, func(t *testing.T, f *File) {
		for _, top := range f.Instructions {
			for in := top; in != nil; in = in.Sub {
				if in.Opaque != "" {
					t.Fatalf("line %d is opaque: %s", in.Line, in.Opaque)
				}
				checkTokens(t, f, in)
			}
		}
	})
}

func checkTokens(t *testing.T, f *File, in *Instruction) {
	t.Helper()
	same := func(what string, token Token, decode func(raw string) string) {
		if raw := rejoin(f, token.Span); raw != token.Text && decode(raw) != token.Text {
			t.Errorf("line %d: %s %q is written %q", in.Line, what, token.Text, raw)
		}
	}
	raw := func(raw string) string { return raw }
	same("keyword", in.Keyword, raw)
	same("rest", in.Rest, raw)
	for _, flag := range in.Flags {
		same("flag", flag.Token, func(raw string) string {
			node := nodes(t, []byte("# escape="+string(f.Escape)+"\nRUN "+raw+" x"))[0]
			return node.Flags[0]
		})
		if !flag.Span.Contains(flag.ValueSpan) || !flag.Bare && f.Src[flag.ValueSpan.Start-1] != '=' {
			t.Errorf("line %d: value of %s", in.Line, flag.Text)
		}
	}
	for _, arg := range in.Args {
		same("argument", arg, func(raw string) (s string) {
			if in.JSON && json.Unmarshal([]byte(raw), &s) == nil {
				return s
			}
			return string([]rune(strings.TrimSuffix(raw, string(f.Escape)))) // bad UTF-8 becomes U+FFFD
		})
	}
	for _, h := range in.Heredocs {
		if in.bytes(h.Body) != h.Content || !strings.HasSuffix(in.bytes(h.Span), h.Name) {
			t.Errorf("line %d: heredoc %s is %q", in.Line, h.Name, in.bytes(h.Span))
		}
	}
}

// rejoin drops the continuations, comments and blank lines within a span.
func rejoin(f *File, s source.Span) string {
	var out strings.Builder
	lines := strings.Split(string(f.Src[s.Start:s.End]), "\n")
	for i, line := range lines {
		line = strings.TrimRight(line, "\r")
		trimmed := strings.TrimLeft(line, " \t")
		switch {
		case i == len(lines)-1:
			out.WriteString(line)
		case i == 0 || trimmed != "" && trimmed[0] != '#':
			cut, _ := cutContinuation([]byte(line), f.Escape)
			out.Write(cut)
		}
	}
	return out.String()
}

func TestSpansAreInOrder(t *testing.T) {
	eachEncoding(t, func(t *testing.T, f *File) { checkOrder(t, f) })
}

func checkOrder(t *testing.T, f *File) {
	t.Helper()
	at, line := 0, 0
	for _, in := range f.Instructions {
		if in.Span.Start < at || in.Span.End < in.Span.Start || in.Line <= line || in.EndLine < in.Line {
			t.Errorf("line %d: span %v", in.Line, in.Span)
		}
		at, line = in.Span.End, in.EndLine
		for _, flag := range in.Flags {
			if !in.Span.Contains(flag.Span) {
				t.Errorf("line %d: flag %v", in.Line, flag)
			}
		}
		for _, arg := range in.Args {
			if !in.Span.Contains(arg.Span) {
				t.Errorf("line %d: argument %v", in.Line, arg)
			}
		}
	}
	if at > len(f.Src) {
		t.Errorf("span ends at %d of %d", at, len(f.Src))
	}
	at = 0
	for _, c := range f.Comments {
		line := f.Lines.Line(c.Span.Start)
		if c.Span.Start < at || f.Src[c.Span.Start] != '#' || c.In != nil && (line <= c.In.Line || line > c.In.EndLine) {
			t.Errorf("comment %v", c)
		}
		at = c.Span.End
	}
}

// summary is what must not depend on the encoding.
type summary struct {
	Names, Flags, Args, Rests, Heredocs, Comments, Commands []string
}

func summarize(f *File) (s summary) {
	for _, in := range f.Instructions {
		s.Names = append(s.Names, in.Name)
		s.Rests = append(s.Rests, in.Rest.Text)
		for _, flag := range in.Flags {
			s.Flags = append(s.Flags, flag.Name, flag.Value)
		}
		for _, arg := range in.Args {
			s.Args = append(s.Args, arg.Text)
		}
		for _, h := range in.Heredocs {
			s.Heredocs = append(s.Heredocs, h.Name, strings.ReplaceAll(h.Content, "\r\n", "\n"))
		}
		if script := in.Script(); script != nil {
			for _, c := range script.Commands {
				for _, w := range c.Words {
					s.Commands = append(s.Commands, w.Raw)
				}
			}
		}
	}
	for _, c := range f.Comments {
		s.Comments = append(s.Comments, c.Text)
	}
	return s
}

func TestEncodingDoesNotMatter(t *testing.T) {
	want := map[string]summary{}
	for _, fx := range fixtures(t) {
		want[fx.name] = summarize(mustParse(t, string(fx.src)))
	}
	eachEncoding(t, func(t *testing.T, f *File) {
		name, encoding, _ := strings.Cut(f.Name, "/")
		if encoding == "backtick" || encoding == "indented" {
			return // these are other files
		}
		if diff := cmp.Diff(want[name], summarize(f)); diff != "" {
			t.Error(diff)
		}
	})
}

var block = []string{"# added", "ARG added \\", "  more"}

func TestInsertKeepsTheRest(t *testing.T) {
	eachEncoding(t, func(t *testing.T, f *File) {
		for i, in := range f.Instructions {
			checkInsert(t, f, []source.Edit{f.InsertBefore(in, block...)}, in, i)
			checkInsert(t, f, f.InsertAfter(in, block...), in, i+1)
		}
		last := f.Instructions[len(f.Instructions)-1]
		checkInsert(t, f, f.Append(block...), last, last.Index+1)
	})
}

// checkInsert makes the edits, which add block as instruction at, next to near,
// and looks for anything else that they changed.
func checkInsert(t *testing.T, f *File, edits []source.Edit, near *Instruction, at int) {
	t.Helper()
	if _, ok := source.Merge(nil, edits); !ok || len(edits) == 0 {
		t.Fatalf("edits %v do not merge", edits)
	}
	out := source.Apply(f.Src, edits)
	want := trimmed(originals(t, f.Src))
	keyword := "ARG"
	if f.lower {
		keyword = "arg"
	}
	added := keyword + " added " + f.indent(near) + "  more"
	want = append(want[:at:at], append([]string{added}, want[at:]...)...)
	if diff := cmp.Diff(want, trimmed(originals(t, out))); diff != "" {
		t.Fatalf("%v: %s\n%s", edits, diff, out)
	}
	g, err := Parse("out", out)
	if err != nil {
		t.Fatal(err)
	}
	if len(g.Comments) != len(f.Comments)+1 || !cmp.Equal(f.Directives, g.Directives) {
		t.Errorf("%v: comments or directives are lost\n%s", edits, out)
	}
	if g.EOL != f.EOL || strings.HasSuffix(string(out), "\n") != strings.HasSuffix(string(f.Src), "\n") {
		t.Errorf("%v: line ends changed\n%q", edits, out)
	}
}

func trimmed(all []string) []string {
	for i := range all {
		all[i] = strings.TrimRightFunc(all[i], unicode.IsSpace)
	}
	return all
}

func TestSetFlagKeepsTheRest(t *testing.T) {
	eachEncoding(t, func(t *testing.T, f *File) {
		for i, in := range f.Instructions {
			if in.Name != "copy" && in.Name != "add" {
				continue
			}
			edit, ok := in.SetFlag("chown", "a:b")
			if !ok {
				t.Fatalf("line %d: no edit", in.Line)
			}
			g := mustParse(t, string(source.Apply(f.Src, []source.Edit{edit})))
			if flag, _ := g.Instructions[i].Flag("chown"); flag.Value != "a:b" {
				t.Errorf("line %d: got %q", in.Line, flag.Text)
			}
			if g.Instructions[i].Rest.Text != in.Rest.Text || len(g.Comments) != len(f.Comments) {
				t.Errorf("line %d: %v changed more", in.Line, edit)
			}
		}
	})
}
