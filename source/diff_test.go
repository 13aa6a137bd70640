package source_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dfharden/dfharden/source"
)

// numbered returns n lines "1", "2", …, each with the line end.
func numbered(n int, eol string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%d%s", i+1, eol)
	}
	return b.String()
}

// edit finds old in src, which has it once, and replaces it.
func edit(src, old, text string) source.Edit {
	if strings.Count(src, old) != 1 {
		panic(fmt.Sprintf("%q is not once in %q", old, src))
	}
	i := strings.Index(src, old)
	return rep(i, i+len(old), text)
}

type diffTest struct {
	name, src string
	edits     []source.Edit
	want      string // the hunks; "" where the name says it all
}

func diffTests() []diffTest {
	type edits = []source.Edit
	ten, crlf, open := numbered(10, "\n"), numbered(10, "\r\n"), strings.TrimSuffix(numbered(10, "\n"), "\n")
	thirty := numbered(30, "\n")
	end := func(src, text string) source.Edit { return ins(len(src), text) }
	return []diffTest{
		{"within a line", ten, edits{edit(ten, "5", "five")}, "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n"},
		{"twice within a line", "abc def\nx\n", edits{rep(0, 1, "A"), rep(4, 5, "D")}, "@@ -1,2 +1,2 @@\n-abc def\n+Abc Def\n x\n"},
		{"CRLF", crlf, edits{edit(crlf, "5", "five")}, "@@ -2,7 +2,7 @@\n 2\r\n 3\r\n 4\r\n-5\r\n+five\r\n 6\r\n 7\r\n 8\r\n"},
		{"LF to CRLF", "a\nb\n", edits{rep(1, 2, "\r\n")}, "@@ -1,2 +1,2 @@\n-a\n+a\r\n b\n"},
		{"insertion at the start", ten, edits{ins(0, "new\n")}, "@@ -1,3 +1,4 @@\n+new\n 1\n 2\n 3\n"},
		{"insertion at the end", ten, edits{end(ten, "new\n")}, "@@ -8,3 +8,4 @@\n 8\n 9\n 10\n+new\n"},
		{"insertion without a line end at the end", ten, edits{end(ten, "new")}, "@@ -8,3 +8,4 @@\n 8\n 9\n 10\n+new\n\\ No newline at end of file\n"},
		{"insertions at both ends", ten, edits{ins(0, "a\n"), end(ten, "b\n")}, "@@ -1,3 +1,4 @@\n+a\n 1\n 2\n 3\n@@ -8,3 +9,4 @@\n 8\n 9\n 10\n+b\n"},
		{"insertions at both ends, CRLF", crlf, edits{ins(0, "a\r\n"), end(crlf, "b\r\n")}, ""},
		{"insertions at both ends, no final newline", open, edits{ins(0, "a\n"), end(open, "\nb")}, ""},
		{"insertion before a line", ten, edits{ins(8, "new\n")}, "@@ -2,6 +2,7 @@\n 2\n 3\n 4\n+new\n 5\n 6\n 7\n"},
		{"insertion behind a line's text", ten, edits{ins(9, "\nnew")}, "@@ -3,6 +3,7 @@\n 3\n 4\n 5\n+new\n 6\n 7\n 8\n"},
		{"insertion at the start of a line's text", "a\nb\nc\n", edits{ins(2, "new ")}, "@@ -1,3 +1,3 @@\n a\n-b\n+new b\n c\n"},
		{"insertion at the start and change in one line", "a\nbcd\n", edits{ins(2, "new "), rep(4, 5, "D")}, "@@ -1,2 +1,2 @@\n a\n-bcd\n+new bcD\n"},
		{"a line that loses its end before a changed line", "a\nbc\nd\n", edits{rep(0, 2, "x"), rep(3, 4, "C")}, "@@ -1,3 +1,2 @@\n-a\n-bc\n+xbC\n d\n"},
		{"lines that are joined one by one", "a\nb\nc\nd\n", edits{rep(1, 2, ""), rep(3, 4, ""), rep(5, 6, "")}, "@@ -1,4 +1,1 @@\n-a\n-b\n-c\n-d\n+abcd\n"},
		{"changed neighbors", "a\nb\nc\n", edits{rep(0, 1, "x"), rep(2, 3, "y")}, "@@ -1,3 +1,3 @@\n-a\n+x\n-b\n+y\n c\n"},
		{"insertion between changed neighbors", "a\nb\nc\n", edits{rep(0, 1, "x"), ins(2, "n\n"), rep(4, 5, "z")}, ""},
		{"replaced lines and an insertion behind them", "a\nb\nc\n", edits{rep(0, 1, "x"), ins(2, "n")}, ""},
		{"no final newline, kept", open, edits{edit(open, "10", "ten")}, "@@ -7,4 +7,4 @@\n 7\n 8\n 9\n-10\n\\ No newline at end of file\n+ten\n\\ No newline at end of file\n"},
		{"no final newline, in the context", open, edits{edit(open, "9", "nine")}, "@@ -6,5 +6,5 @@\n 6\n 7\n 8\n-9\n+nine\n 10\n\\ No newline at end of file\n"},
		{"no final newline, appended", open, edits{end(open, "\nnew")}, "@@ -7,4 +7,5 @@\n 7\n 8\n 9\n-10\n\\ No newline at end of file\n+10\n+new\n\\ No newline at end of file\n"},
		{"no final newline, changed and appended", open, edits{edit(open, "10", "ten"), end(open, "\nnew")}, "@@ -7,4 +7,5 @@\n 7\n 8\n 9\n-10\n\\ No newline at end of file\n+ten\n+new\n\\ No newline at end of file\n"},
		{"no final newline, added", open, edits{end(open, "\n")}, "@@ -7,4 +7,4 @@\n 7\n 8\n 9\n-10\n\\ No newline at end of file\n+10\n"},
		{"final newline, taken", ten, edits{rep(len(ten)-1, len(ten), "")}, "@@ -7,4 +7,4 @@\n 7\n 8\n 9\n-10\n+10\n\\ No newline at end of file\n"},
		{"deletion of a line", ten, edits{edit(ten, "5\n", "")}, "@@ -2,7 +2,6 @@\n 2\n 3\n 4\n-5\n 6\n 7\n 8\n"},
		{"deletion of the first line", ten, edits{edit(ten, "1\n2\n", "")}, "@@ -1,5 +1,3 @@\n-1\n-2\n 3\n 4\n 5\n"},
		{"deletion of the last line", ten, edits{edit(ten, "10\n", "")}, "@@ -7,4 +7,3 @@\n 7\n 8\n 9\n-10\n"},
		{"deletion from the middle of a line", "ab\ncd\nef\n", edits{rep(1, 4, "")}, "@@ -1,3 +1,2 @@\n-ab\n-cd\n+ad\n ef\n"},
		{"several hunks", thirty, edits{edit(thirty, "\n5\n", "\n5\nnew\n"), edit(thirty, "15\n", ""), edit(thirty, "27", "x")}, "@@ -3,6 +3,7 @@\n 3\n 4\n 5\n+new\n 6\n 7\n 8\n@@ -12,7 +13,6 @@\n 12\n 13\n 14\n-15\n 16\n 17\n 18\n@@ -24,7 +24,7 @@\n 24\n 25\n 26\n-27\n+x\n 28\n 29\n 30\n"},
		{"six lines between: one hunk", thirty, edits{edit(thirty, "11", "x"), edit(thirty, "18", "y")}, "@@ -8,14 +8,14 @@\n 8\n 9\n 10\n-11\n+x\n 12\n 13\n 14\n 15\n 16\n 17\n-18\n+y\n 19\n 20\n 21\n"},
		{"seven lines between: two hunks", thirty, edits{edit(thirty, "11", "x"), edit(thirty, "19", "y")}, "@@ -8,7 +8,7 @@\n 8\n 9\n 10\n-11\n+x\n 12\n 13\n 14\n@@ -16,7 +16,7 @@\n 16\n 17\n 18\n-19\n+y\n 20\n 21\n 22\n"},
		{"into an empty file", "", edits{ins(0, "new\n")}, "@@ -0,0 +1,1 @@\n+new\n"},
		{"a file of one line end", "\n", edits{ins(0, "a\n"), ins(1, "b\n")}, "@@ -1,1 +1,3 @@\n+a\n \n+b\n"},
		{"lines that look like a diff", "--- a\n+++ b\n@@ c\n\\ d\n", edits{ins(0, "+++ x\n"), rep(12, 18, "--- y\n")}, ""},
		{"bytes that are not UTF-8", "a\xff\n\x85b\n", edits{rep(3, 4, "\xfe")}, "@@ -1,2 +1,2 @@\n a\xff\n-\x85b\n+\xfeb\n"},
		{"no edits", ten, nil, ""},
		{"an edit that changes nothing", ten, edits{edit(ten, "5", "5")}, ""},
	}
}

