package parser

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dfharden/dfharden/source"
)

func TestInsertBefore(t *testing.T) {
	for _, test := range []struct{ name, src, want string }{
		{"above the comments that touch it", "FROM x\n# far\n\n# a\n# b\nCMD y\n", "FROM x\n# far\n\nUSER z\n# a\n# b\nCMD y\n"},
		{"not above comments of another instruction", "FROM x \\\n# in\nAS y\nCMD y\n", "FROM x \\\n# in\nAS y\nUSER z\nCMD y\n"},
		{"indentation", "FROM x\n\t CMD y\n", "FROM x\n\t USER z\n\t CMD y\n"},
		{"keyword case", "from x\ncmd y\n", "from x\nuser z\ncmd y\n"},
		{"line end", "FROM x\r\nCMD y", "FROM x\r\nUSER z\r\nCMD y"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := mustParse(t, test.src)
			got := source.Apply(f.Src, []source.Edit{f.InsertBefore(f.Instructions[1], "USER z")})
			if diff := cmp.Diff(test.want, string(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestInsertBeforeTheFirst(t *testing.T) {
	for _, test := range []struct{ name, src, want string }{
		{"below directives", "# syntax=a\n# escape=`\n# b\nFROM x\n", "# syntax=a\n# escape=`\nARG z\n# b\nFROM x\n"},
		{"below a #! line", "#!/usr/bin/env docker\n# b\nFROM x\n", "#!/usr/bin/env docker\nARG z\n# b\nFROM x\n"},
		{"behind a byte order mark", "\xEF\xBB\xBFFROM x\n", "\xEF\xBB\xBFARG z\nFROM x\n"},
		{"above comments", "# b\nFROM x", "ARG z\n# b\nFROM x"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := mustParse(t, test.src)
			got := source.Apply(f.Src, []source.Edit{f.InsertBefore(f.Instructions[0], "ARG z")})
			if diff := cmp.Diff(test.want, string(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestInsertAfterAndAppend(t *testing.T) {
	for _, test := range []struct{ name, src, after, end string }{
		{"no final newline", "FROM x\nRUN y", "FROM x\nRUN y\n# c\nUSER z", "FROM x\nRUN y\n# c\nUSER z"},
		{
			"comments and blank lines behind", "FROM x\nRUN y\n\n# d\n\n",
			"FROM x\nRUN y\n# c\nUSER z\n\n# d\n\n", "FROM x\nRUN y\n\n# d\n# c\nUSER z\n\n",
		},
		{"heredoc", "FROM x\nRUN <<E\n\\\nE", "FROM x\nRUN <<E\n\\\nE\n# c\nUSER z", "FROM x\nRUN <<E\n\\\nE\n# c\nUSER z"},
		{"blank terminator", "FROM x\nRUN <<' '\na\n \n", "FROM x\nRUN <<' '\na\n \n# c\nUSER z\n", "FROM x\nRUN <<' '\na\n \n# c\nUSER z\n"},
		{"dangling escape", "FROM x\nRUN y \\", "FROM x\nRUN y \n# c\nUSER z", "FROM x\nRUN y \n# c\nUSER z"},
		{"dangling escape and newline", "FROM x\r\nRUN y\\ \r\n", "FROM x\r\nRUN y\r\n# c\r\nUSER z\r\n", "FROM x\r\nRUN y\r\n# c\r\nUSER z\r\n"},
		{
			"dangling escape above others", "FROM x\nRUN y \\\n  \\\n# d\n\n",
			"FROM x\nRUN y \n  \n# d\n\n# c\nUSER z\n", "FROM x\nRUN y \n  \n# d\n# c\nUSER z\n\n",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := mustParse(t, test.src)
			after := source.Apply(f.Src, f.InsertAfter(f.Instructions[1], "# c", "USER z"))
			end := source.Apply(f.Src, f.Append("# c", "USER z"))
			if diff := cmp.Diff([]string{test.after, test.end}, []string{string(after), string(end)}); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestInsertAfterRefuses has an end that no edit can close: what precedes the
// escape token would continue the line as well.
func TestInsertAfterRefuses(t *testing.T) {
	for _, src := range []string{"FROM x\nRUN y \\ \\", "FROM x\nRUN y \\\r\\"} {
		if edits := mustParse(t, src).Append("USER z"); edits != nil {
			t.Errorf("%q: %v", src, edits)
		}
	}
}

func TestInsertedContinuation(t *testing.T) {
	f := mustParse(t, "# escape=`\nfrom x\n")
	got := string(source.Apply(f.Src, f.Append("RUN a \\", "  && B")))
	if want := "# escape=`\nfrom x\nrun a `\n  && B\n"; got != want {
		t.Errorf("got %q", got)
	}
}

func TestSetFlag(t *testing.T) {
	for _, test := range []struct{ name, src, value, want string }{
		{"right behind the keyword", "COPY --from=b x y", "a:b", "COPY --chown=a:b --from=b x y"},
		{"keyword alone on its line", "COPY \\\n  x y", "a", "COPY --chown=a \\\n  x y"},
		{"keyword split", "CO\\\nPY x y", "a", "CO\\\nPY --chown=a x y"},
		{"exec form", `COPY ["x","y"]`, "a", `COPY --chown=a ["x","y"]`},
		{"value", "COPY --chown=root x y", "a", "COPY --chown=a x y"},
		{"quoted value", `COPY --chown="a b" x y`, "a", "COPY --chown=a x y"},
		{"quoted flag", `COPY --"chown=a b" x y`, "a", "COPY --chown=a x y"},
		{"value to be quoted", "COPY x y", `a "b\`, `COPY --chown="a \"b\\" x y`},
		{"comment within", "COPY --chown=a\\\n# c\nb x y", "a", ""},
		{"not ASCII", "COPY x y", "é", ""},
		{"line end", "COPY x y", "a\nb", ""},
		{"quotes next to a heredoc", "COPY <<E y\nE", "a b", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := mustParse(t, "FROM b AS b\n"+test.src)
			edit, ok := f.Instructions[1].SetFlag("chown", test.value)
			got := ""
			if ok {
				got = string(source.Apply(f.Src, []source.Edit{edit}))[len("FROM b AS b\n"):]
			}
			if got != test.want {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestReplaceArg(t *testing.T) {
	for _, test := range []struct {
		name, src string
		i         int
		text      string
		want      string
	}{
		{"shell form", "COPY x y", 1, "/z", "COPY x /z"},
		{"exec form", `CMD ["x", "\u0061"]`, 1, `"<`, `CMD ["x", "\"<"]`},
		{"HEALTHCHECK type", `HEALTHCHECK CMD ["x"]`, 0, "cmd", `HEALTHCHECK cmd ["x"]`},
		{"split over lines", "USER ro\\\n\not", 0, "app", "USER app"},
		{"comment within", "USER ro\\\n# c\not", 0, "app", ""},
		{"two words", "COPY x y", 0, "a b", ""},
		{"two words of USER", "USER x", 0, "a b", "USER a b"},
		{"empty", "USER x", 0, "", ""},
		{"continuation", "USER x", 0, `a\`, ""},
		{"quoted ENV value", "ENV A=b C=", 4, `"c d"`, `ENV A=b C="c d"`},
		{"open quote", "ENV A=b C=d", 1, `"c`, ""},
		{"separator", "ENV A b", 2, "=", ""},
		{"no such argument", "USER x", 1, "a", ""},
		{"heredoc", "COPY <<E y\nE", 0, "a", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := mustParse(t, "FROM b\n"+test.src)
			edit, ok := f.Instructions[1].ReplaceArg(test.i, test.text)
			got := ""
			if ok {
				got = string(source.Apply(f.Src, []source.Edit{edit}))[len("FROM b\n"):]
			}
			if got != test.want {
				t.Errorf("got %q", got)
			}
		})
	}
}
