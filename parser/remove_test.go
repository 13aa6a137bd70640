package parser

import (
	"strings"
	"testing"

	"github.com/dfharden/dfharden/source"
)

func TestRemove(t *testing.T) {
	for name, c := range map[string]struct{ src, want string }{ // want "": refused
		"between":             {"FROM a\nRUN x\nCMD y\n", "FROM a\nCMD y\n"},
		"crlf":                {"FROM a\r\nRUN x\r\nCMD y\r\n", "FROM a\r\nCMD y\r\n"},
		"last":                {"FROM a\nRUN x\n", "FROM a\n"},
		"last, no line end":   {"FROM a\nRUN x", "FROM a"},
		"last, lone return":   {"FROM a\r\nRUN x\r", "FROM a"},
		"continued":           {"FROM a\nRUN x \\\n  y\nCMD z\n", "FROM a\nCMD z\n"},
		"comment above stays": {"FROM a\n# why\nRUN x\nCMD z\n", "FROM a\n# why\nCMD z\n"},
		"comment within":      {"FROM a\nRUN x \\\n# why\n  y\nCMD z\n", ""},
		"heredoc":             {"FROM a\nRUN <<E\nx\nE\nCMD z\n", ""},
		"dangling":            {"FROM a\nRUN x \\\n", ""},
	} {
		f, err := Parse("Dockerfile", []byte(c.src))
		if err != nil {
			t.Fatal(err)
		}
		e, ok := f.Remove(f.Instructions[1])
		if got := string(source.Apply(f.Src, []source.Edit{e})); ok && got != c.want || ok == (c.want == "") {
			t.Errorf("%s: %q, %v, want %q", name, got, ok, c.want)
		}
	}
}

func TestReplaceKeyword(t *testing.T) {
	for src, want := range map[string]string{
		"ADD a b": "COPY a b", "add a b": "copy a b", "Add  a b": "COPY  a b", "ADD --chown=1 a b": "COPY --chown=1 a b", "AD\\\nD a b": "",
	} {
		f, err := Parse("Dockerfile", []byte("FROM a\n"+src+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		e, ok := f.Instructions[1].ReplaceKeyword("copy")
		got := strings.TrimSuffix(strings.TrimPrefix(string(source.Apply(f.Src, []source.Edit{e})), "FROM a\n"), "\n")
		if ok && got != want || ok == (want == "") {
			t.Errorf("%q: %q, %v, want %q", src, got, ok, want)
		}
	}
}
