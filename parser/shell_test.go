package parser

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dfharden/dfharden/source"
)

// show writes a command with its marks: "a" always, "p" piped, "s" in a
// substitution, and the function's name.
func show(c *Command) string {
	var b strings.Builder
	for _, mark := range []struct {
		on   bool
		text string
	}{{c.Always, "a"}, {c.Piped, "p"}, {c.Subst, "s"}, {c.Func != "", c.Func + "()"}} {
		if mark.on {
			b.WriteString(mark.text)
		}
	}
	b.WriteString(":")
	for _, a := range c.Assigns {
		b.WriteString(" " + a.Name + "=" + a.Value.Raw)
	}
	for _, w := range c.Words {
		b.WriteString(" " + w.Raw)
	}
	for _, r := range c.Redirects {
		b.WriteString(" " + r.Fd + r.Op + r.Target.Raw)
	}
	return b.String()
}

func TestCommands(t *testing.T) {
	for _, test := range []struct {
		script string
		want   []string
	}{
		{"a; b\nc", []string{"a: a", "a: b", "a: c"}},
		{"a && b && c", []string{"a: a", "a: b", "a: c"}},
		{"a && b; c", []string{"a: a", "a: b", "a: c"}},
		{"[ -d x ] && b; c", []string{"a: [ -d x ]", ": b", "a: c"}},
		{"[ -d x ] && b", []string{"a: [ -d x ]", "a: b"}},
		{"a || b", []string{"a: a", ": b"}},
		{"a && b || true", []string{"a: a", ": b", ": true"}},
		{"a && b || exit 1; c", []string{"a: a", "a: b", ": exit 1", "a: c"}},
		{"a && b || { c; exit 1; }", []string{"a: a", "a: b", ": c", ": exit 1"}},
		{"id x || adduser x", []string{"a: id x", ": adduser x"}},
		{"! a && b", []string{"a: a", "a: b"}},
		{"a | b > c", []string{"ap: a", "a: b >c"}},
		{"a && b | c", []string{"a: a", "ap: b", "a: c"}},
		{"if a; then b; elif c; then d; else e; fi", []string{"a: a", ": b", ": c", ": d", ": e"}},
		{"for i in $(a); do b; done", []string{"s: a", ": b"}},
		{"while a; do b; done", []string{"a: a", ": b"}},
		{"case $(a) in x) b;; esac", []string{"s: a", ": b"}},
		{"f() { a; }; f", []string{"f(): a", "a: f"}},
		{"f() { a; } && b; c", []string{"f(): a", "a: b", "a: c"}},
		{"x && f() { a; } && b && f", []string{"a: x", "f(): a", "a: b", "a: f"}},
		{"f() { a; } && b || c", []string{"f(): a", ": b", ": c"}},
		{"(a; b) && { c; }", []string{"a: a", "a: b", "a: c"}},
		{"{ a; } >> x", []string{"a: >>x", "a: a"}},
		{"a `b` \"$(c)\" <(d)", []string{"a: a `b` \"$(c)\" <(d)", "s: b", "s: c", "s: d"}},
		{"A=1 B=$(b) c", []string{"a: A=1 B=$(b) c", "s: b"}},
		{"A=", []string{"a: A="}},
		{"export A=1 B", []string{"a: A=1 export B"}},
		{"sh -ec 'a && b' c", []string{"a: sh -ec 'a && b' c", "a: a", "a: b"}},
		{"x || /bin/bash -o pipefail -c \"a | b\"", []string{"a: x", ": /bin/bash -o pipefail -c \"a | b\"", "p: a", ": b"}},
		{"exec env -i A=1 /bin/sh -c 'a'", []string{"a: exec env -i A=1 /bin/sh -c 'a'", "a: a"}},
		{"echo sh -c 'a'", []string{"a: echo sh -c 'a'"}},
		{"sh -c \"$A\"; sh x.sh", []string{"a: sh -c \"$A\"", "a: sh x.sh"}},
		{"eval a 'b; c'", []string{"a: eval a 'b; c'", "a: a b", "a: c"}},
		{"a 2>&1 <<E\nx\nE\nb", []string{"a: a 2>&1 <<E", "a: b"}},
		{"time a & wait", []string{"a: a", "a: wait"}},
		{"[[ -f x ]] && (( i > $(a) ))", []string{"s: a"}},
	} {
		commands, err := ParseShell(test.script)
		if err != nil {
			t.Errorf("%q: %v", test.script, err)
		}
		var got []string
		for _, c := range commands {
			got = append(got, show(c))
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%q: %s", test.script, diff)
		}
	}
}

func TestUnparsable(t *testing.T) {
	for _, script := range []string{"a (", "if a", "a 'b", "a <<E\n", strings.Repeat("a\n", maxScript)} {
		if commands, err := ParseShell(script); err == nil || commands != nil {
			t.Errorf("%.20q: %v %v", script, commands, err)
		}
	}
}

