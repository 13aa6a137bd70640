package parser

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dfharden/dfharden/source"
)

// written are the bytes of tokens.
func written(in *Instruction, tokens ...Token) (all []string) {
	for _, token := range tokens {
		all = append(all, in.bytes(token.Span))
	}
	return all
}

func texts(tokens []Token) (all []string) {
	for _, token := range tokens {
		all = append(all, token.Text)
	}
	return all
}

// TestQuirks has what BuildKit reads in its own way: the arguments as it decodes
// them, and the bytes of each.
func TestQuirks(t *testing.T) {
	for _, test := range []struct {
		name, src      string
		text, raw      []string
		flags, written []string
	}{
		{
			name: "COPY splits on blanks and ignores quotes", src: `COPY "a b" /c`,
			text: []string{`"a`, `b"`, `/c`},
		},
		{name: "USER takes the rest of the line", src: "USER app # x", text: []string{"app # x"}},
		{name: "a broken array is shell form", src: `CMD [ "a", 'b' ]`, text: []string{`[ "a", 'b' ]`}},
		{
			name: "JSON escapes", src: `CMD ["\u0061\"", "b\\"]`,
			text: []string{`a"`, `b\`}, raw: []string{`"\u0061\""`, `"b\\"`},
		},
		{
			name: "JSON over lines", src: "CMD [ \\\n  # first\n  \"a\", \\\n  \"b\" ]",
			text: []string{"a", "b"}, raw: []string{`"a"`, `"b"`},
		},
		{
			name: "ENV words keep their quotes", src: `ENV A="b c" D=e\ f`,
			text: []string{"A", `"b c"`, "=", "D", `e\ f`, "="},
		},
		{name: "the old ENV form", src: "ENV A  b  c ", text: []string{"A", "b  c", ""}},
		{
			name: "a word split by a continuation", src: "USER ro\\\n # who\n\not", text: []string{"root"},
			raw: []string{"ro\\\n # who\n\not"},
		},
		{
			name: "white space is cut on the first line only", src: "  RUN a \\\n  b", text: []string{"a   b"},
			raw: []string{"a \\\n  b"},
		},
		{name: "a doubled escape token does not continue", src: `RUN a \\`, text: []string{`a \\`}},
		{name: "blanks behind an escape token", src: "RUN a\\ \t\n b", text: []string{"a b"}, raw: []string{"a\\ \t\n b"}},
		{
			name: "HEALTHCHECK has a type", src: `healthcheck --retries=1 cmd  ["x"]`,
			text: []string{"cmd", "x"}, raw: []string{"cmd", `"x"`}, flags: []string{"--retries=1"},
		},
		{
			name: "quotes and escapes in flags are dropped", src: `COPY --chown="a b":c\ d x y`,
			text: []string{"x", "y"}, flags: []string{"--chown=a b:c d"}, written: []string{`--chown="a b":c\ d`},
		},
		{
			name: "flags are decoded bytewise", src: "COPY --chown=é x y",
			text: []string{"x", "y"}, flags: []string{"--chown=Ã©"}, written: []string{"--chown=é"},
		},
		{
			name: "two dashes end the flags", src: "COPY --link -- --a /x",
			text: []string{"--a", "/x"}, flags: []string{"--link"},
		},
		{
			name: "the bytes 0x85 and 0xA0 end a flag", src: "COPY --chown=a\u0085x /y",
			text: []string{"x", "/y"}, flags: []string{"--chown=aÂ"}, written: []string{"--chown=a\xc2"},
		},
		{
			name: "a bad byte becomes U+FFFD in ENV", src: "ENV A=\xff", text: []string{"A", "\uFFFD", "="},
			raw: []string{"A", "\xff", "="},
		},
		{name: "no arguments", src: "ENTRYPOINT []"},
	} {
		t.Run(test.name, func(t *testing.T) {
			in := mustParse(t, "FROM x\n"+test.src+"\n").Instructions[1]
			if test.raw == nil {
				test.raw = test.text
			}
			if test.written == nil {
				test.written = test.flags
			}
			var flags []Token
			for _, flag := range in.Flags {
				flags = append(flags, flag.Token)
			}
			want := [][]string{test.text, test.raw, test.flags, test.written}
			got := [][]string{texts(in.Args), written(in, in.Args...), texts(flags), written(in, flags...)}
			if diff := cmp.Diff(want, got); diff != "" || in.Opaque != "" {
				t.Error(in.Opaque, diff)
			}
		})
	}
}

func TestFlag(t *testing.T) {
	in := mustParse(t, "FROM x\nCOPY --link --chown='a:b' --exclude=a --exclude=b x y\n").Instructions[1]
	link, _ := in.Flag("link")
	chown, _ := in.Flag("chown")
	exclude, _ := in.Flag("exclude")
	if _, ok := in.Flag("from"); ok || !link.Bare || chown.Bare || chown.Value != "a:b" || exclude.Value != "b" {
		t.Error(in.Flags)
	}
	if got := in.bytes(chown.ValueSpan); got != "'a:b'" {
		t.Errorf("value is written %q", got)
	}
}

func TestLines(t *testing.T) {
	f := mustParse(t, "\n# a\nFROM x\n\nRUN <<A cat <<B\nFROM y\nA\n# text\nB\n\n# z\n")
	run := f.Instructions[1]
	if run.Line != 5 || run.EndLine != 9 || run.bytes(run.Span) != "RUN <<A cat <<B\nFROM y\nA\n# text\nB" {
		t.Errorf("%d-%d %q", run.Line, run.EndLine, run.bytes(run.Span))
	}
	if len(run.Heredocs) != 2 || run.bytes(run.Heredocs[0].Body) != "FROM y\n" || run.bytes(run.Heredocs[1].Span) != "# text\nB" {
		t.Error(run.Heredocs)
	}
	if len(f.Comments) != 2 || f.Comments[1].Text != "z" {
		t.Error(f.Comments)
	}
}

func TestComments(t *testing.T) {
	f := mustParse(t, "FROM x \\\n# in\nAS y\n  #  between  \r\nRUN a # no comment\n#")
	var got []string
	for _, c := range f.Comments {
		where := ""
		if c.In != nil {
			where = c.In.Name
		}
		got = append(got, where+":"+c.Text+":"+string(f.Src[c.Span.Start:c.Span.End]))
	}
	want := []string{"from:in:# in", ":between:#  between  ", "::#"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestDirectives(t *testing.T) {
	for _, test := range []struct {
		src    string
		names  string
		escape byte
	}{
		{"# syntax=a/b\n#escape=`\n# check=skip=all\nFROM x", "syntax escape check", '`'},
		{"\xEF\xBB\xBF# escape = `\r\nFROM x", "escape", '`'},
		{"\n# escape=`\nFROM x", "", '\\'},
		{"# a comment\n# escape=`\nFROM x", "", '\\'},
		{"# unknown=1\n# escape=`\nFROM x", "", '\\'},
		{"#!/usr/bin/env docker\n# syntax=a\n# escape=`\n# check=skip=all\nFROM x", "syntax check", '\\'},
	} {
		f := mustParse(t, test.src)
		var names []string
		for _, d := range f.Directives {
			names = append(names, d.Name)
			if f.Src[d.Span.Start] != '#' {
				t.Errorf("%q: %v", test.src, d)
			}
		}
		if got := strings.Join(names, " "); got != test.names || f.Escape != test.escape {
			t.Errorf("%q: got %q %q", test.src, got, f.Escape)
		}
	}
}

func TestOnbuild(t *testing.T) {
	f := mustParse(t, "FROM x\nONBUILD  copy --chown=a \\\n <<E /b\nc\nE\nONBUILD FROBNICATE y\n")
	sub := f.Instructions[1].Sub
	if sub.Name != "copy" || sub.bytes(sub.Flags[0].ValueSpan) != "a" || sub.Heredocs[0].Content != "c\n" || sub.Cmd == nil {
		t.Errorf("%+v", sub)
	}
	if got := sub.bytes(sub.Span); got != "copy --chown=a \\\n <<E /b\nc\nE" {
		t.Errorf("span %q", got)
	}
	if edit, ok := sub.SetFlag("link", "true"); !ok || edit != source.Insert(20, " --link=true") {
		t.Error(edit, ok)
	}
	if sub := f.Instructions[2].Sub; sub.Name != "frobnicate" || sub.Cmd != nil {
		t.Errorf("%+v", sub)
	}
}

func TestEOL(t *testing.T) {
	for src, want := range map[string]string{
		"FROM x": "\n", "FROM x\r\n": "\r\n", "FROM x\r\nRUN a\n": "\n", "FROM x\r\nRUN a\r\nRUN b\n": "\r\n",
	} {
		if got := mustParse(t, src).EOL; got != want {
			t.Errorf("%q: got %q", src, got)
		}
	}
}