func TestUnified(t *testing.T) {
	for _, tt := range diffTests() {
		t.Run(tt.name, func(t *testing.T) {
			got := string(source.Unified("Dockerfile", []byte(tt.src), tt.edits))
			if tt.want != "" {
				want := "--- a/Dockerfile\n+++ b/Dockerfile\n" + tt.want
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("Unified (-want +got):\n%s", diff)
				}
			}
			after := string(source.Apply([]byte(tt.src), tt.edits))
			if (got == "") != (after == tt.src) {
				t.Errorf("the bytes change: %v, the diff is %q", after != tt.src, got)
			}
			if got != "" {
				if patched := gitApply(t, "Dockerfile", tt.src, got); patched != after {
					t.Errorf("git apply makes %q, want %q, of\n%s", patched, after, got)
				}
			}
		})
	}
}

func TestUnifiedEmptiesFile(t *testing.T) {
	const src = "a\nb\n"
	got := string(source.Unified("f", []byte(src), []source.Edit{rep(0, len(src), "")}))
	if want := "--- a/f\n+++ b/f\n@@ -1,2 +0,0 @@\n-a\n-b\n"; got != want {
		t.Errorf("Unified = %q, want %q", got, want)
	}
	if patched := gitApply(t, "f", src, got); patched != "" {
		t.Errorf("git apply makes %q, want nothing", patched)
	}
}