// TestScriptSpans looks for the bytes of words and commands in the file.
func TestScriptSpans(t *testing.T) {
	for _, test := range []struct {
		name, src string
		words     []string
	}{
		{
			"continuations", "RUN a \\\n  # c\n  b\\\n\nc && \\\r\n d",
			[]string{"a", "b\\\n\nc", "d"},
		},
		{"flags", "RUN --mount=type=cache,target=/x a b", []string{"a", "b"}},
		{"exec form", `RUN ["a", "b\t"]`, []string{`"a"`, `"b\t"`}},
		{
			"exec form of a shell", `RUN ["sh", "-c", "a b"]`,
			[]string{`"sh"`, `"-c"`, `"a b"`, `"a b"`, `"a b"`},
		},
		{"heredoc", "RUN <<E\na b\n  c\nE", []string{"a", "b", "c"}},
		{"heredoc without tabs", "RUN <<-E\n\ta b\r\n\t\tc\n\tE", []string{"a", "b", "c"}},
		{"heredoc of a command", "RUN cat <<E > x && d\na $(b)\nE", []string{"cat", "b", "d"}},
		{"two heredocs", "RUN a <<A && b <<-B\nx\nA\n\t$(c)\n\tB", []string{"a", "b", "c"}},
		{"CMD", "CMD a b", []string{"a", "b"}},
		{"ENTRYPOINT", "ENTRYPOINT exec  a", []string{"exec", "a"}},
		{"HEALTHCHECK", "HEALTHCHECK --retries=1 CMD a || exit 1", []string{"a", "exit", "1"}},
		{"HEALTHCHECK NONE", "HEALTHCHECK NONE", nil},
		{"no command", "CMD []", nil},
		{"other instruction", "USER a", nil},
		{"ONBUILD", "ONBUILD RUN a \\\n b", []string{"a", "b"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			in := mustParse(t, "FROM x\n"+test.src).Instructions[1]
			if in.Sub != nil {
				in = in.Sub
			}
			script := in.Script()
			if script == nil {
				script = &Script{}
			}
			var got []string
			for _, c := range script.Commands {
				for _, w := range c.Words {
					got = append(got, in.bytes(w.Span))
					if !c.Span.Contains(w.Span) {
						t.Errorf("%q is not in %q", in.bytes(w.Span), in.bytes(c.Span))
					}
				}
			}
			if diff := cmp.Diff(test.words, got); diff != "" || script.Err != nil {
				t.Error(script.Err, diff)
			}
		})
	}
}

func TestScriptLang(t *testing.T) {
	f := mustParse(t, `FROM a AS win
RUN a
SHELL ["C:\\Windows\\PowerShell.exe", "-Command"]
RUN Write-Host (a)
FROM win
RUN b
SHELL ["/bin/bash", "-c"]
RUN c
FROM b
RUN <<E
#!/usr/bin/env python3
print("x")
E
RUN <<E
#!/bin/bash -e
d
E
SHELL ["conda", "run", "-n", "x", "/bin/bash", "-c"]
RUN e
`)
	var got []string
	for _, in := range f.Instructions {
		if s := in.Script(); s != nil {
			mark := ""
			if s.Err != nil {
				mark = "!"
			}
			got = append(got, s.Lang+mark)
		}
	}
	want := []string{"sh", "powershell!", "powershell!", "bash", "python3!", "bash", "bash"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestHeredocRedirect(t *testing.T) {
	in := mustParse(t, "FROM x\nRUN python3 - <<'P'\nimport os\nP\n").Instructions[1]
	r := in.Script().Commands[0].Redirects[0]
	if lit, _ := r.Target.Lit(); r.Op != "<<" || lit != "P" || r.Heredoc != "import os\n" || in.bytes(r.Span) != "<<'P'" {
		t.Errorf("%+v", r)
	}
	for script, want := range map[string]string{
		"a <<E\nE": "", "a <<E\nx $y\nE\nb": "x $y\n", "a <<-E\n\tx\n\t\ty\n\tE": "x\ny\n",
	} {
		commands, err := ParseShell(script)
		if err != nil {
			t.Fatal(err)
		}
		if got := commands[0].Redirects[0].Heredoc; got != want {
			t.Errorf("%q: got %q", script, got)
		}
	}
}

func TestExpand(t *testing.T) {
	env := map[string]string{"A": "a", "SP": "a b", "EMPTY": ""}
	get := func(name string) (string, bool) { v, ok := env[name]; return v, ok }
	for _, test := range []struct{ word, lit, expanded string }{ // "!" for what is not known
		{`a`, "a", "a"},
		{`'a b'"c"d\ e`, "a bcd e", "a bcd e"},
		{`"\$x\y\""`, `$x\y"`, `$x\y"`},
		{`*.txt`, "*.txt", "*.txt"},
		{`~/x{a,b}`, "~/x{a,b}", "~/x{a,b}"},
		{`+(a|b)`, "+(a|b)", "+(a|b)"},
		{`$A/x`, "!", "a/x"},
		{`"${A}"`, "!", "a"},
		{`$SP`, "!", "!"},
		{`"$SP"`, "!", "a b"},
		{`$NONE`, "!", "!"},
		{`${A:-x}`, "!", "a"},
		{`${EMPTY:-x$A}`, "!", "xa"},
		{`${A:+x}y`, "!", "xy"},
		{`${EMPTY:+x}y`, "!", "y"},
		{`${A-x}${A+y}`, "!", "ay"},
		{`${EMPTY-x}`, "!", "!"},
		{`${A:=x}`, "!", "!"},
		{`${A%x}`, "!", "!"},
		{`${#A}`, "!", "!"},
		{`$(a)`, "!", "!"},
		{`$((1+1))`, "!", "!"},
		{`$'a'`, "a", "a"},
		{`$'\n'`, "!", "!"},
	} {
		commands, err := ParseShell("x " + test.word)
		if err != nil {
			t.Fatalf("%s: %v", test.word, err)
		}
		w := commands[0].Words[1]
		known := func(s string, ok bool) string {
			if !ok {
				return "!"
			}
			return s
		}
		if got := known(w.Lit()); got != test.lit {
			t.Errorf("%s: literal %q", test.word, got)
		}
		if got := known(w.Expand(get)); got != test.expanded {
			t.Errorf("%s: expanded %q", test.word, got)
		}
		if w.Span != (source.Span{Start: 2, End: 2 + len(test.word)}) {
			t.Errorf("%s: span %v", test.word, w.Span)
		}
	}
}
