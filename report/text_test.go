package report

import (
	"bytes"
	"flag"
	"regexp"
	"strings"
	"testing"

	"github.com/dfharden/dfharden/checks"
	"github.com/dfharden/dfharden/source"
)

var update = flag.Bool("update", false, "rewrite the goldens")

func TestTextGolden(t *testing.T) {
	for name, c := range map[string]struct {
		files []*File
		o     TextOptions
	}{
		"plain.txt":     {sample(t), TextOptions{}},
		"narrow.txt":    {sample(t), TextOptions{Width: 60}},
		"color.txt":     {sample(t), TextOptions{Width: 80, Color: true}},
		"quiet.txt":     {sample(t), TextOptions{Quiet: true}},
		"verbose.txt":   {sample(t), TextOptions{Verbose: true, Target: true, Width: 80}},
		"rewritten.txt": {[]*File{rewritten(t)}, TextOptions{Rewrite: true}},
	} {
		var out bytes.Buffer
		if err := Text(&out, c.files, c.o); err != nil {
			t.Fatal(err)
		}
		golden(t, name, out.Bytes())
		if c.o.Width > 0 {
			checkWidth(t, name, out.String(), c.o.Width)
		}
	}
}

var escape = regexp.MustCompile("\x1b\\[[0-9;]*m")

func checkWidth(t *testing.T, name, text string, width int) {
	t.Helper()
	for _, line := range strings.Split(escape.ReplaceAllString(text, ""), "\n") {
		if n := columns(strings.TrimRight(line, " ")); n > width {
			t.Errorf("%s: %d columns: %q", name, n, line)
		}
	}
}

// What a file holds must not reach the terminal as a command.
func TestTextHasNoControls(t *testing.T) {
	var out bytes.Buffer
	if err := Text(&out, sample(t), TextOptions{}); err != nil {
		t.Fatal(err)
	}
	if i := bytes.IndexByte(out.Bytes(), 0x1b); i >= 0 {
		t.Errorf("an escape at %d", i)
	}
}

func TestSummary(t *testing.T) {
	for _, c := range []struct {
		s         Summary
		rewritten bool
		want      string
	}{
		{Summary{Files: 1}, false, "1 file: nothing to harden"},
		{Summary{Files: 2, Failed: 2}, false, "2 files (2 in error): nothing checked"},
		{Summary{Files: 2, Failed: 1, Infos: 2, Withheld: 1}, false, "2 files (1 in error): 2 infos; 1 withheld"},
		{
			Summary{Files: 1, Errors: 1, Warnings: 2, Infos: 1, Safe: 3, Unsafe: 1},
			false,
			"1 file: 1 error, 2 warnings, 1 info; 3 can be fixed with --rewrite, 1 more with --unsafe-fixes",
		},
		{Summary{Files: 3, Errors: 1, Unsafe: 1}, false, "3 files: 1 error; 1 can be fixed with --unsafe-fixes"},
		{Summary{Files: 3, Errors: 2, Safe: 2}, false, "3 files: 2 errors; 2 can be fixed with -w"},
		{Summary{Files: 1, Fixed: 3}, true, "1 file: 3 fixed; nothing left"},
		{Summary{Files: 1}, true, "1 file: nothing to harden"},
		{Summary{Files: 1, Fixed: 1, Warnings: 1, Unsafe: 1}, true, "1 file: 1 fixed; 1 warning left; 1 can be fixed with --unsafe-fixes"},
	} {
		p := &text{}
		p.summary(c.s, c.rewritten)
		if got := strings.TrimSuffix(p.String(), "\n"); got != c.want {
			t.Errorf("%+v:\n got %s\nwant %s", c.s, got, c.want)
		}
	}
}

func TestExcerpt(t *testing.T) {
	for name, c := range map[string]struct {
		src, marked string
		width       int
		want        string
	}{
		"plain":     {"FROM a", "FROM a", 0, "1 | FROM a\n  | ^^^^^^\n"},
		"tab":       {"RUN\ta", "a", 0, "1 | RUN a\n  |     ^\n"},
		"wide":      {"# 日本 x", "x", 0, "1 | # 日本 x\n  |        ^\n"},
		"combining": {"# e\u0301 x", "x", 0, "1 | # e\u0301 x\n  |     ^\n"},
		"blank end": {"RUN a  ", "a  ", 0, "1 | RUN a\n  |     ^\n"},
		"invalid":   {"RUN \xff a", "a", 0, "1 | RUN \uFFFD a\n  |       ^\n"},
		"two lines": {"RUN a \\\n b", "RUN a \\\n b", 0, "1 | RUN a \\\n  | ^^^^^^^\n"},
		"cut right": {"FROM " + strings.Repeat("a", 40), "FROM", 24, "1 | FROM aaaaaaaaaaaaaa…\n  | ^^^^\n"},
		"cut both": {
			strings.Repeat("a", 40) + "X" + strings.Repeat("b", 40), "X", 24,
			"1 | …aaaaaXbbbbbbbbbbbb…\n  |       ^\n",
		},
		"cut left":      {strings.Repeat("a", 40) + "XX", "XX", 24, "1 | …aaaaaaaaaaaaaaaaaXX\n  |                   ^^\n"},
		"longer marked": {strings.Repeat("X", 40), strings.Repeat("X", 40), 24, "1 | XXXXXXXXXXXXXXXXXXX…\n  | ^^^^^^^^^^^^^^^^^^^\n"},
	} {
		p := &printer{width: c.width}
		i := strings.Index(c.src, c.marked)
		p.excerpt(source.NewLines([]byte(c.src)), []byte(c.src), source.Span{Start: i, End: i + len(c.marked)}, "1", " ", plain)
		if got := p.String(); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, c.want)
		}
	}
}

// A message that names its line itself is not preceded by it.
func TestReasonNamesItsLineOnce(t *testing.T) {
	for message, want := range map[string]string{
		"tar in line 2 makes files":        "tar in line 2 makes files [root-written]",
		"tar makes files":                  "line 2: tar makes files [root-written]",
		"tar in line 20 makes files":       "line 2: tar in line 20 makes files [root-written]",
		"what tar makes is lost in line 2": "what tar makes is lost in line 2 [root-written]",
	} {
		lines := source.NewLines([]byte("FROM a\nRUN tar\n"))
		f := checks.Finding{Rule: openRule, Withheld: &checks.Reason{Code: "root-written", Message: message, Span: source.Span{Start: 7, End: 14}}}
		if got := remarks(f, lines)[0].text; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
