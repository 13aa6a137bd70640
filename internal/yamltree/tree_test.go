package yamltree

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func parse(t *testing.T, text string) Node {
	t.Helper()
	docs, err := Parse([]byte(text))
	if err != nil || len(docs) != 1 {
		t.Fatalf("%d documents, %v", len(docs), err)
	}
	return docs[0]
}

func TestTree(t *testing.T) {
	n := parse(t, `
base: &base
  image: a
  build: {context: ., target: "web"}
web:
  <<: *base
  image: b # c
list: [x, *base, 2, true, ~]
text: |
  two
  lines
none:
`)
	for _, c := range []struct {
		keys []string
		text string
		at   Pos
	}{
		{[]string{"base", "image"}, "a", Pos{3, 10}},
		{[]string{"web", "image"}, "b", Pos{7, 10}},
		{[]string{"web", "build", "target"}, "web", Pos{4, 31}},
		{[]string{"text"}, "two\nlines\n", Pos{9, 7}},
		{[]string{"list"}, "", Pos{8, 7}},
		{[]string{"web", "nothing", "there"}, "", Pos{}},
	} {
		got := n.Get(c.keys...)
		if text, _ := got.Text(); text != c.text || got.Pos() != c.at {
			t.Errorf("%v: %q at %v, want %q at %v", c.keys, text, got.Pos(), c.text, c.at)
		}
	}
	var keys []string
	for e := range n.Get("web").Entries() {
		keys = append(keys, e.Key)
	}
	if diff := cmp.Diff([]string{"image", "build"}, keys); diff != "" {
		t.Error(diff)
	}
	items := n.Get("list").Items()
	if len(items) != 5 || !items[1].IsMap() || !items[4].Null() || !n.Get("list").IsList() || !n.Get("none").Null() {
		t.Errorf("items: %v", items)
	}
	if two, ok := items[2].Int(); two != 2 || !ok {
		t.Errorf("not a number: %v", items[2])
	}
	if yes, ok := items[3].Bool(); !yes || !ok {
		t.Errorf("not a truth value: %v", items[3])
	}
}

func TestSyntaxError(t *testing.T) {
	_, err := Parse([]byte("a: 1\nb: [1\n"))
	var e *SyntaxError
	if !errors.As(err, &e) || e.Line != 2 {
		t.Errorf("%v", err)
	}
}

// Aliases that multiply cost nothing, and those that lead to themselves end.
func TestAliases(t *testing.T) {
	var b strings.Builder
	b.WriteString("a0: &a0 {k: x}\n")
	for i := range 12 {
		b.WriteString(strings.NewReplacer("N", string(rune('a'+i+1)), "M", string(rune('a'+i))).Replace("N0: &N0 {<<: [*M0, *M0, *M0, *M0, *M0, *M0], l: *M0}\n"))
	}
	begin := time.Now()
	n := parse(t, b.String())
	if text, _ := n.Get("m0", "k").Text(); text != "x" {
		t.Errorf("%q", text)
	}
	for range n.Get("m0").Entries() {
	}
	if d := time.Since(begin); d > 5*time.Second {
		t.Errorf("it took %v", d)
	}
	loop := parse(t, "a: &a {<<: *a, b: *a, c: *nowhere}\n")
	if loop.Get("a", "c").Present() {
		t.Error("an alias of nothing")
	}
	for range loop.Get("a", "b", "b").Entries() {
	}
}

func FuzzParse(f *testing.F) {
	f.Add("a: &a {<<: *a, b: [*a]}\n--- \nx: |\n  y\n")
	f.Add("? {a: b}\n: c\n!!x y: z\n")
	f.Fuzz(func(_ *testing.T, text string) {
		docs, _ := Parse([]byte(text))
		for _, d := range docs {
			walk(d, 4)
		}
	})
}

func walk(n Node, depth int) {
	_, _ = n.Text()
	_, _ = n.Int()
	if depth == 0 {
		return
	}
	for e := range n.Entries() {
		walk(e.Value, depth-1)
	}
	for _, i := range n.Items() {
		walk(i, depth-1)
	}
}
