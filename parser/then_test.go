package parser

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dfharden/dfharden/source"
)

func TestThen(t *testing.T) {
	for _, test := range []struct{ name, src, want string }{
		{"a line", "RUN a", "RUN a && x"},
		{"a line that goes on below", "RUN a\nCMD b\n", "RUN a && x\nCMD b\n"},
		{"leading operators", "RUN a \\\n  && b\n", "RUN a \\\n  && b \\\n  && x\n"},
		{"trailing operators", "RUN a && \\\n\tb\n", "RUN a && \\\n\tb && \\\n\tx\n"},
		{"CRLF", "RUN a \\\r\n  && b\r\nCMD c\r\n", "RUN a \\\r\n  && b \\\r\n  && x\r\nCMD c\r\n"},
		{"semicolon", "RUN a; b;", "RUN a; b && x;"},
		{"or", "RUN a || true", "RUN a || true && x"},
		{"or that gives up", "RUN a || exit 1", "RUN a || exit 1 && x"},
		{"pipe", "RUN a | b", "RUN a | b && x"},
		{"redirection", "RUN a > /dev/null 2>&1", "RUN a > /dev/null 2>&1 && x"},
		{"subshell", "RUN (a; b)", "RUN (a; b) && x"},
		{"if", "RUN if a; then b; fi", "RUN if a; then b; fi && x"},
		{"block with redirection", "RUN { a; b; } > c", "RUN { a; b; } > c && x"},
		{"comment of the shell", "RUN a # b", "RUN a && x # b"},
		{"comment line below", "RUN a \\\n  && b \\\n  # c\n", "RUN a \\\n  && b \\\n  && x \\\n  # c\n"},
		{"escape at the end", "RUN a \\\n", "RUN a && x \\\n"},
		{"errexit", "RUN set -ex; a; b", "RUN set -ex; a; b && x"},
		{"errexit within a loop", "RUN set -ex; for i in 1 2; do a; b; done", ""},
		{"errexit within a block", "RUN set -o errexit && a && { b; c; }", ""},
		{"ONBUILD", "ONBUILD RUN a", ""},
		{"exec form", `RUN ["a", "b"]`, ""},
		{"heredoc", "RUN <<E\na\nE", ""},
		{"heredoc of a command", "RUN cat <<E > c\na\nE", ""},
		{"background", "RUN a &", ""},
		{"background within", "RUN a & b", ""},
		{"background for a POSIX shell", "RUN a &> b", ""},
		{"exec", "RUN a && exec b", ""},
		{"exit", "RUN a; exit 0", ""},
		{"quoted exit", `RUN a; "exit" '0'`, ""},
		{"exit by the builtin", "RUN a; command exit", ""},
		{"exit of a failure", "RUN a || command exit 1", "RUN a || command exit 1 && x"},
		{"eval", "RUN eval \"exit 0\"", ""},
		{"exit with a variable", "RUN a || exit $?", ""},
		{"a program in a variable", "RUN $A b", ""},
		{"a word like exit", "RUN a exit", "RUN a exit && x"},
		{"function", "RUN f() { a; }; f", ""},
		{"only a comment", "RUN # a", ""},
		{"does not parse", "RUN a (", ""},
		{"other instruction", "CMD a", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			src := "FROM x\n" + test.src
			f := mustParse(t, src)
			e, ok := f.Instructions[1].Then("x")
			got := ""
			if ok {
				got = string(source.Apply([]byte(src), []source.Edit{e}))[len("FROM x\n"):]
				mustParse(t, "FROM x\n"+got)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	if _, ok := mustParse(t, "FROM x\nRUN a").Instructions[1].Then("x <<E"); ok {
		t.Error("a command with a heredoc was taken")
	}
}
