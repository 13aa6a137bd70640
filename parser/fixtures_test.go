package parser

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	bk "github.com/moby/buildkit/frontend/dockerfile/parser"
)

type fixture struct {
	name string
	src  []byte
}

// fixtures are the files of testdata as they are.
func fixtures(tb testing.TB) (all []fixture) {
	tb.Helper()
	paths, err := filepath.Glob("testdata/*.Dockerfile")
	if err != nil || len(paths) == 0 {
		tb.Fatal("no fixtures: ", err)
	}
	for _, path := range paths {
		src, err := os.ReadFile(path)
		if err != nil {
			tb.Fatal(err)
		}
		all = append(all, fixture{filepath.Base(path), src})
	}
	return all
}

// encodings are the fixtures in every encoding that means the same.
func encodings(tb testing.TB) (all []fixture) {
	tb.Helper()
	for _, fx := range fixtures(tb) {
		add := func(name string, src []byte) {
			all = append(all, fixture{fx.name + "/" + name, src})
		}
		crlf := bytes.ReplaceAll(fx.src, []byte("\n"), []byte("\r\n"))
		add("lf", fx.src)
		add("crlf", crlf)
		add("bom", append([]byte("\xEF\xBB\xBF"), fx.src...))
		add("bom-crlf", append([]byte("\xEF\xBB\xBF"), crlf...))
		add("no-final-newline", bytes.TrimRight(fx.src, "\n"))
		add("no-final-newline-crlf", bytes.TrimRight(crlf, "\r\n"))
		if src, ok := indented(fx.src); ok {
			add("indented", src)
		}
		if src, ok := backtick(fx.src); ok {
			add("backtick", src)
		}
	}
	return all
}

// indented is src with a tab in front of every line, if that parses: it breaks a
// heredoc, and a word that goes on in the next line.
func indented(src []byte) ([]byte, bool) {
	lines := strings.SplitAfter(string(src), "\n")
	src = []byte(strings.TrimSuffix("\t"+strings.Join(lines, "\t"), "\t"))
	_, err := Parse("", src)
	return src, err == nil
}

// backtick is src with the other escape token, if that can be the same file.
func backtick(src []byte) ([]byte, bool) {
	s := string(src)
	if strings.Contains(s, "`") {
		return nil, false
	}
	s = "# escape=`\n" + strings.ReplaceAll(s, "\\", "`")
	_, err := bk.Parse(strings.NewReader(s))
	return []byte(s), err == nil
}

func mustParse(tb testing.TB, src string) *File {
	tb.Helper()
	f, err := Parse("Dockerfile", []byte(src))
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

// nodes are BuildKit's.
func nodes(tb testing.TB, src []byte) []*bk.Node {
	tb.Helper()
	result, err := bk.Parse(bytes.NewReader(src))
	if err != nil {
		tb.Fatalf("BuildKit rejects it: %v\n%s", err, src)
	}
	return result.AST.Children
}

// originals are BuildKit's texts of all instructions.
func originals(tb testing.TB, src []byte) (all []string) {
	tb.Helper()
	for _, n := range nodes(tb, src) {
		all = append(all, n.Original)
	}
	return all
}
