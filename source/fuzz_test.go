package source_test

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dfharden/dfharden/source"
)

// texts are what the fuzz targets insert: with and without line ends.
var texts = []string{"", "x", "\n", "y\n", "\nz", "a\nb\n", "\r\n", "é"}

// fixesFrom reads up to eight fixes of one to three edits from a recipe of four
// bytes an edit: where, how long, which text, and whether a new fix begins.
func fixesFrom(src, recipe []byte) [][]source.Edit {
	var fixes [][]source.Edit
	for ; len(recipe) >= 4; recipe = recipe[4:] {
		start := int(recipe[0]) % (len(src) + 1)
		end := start + int(recipe[1])%(len(src)-start+1)
		e := source.Edit{Span: source.Span{Start: start, End: end}, New: texts[int(recipe[2])%len(texts)]}
		last := len(fixes) - 1
		if last < 0 || recipe[3]%2 == 0 || len(fixes[last]) == 3 {
			if len(fixes) == 8 {
				break
			}
			fixes = append(fixes, []source.Edit{e})
			continue
		}
		fixes[last] = append(fixes[last], e)
	}
	return fixes
}

// apart says the same as Merge's contract, pair by pair.
func apart(a, b source.Edit) bool {
	if a.Len() == 0 || b.Len() == 0 {
		return a.End < b.Start || b.End < a.Start
	}
	return a.End <= b.Start || b.End <= a.Start
}

// fits is the oracle for Merge: whether every edit of the fix stands apart from
// all others, or is a replacement that is there already.
func fits(have, fix []source.Edit) bool {
	for i, e := range fix {
		for _, h := range have {
			if !apart(e, h) && (e != h || e.Len() == 0) {
				return false
			}
		}
		for _, o := range fix[:i] {
			taken := e == o && e.Len() > 0 && slices.Contains(have, e)
			if !apart(e, o) && !taken {
				return false
			}
		}
	}
	return true
}

// oneByOne applies edits from the last to the first, each by itself.
func oneByOne(src []byte, edits []source.Edit) []byte {
	edits = slices.Clone(edits)
	slices.SortFunc(edits, func(a, b source.Edit) int { return b.Start - a.Start })
	for _, e := range edits {
		src = slices.Concat(src[:e.Start], []byte(e.New), src[e.End:])
	}
	return src
}

func seedEdits(f *testing.F) {
	srcs := []string{
		"", "\n", "a", "FROM a\nRUN b\nRUN c\nCMD d\n", "FROM a\r\nRUN b\r\n", "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\nm\nn",
		"# é\nFROM a\n\n\nUSER 1\n",
	}
	rnd := rand.New(rand.NewPCG(1, 2)) // fixed: the seeds are the same in every run
	for _, src := range srcs {
		for range 8 {
			recipe := make([]byte, 4*(1+rnd.IntN(6)))
			for i := range recipe {
				recipe[i] = byte(rnd.UintN(256))
				if i%4 == 1 && rnd.IntN(2) == 0 {
					recipe[i] = 0 // an insertion
				}
			}
			f.Add([]byte(src), recipe)
		}
	}
}

func FuzzMerge(f *testing.F) {
	seedEdits(f)
	f.Fuzz(func(t *testing.T, src, recipe []byte) {
		var have []source.Edit
		for _, fix := range fixesFrom(src, recipe) {
			before, fixBefore := slices.Clone(have), slices.Clone(fix)
			merged, ok := source.Merge(have, fix)
			if want := fits(have, fix); ok != want {
				t.Fatalf("Merge(%v, %v) took the fix: %v, want %v", have, fix, ok, want)
			}
			if diff := cmp.Diff(before, have); diff != "" {
				t.Fatalf("Merge changed what it has:\n%s", diff)
			}
			if diff := cmp.Diff(fixBefore, fix); diff != "" {
				t.Fatalf("Merge changed the fix:\n%s", diff)
			}
			if diff := cmp.Diff(before, merged); !ok && diff != "" {
				t.Fatalf("Merge refused the fix, yet took something of it:\n%s", diff)
			}
			have = merged
		}
		checkApply(t, src, have)
	})
}

// checkApply fails unless the edits give the same bytes in any order, and leave
// all others in their place.
func checkApply(t *testing.T, src []byte, edits []source.Edit) {
	t.Helper()
	original := bytes.Clone(src)
	want := oneByOne(src, edits)
	rnd := rand.New(rand.NewPCG(uint64(len(src)), uint64(len(edits))))
	for range 4 {
		if got := source.Apply(src, edits); !bytes.Equal(got, want) {
			t.Fatalf("Apply(%q, %v) = %q, want %q", src, edits, got, want)
		}
		rnd.Shuffle(len(edits), func(i, j int) { edits[i], edits[j] = edits[j], edits[i] })
	}
	if !bytes.Equal(src, original) {
		t.Fatalf("Apply changed its source to %q", src)
	}
	merged, ok := source.Merge(nil, edits)
	if !ok {
		t.Fatalf("Merge refuses what it has made: %v", edits)
	}
	at, out := 0, 0
	for _, e := range merged {
		kept := src[at:e.Start]
		if !bytes.Equal(want[out:out+len(kept)], kept) {
			t.Fatalf("bytes %d to %d were changed by no edit of %v", at, e.Start, merged)
		}
		at, out = e.End, out+len(kept)+len(e.New)
	}
	if !bytes.Equal(want[out:], src[at:]) {
		t.Fatalf("the bytes from %d were changed by no edit of %v", at, merged)
	}
}

func FuzzUnified(f *testing.F) {
	seedEdits(f)
	f.Fuzz(func(t *testing.T, src, recipe []byte) {
		var edits []source.Edit
		for _, fix := range fixesFrom(src, recipe) {
			edits, _ = source.Merge(edits, fix)
		}
		diff := source.Unified("f", src, edits)
		want := source.Apply(src, edits)
		if bytes.Equal(src, want) != (len(diff) == 0) {
			t.Fatalf("%q with %v is %q, but the diff is\n%s", src, edits, want, diff)
		}
		got, err := patch(src, diff)
		if err != nil {
			t.Fatalf("%q with %v: %v\n%s", src, edits, err, diff)
		}
		if !bytes.Equal(got, want) {
			t.Fatalf("%q with %v gives %q, want %q\n%s", src, edits, got, want, diff)
		}
	})
}