func TestUnifiedNames(t *testing.T) {
	names := []string{
		"Dockerfile", "a/b/Dockerfile.prod", "with blanks/Docker file", "é/Dockerfile", `quote".dockerfile`,
		"tab\tand \"quote\"", "cr\rlf\n.dockerfile", `back\slash`, "-dash", "trailing ", " leading",
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			diff := source.Unified(name, []byte("a\n"), []source.Edit{ins(2, "b\n")})
			if got := gitApply(t, name, "a\n", string(diff)); got != "a\nb\n" {
				t.Errorf("git apply makes %q of\n%s", got, diff)
			}
		})
	}
}

// TestUnifiedGit lets git apply one diff of many files with random edits.
func TestUnifiedGit(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4)) // fixed: a failure can be repeated
	srcs := []string{"", "a\n", numbered(9, "\n"), numbered(40, "\n"), numbered(20, "\r\n"), numbered(12, "\n") + "end"}
	files, want := map[string]string{}, map[string]string{}
	var all bytes.Buffer
	for i := range 300 {
		src := []byte(srcs[rnd.IntN(len(srcs))])
		recipe := make([]byte, 4*(1+rnd.IntN(8)))
		for j := range recipe {
			recipe[j] = byte(rnd.UintN(256))
			if j%4 == 1 {
				recipe[j] %= 4 // short spans, so that several edits fit
			}
		}
		var edits []source.Edit
		for _, fix := range fixesFrom(src, recipe) {
			edits, _ = source.Merge(edits, fix)
		}
		after := source.Apply(src, edits)
		if len(after) == 0 || bytes.Equal(src, after) {
			continue
		}
		name := fmt.Sprintf("f%03d", i)
		files[name], want[name] = string(src), string(after)
		all.Write(source.Unified(name, src, edits))
	}
	if len(files) < 200 {
		t.Fatalf("only %d files change", len(files))
	}
	if diff := cmp.Diff(want, runGitApply(t, files, all.String())); diff != "" {
		t.Errorf("git apply (-want +got):\n%s", diff)
	}
}

func gitApply(t *testing.T, name, src, diff string) string {
	t.Helper()
	return runGitApply(t, map[string]string{name: src}, diff)[name]
}

// runGitApply writes the files into a new folder, applies the diff there with
// git, and returns the files; one that git removed is "".
func runGitApply(t *testing.T, files map[string]string, diff string) map[string]string {
	t.Helper()
	git, err := exec.LookPath("git")
	if err != nil {
		t.Fatalf("this test needs git: %v", err)
	}
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), git, "apply", "--whitespace=nowarn", "-")
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(diff)
	// No configuration of the person's, and no repository around the folder.
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_CEILING_DIRECTORIES="+filepath.Dir(dir), "GIT_DIR=", "LC_ALL=C")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git apply: %v\n%s\n%s", err, out, diff)
	}
	got := map[string]string{}
	for name := range files {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		got[name] = string(text)
	}
	return got
}
