package rewrite

import (
	"bytes"
	"math/rand"
	"slices"
	"strings"
	"testing"

	bk "github.com/moby/buildkit/frontend/dockerfile/parser"

	"github.com/dfharden/dfharden/checks"
	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/source"
	"github.com/dfharden/dfharden/stage"
)

// testOptions are the defaults of the command line.
func testOptions() Options {
	return Options{Check: checks.Options{User: "boot", UID: 1337, GID: 1337}}
}

// holds checks the four invariants of docs/design.md on one file, and returns
// the rewritten bytes. It is the judge of goldens, fuzzing and the corpus alike.
func holds(t *testing.T, src []byte, rules []*checks.Rule, o Options) []byte {
	t.Helper()
	f, err := parser.Parse("Dockerfile", src)
	if err != nil {
		t.Fatalf("the input does not parse: %v", err)
	}
	r, err := Rewrite(f, rules, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range r.Defects {
		t.Errorf("defect of %s: %s", d.Rule.ID, d.Why)
	}
	if !bytes.Equal(source.Apply(src, r.Edits), r.Src) {
		t.Errorf("the edits do not lead to the result")
	}
	parses(t, f, r)
	keepsTheRest(t, f, r)
	isFinished(t, f, r, rules, o)
	ignoresOrder(t, f, r, rules, o)
	return r.Src
}

// parses is invariant 1.
func parses(t *testing.T, f *parser.File, r Result) {
	t.Helper()
	if _, err := bk.Parse(bytes.NewReader(r.Src)); err != nil {
		t.Errorf("BuildKit refuses the result: %v\n%s", err, r.Src)
	}
	removed := 0
	for _, in := range f.Instructions {
		for _, e := range r.Edits {
			if e.Contains(in.Span) {
				removed++
			}
		}
	}
	if len(r.File.Instructions) < len(f.Instructions)-removed {
		t.Errorf("%d instructions became %d", len(f.Instructions), len(r.File.Instructions))
	}
}

// keepsTheRest is invariant 2, told from BuildKit's own parse of both files
// rather than from the gate: what no edit touches is there, in its order.
func keepsTheRest(t *testing.T, f *parser.File, r Result) {
	t.Helper()
	before, _ := bk.Parse(bytes.NewReader(f.Src))
	after, err := bk.Parse(bytes.NewReader(r.Src))
	if err != nil {
		return
	}
	at := 0
	for i, n := range before.AST.Children {
		if edited(f.Instructions[i].Span, r.Edits) {
			continue
		}
		for at < len(after.AST.Children) && after.AST.Children[at].Original != n.Original {
			at++
		}
		if at == len(after.AST.Children) {
			t.Errorf("line %d is lost or changed: %s\nin\n%s", n.StartLine, n.Original, r.Src)
			return
		}
		at++
	}
	rest := comments(r.Src)
	for _, c := range comments(f.Src) {
		i := slices.Index(rest, c)
		if i < 0 {
			t.Errorf("the comment %q is lost", c)
			return
		}
		rest = rest[i+1:]
	}
}

func edited(s source.Span, edits []source.Edit) bool {
	for _, e := range edits {
		if e.Start < s.End && e.End > s.Start || e.Len() == 0 && e.Start > s.Start && e.Start < s.End {
			return true
		}
	}
	return false
}

// comments finds lines that start with '#', told from the bytes alone.
func comments(src []byte) []string {
	var lines []string
	for _, line := range strings.Split(string(src), "\n") {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	return lines
}

// isFinished is the first half of invariant 3.
func isFinished(t *testing.T, f *parser.File, r Result, rules []*checks.Rule, o Options) {
	t.Helper()
	again, err := Rewrite(r.File, rules, o)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(again.Src, r.Src) {
		t.Errorf("a second rewrite changes something:\n%s", source.Unified("Dockerfile", r.Src, again.Edits))
	}
	g, err := stage.Build(f, o.Stage)
	if err != nil {
		t.Fatal(err)
	}
	before := map[string]bool{}
	for _, x := range checks.Run(g, rules, o.Check) {
		before[x.Rule.ID] = true
	}
	for _, x := range r.Left {
		if x.Ignored {
			continue
		}
		if !before[x.Rule.ID] {
			t.Errorf("a fix created a finding of %s: %s\n%s", x.Rule.ID, x.Message, r.Src)
		}
		if x.Fix != nil && (x.Fix.Safety == checks.Safe || o.Unsafe) {
			t.Errorf("the fix of %s was not applied, or did not remove its finding: %s", x.Rule.ID, x.Message)
		}
	}
}

// ignoresOrder is the second half of invariant 3.
func ignoresOrder(t *testing.T, f *parser.File, r Result, rules []*checks.Rule, o Options) {
	t.Helper()
	rules = slices.Clone(rules)
	for seed := int64(0); seed < 3; seed++ {
		rand.New(rand.NewSource(seed)).Shuffle(len(rules), func(i, j int) { rules[i], rules[j] = rules[j], rules[i] })
		other, err := Rewrite(f, rules, o)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(other.Src, r.Src) {
			t.Errorf("another order of the rules gives another result:\n%s\ninstead of\n%s", other.Src, r.Src)
			return
		}
	}
}

// encodings are the ways to write the same file, for invariant 4.
var encodings = map[string]func(string) (string, bool){
	"crlf": func(s string) (string, bool) { return strings.ReplaceAll(s, "\n", "\r\n"), !strings.Contains(s, "\r") },
	"bom":  func(s string) (string, bool) { return "\uFEFF" + s, !strings.HasPrefix(s, "\uFEFF") },
	"no final line end": func(s string) (string, bool) {
		return strings.TrimSuffix(s, "\n"), strings.HasSuffix(s, "\n") && !strings.HasSuffix(s, "\n\n") && !strings.HasSuffix(s, "\\\n")
	},
	"backtick": func(s string) (string, bool) {
		plain := strings.ReplaceAll(s, "\\\n", "")
		return "# escape=`\n" + strings.ReplaceAll(s, "\\\n", "`\n"), !strings.ContainsAny(plain, "\\`") && !strings.HasPrefix(s, "#") && !strings.Contains(s, "<<")
	},
}

// sameInEveryEncoding is invariant 4: the rewrite of the encoded file is the
// encoded rewrite.
func sameInEveryEncoding(t *testing.T, src, want []byte, rules []*checks.Rule, o Options) {
	t.Helper()
	for name, encode := range encodings {
		in, ok := encode(string(src))
		if !ok {
			continue
		}
		out, _ := encode(string(want))
		t.Run(name, func(t *testing.T) {
			if got := holds(t, []byte(in), rules, o); string(got) != out {
				t.Errorf("got\n%q\nwant\n%q", got, out)
			}
		})
	}
}
