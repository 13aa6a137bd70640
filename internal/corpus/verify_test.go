package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dfharden/dfharden/source"
	"github.com/dfharden/dfharden/stage"
)

// The verification has to see what is wrong.
func TestVerify(t *testing.T) {
	const before = "# one\nFROM scratch\n# two\nCOPY a b\nCMD [\"/b\"]\nVOLUME /v\nRUN chown -R 1 /v\nADD c d\n"
	at := func(text string) source.Span {
		i := strings.Index(before, text)
		return source.Span{Start: i, End: i + len(text)}
	}
	for name, c := range map[string]struct {
		edits []source.Edit
		after string // "": what the edits give
		want  string
	}{
		"nothing":           {nil, "", ""},
		"a flag":            {[]source.Edit{source.Insert(at(" a b").Start, " --chown=1:1")}, "", ""},
		"a line":            {[]source.Edit{source.Insert(at("COPY").Start, "USER 1:1\n")}, "", ""},
		"no longer parses":  {[]source.Edit{source.Replace(at("COPY"), "KOPY")}, "", "result does not parse"},
		"another keyword":   {[]source.Edit{source.Replace(at("COPY"), "ADD")}, "", "untouched instruction changed"},
		"a line lost":       {[]source.Edit{source.Replace(at("COPY a b\n"), "")}, "", "untouched instruction changed"},
		"a comment lost":    {[]source.Edit{source.Replace(at("# two\n"), "")}, "", "comment lost"},
		"a comment changed": {[]source.Edit{source.Replace(at("two"), "zwei")}, "", "comment lost"},
		"ADD becomes COPY":  {[]source.Edit{source.Replace(at("ADD"), "COPY")}, "", ""},
		"a line moved":      {[]source.Edit{source.Replace(at("VOLUME /v\n"), ""), source.Insert(at("ADD").Start, "VOLUME /v\n")}, "", ""},
		"a chown gone":      {[]source.Edit{source.Replace(at("RUN chown -R 1 /v\n"), "")}, "", ""},
		"joined lines":      {[]source.Edit{source.Insert(at("\nCMD").Start, " \\")}, "", "untouched instruction changed"},
		"not by the edits":  {nil, strings.Replace(before, "a b", "a  b", 1), "bytes outside the edits changed"},
	} {
		after := []byte(c.after)
		if c.after == "" {
			after = source.Apply([]byte(before), c.edits)
		}
		r := &outcome{}
		r.verify([]byte(before), after, c.edits)
		got := ""
		if len(r.broken) > 0 {
			got = r.broken[0].what
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q\n%s", name, got, c.want, after)
		}
	}
}

// The fixtures of the parser are odd files that BuildKit takes.
func TestExamineFixtures(t *testing.T) {
	names, err := filepath.Glob("../../parser/testdata/*.Dockerfile")
	if err != nil || len(names) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		r := examine(name, src, stage.Options{})
		for _, b := range r.broken {
			t.Errorf("%s: %s: %s", name, b.what, b.why)
		}
		if r.rejected != "" {
			t.Errorf("%s: not accepted: %s", name, r.rejected)
		}
		if r.flagged && r.verdict == "" {
			t.Errorf("%s: no verdict", name)
		}
	}
}
