package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"
)

// TestReadme runs the console blocks of the pages: "$ dfharden …" and "$ cat …",
// in the project's folder, with "2>/dev/null" if the output of interest is that
// on standard output. What follows has to be the output; -update writes it.
func TestReadme(t *testing.T) {
	t.Chdir("../..")
	pages, err := filepath.Glob("docs/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	for _, page := range append(pages, "README.md") {
		have, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		want := runBlocks(t, string(have))
		if *update {
			if err := os.WriteFile(page, []byte(want), 0o666); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if diff := cmp.Diff(want, string(have)); diff != "" {
			t.Errorf("%s (-want +have):\n%s", page, diff)
		}
	}
}

// runBlocks returns the page with the output that the commands give now.
func runBlocks(t *testing.T, page string) string {
	t.Helper()
	var out strings.Builder
	in, keep := false, true // in a console block; keep the line
	for line := range strings.Lines(page) {
		switch {
		case !in && strings.HasPrefix(line, "```console"):
			in = true
		case in && strings.HasPrefix(line, "```"):
			in, keep = false, true
		case in && strings.HasPrefix(line, "$ "):
			out.WriteString(line)
			out.WriteString(runLine(t, strings.TrimSpace(line[2:])))
			keep = false
			continue
		}
		if keep {
			out.WriteString(line)
		}
	}
	return out.String()
}

func runLine(t *testing.T, line string) string {
	t.Helper()
	line, quiet := strings.CutSuffix(line, " 2>/dev/null")
	words := strings.Fields(strings.Replace(line, "go run ./cmd/dfharden", "dfharden", 1))
	if words[0] == "cat" {
		text, err := os.ReadFile(words[1])
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSuffix(string(text), "\n") + "\n"
	}
	if words[0] != "dfharden" {
		t.Fatalf("a console block runs %q", words[0])
	}
	var stdout, stderr bytes.Buffer
	run(words[1:], strings.NewReader(""), &stdout, &stderr)
	if !quiet {
		stdout.Write(stderr.Bytes())
	}
	return strings.TrimSuffix(stdout.String(), "\n") + "\n"
}

func TestFlagsAreDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/cli.md")
	if err != nil {
		t.Fatal(err)
	}
	a := &app{}
	a.checkCommand().Flags().VisitAll(func(f *pflag.Flag) {
		if !strings.Contains(string(page), "`--"+f.Name) {
			t.Errorf("docs/cli.md does not name --%s", f.Name)
		}
	})
}
