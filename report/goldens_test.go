package report

import (
	"bytes"
	"path/filepath"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/dfharden/dfharden/checks"
	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// examples are the Dockerfiles of the rules' goldens, checked; change alters them
// before that.
func examples(t *testing.T, change func([]byte) []byte) []*File {
	t.Helper()
	names, err := filepath.Glob("../testdata/rules/*/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no goldens: %v", err)
	}
	var files []*File
	for _, name := range names {
		a, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, member := range a.Files {
			if member.Name == "Dockerfile" {
				files = append(files, checked(t, filepath.Base(filepath.Dir(name))+"/"+filepath.Base(name), change(member.Data)))
			}
		}
	}
	return files
}

func checked(t *testing.T, name string, src []byte) *File {
	t.Helper()
	f, err := parser.Parse(name, src)
	if err != nil {
		t.Fatalf("%v\n%s", err, src)
	}
	g, err := stage.Build(f, stage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	o := checks.Options{User: "boot", UID: 1337, GID: 1337, Home: "/home/boot"}
	return &File{Path: name, Original: f, Graph: g, Findings: checks.Run(g, checks.All(), o)}
}

func unchanged(src []byte) []byte { return src }

func withCRLF(src []byte) []byte { return bytes.ReplaceAll(src, []byte("\n"), []byte("\r\n")) }

func withBOM(src []byte) []byte { return append([]byte("\uFEFF"), src...) }

func withoutEnd(src []byte) []byte { return bytes.TrimRight(src, "\n") }

// nasty is a file whose name and messages hold what every format has to escape.
func nasty(t *testing.T) *File {
	t.Helper()
	const src = "FROM scratch\nCMD [\"/app\"]\n"
	f := mustParse(t, "Dockerfile", src)
	g, err := stage.Build(f, stage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return &File{Path: nastyPath, Original: f, Graph: g, Findings: []checks.Finding{{
		Rule: noteRule, Severity: checks.Warning, Message: nastyMessage, Span: f.Instructions[1].Span,
	}}}
}

const (
	nastyPath    = "a %41/b,c:d::e/é#?<&>\"'.dockerfile"
	nastyMessage = "100% of \"<a>&'b'\": x,y ::set-env name=A::b ]]> [x](1) {0} ${A}\r\nend\x00\x1b\x7f\uFFFE\u202e"
)
