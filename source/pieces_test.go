package source

import (
	"math/rand"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPiecesOneRound(t *testing.T) {
	p := NewPieces(10)
	p.Edit([]Edit{Insert(0, "a"), Replace(Span{2, 4}, ""), Replace(Span{6, 7}, "xyz")})
	want := []Edit{Insert(0, "a"), Replace(Span{2, 4}, ""), Replace(Span{6, 7}, "xyz")}
	if diff := cmp.Diff(want, p.Edits()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestPiecesJoinRounds(t *testing.T) {
	p := NewPieces(6) // "abcdef"
	p.Edit([]Edit{Insert(3, "123")})
	p.Edit([]Edit{Replace(Span{4, 7}, "-")}) // "abc1-ef": the end of the insertion and the d
	if diff := cmp.Diff([]Edit{Replace(Span{3, 4}, "1-")}, p.Edits()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for now, before := range map[int]int{0: 0, 2: 2, 3: 3, 4: 3, 5: 4, 6: 5, 7: 6} {
		if got := p.Original(now); got != before {
			t.Errorf("offset %d was %d, want %d", now, got, before)
		}
	}
}

func TestPiecesOriginalSpan(t *testing.T) {
	p := NewPieces(10)
	p.Edit([]Edit{Insert(5, "12345")})
	for now, before := range map[Span]Span{{0, 5}: {0, 5}, {10, 15}: {5, 10}, {3, 12}: {3, 7}, {6, 6}: {5, 5}} {
		if got := p.OriginalSpan(now); got != before {
			t.Errorf("%v was %v, want %v", now, got, before)
		}
	}
}

// TestPiecesRandom shows that the edits of several rounds, made at once, lead to
// the same text as the rounds.
func TestPiecesRandom(t *testing.T) {
	for seed := int64(0); seed < 500; seed++ {
		r := rand.New(rand.NewSource(seed))
		src := make([]byte, 1+r.Intn(40))
		for i := range src {
			src[i] = byte('a' + r.Intn(26))
		}
		p, text := NewPieces(len(src)), src
		for round := 0; round < 4; round++ {
			var edits []Edit
			for at := 0; at < len(text); {
				start := at + r.Intn(len(text)-at+1)
				end := min(len(text), start+r.Intn(4))
				edits = append(edits, Edit{Span{start, end}, "ABCDEF"[:r.Intn(7)]})
				at = end + 1
			}
			p.Edit(edits)
			text = Apply(text, edits)
		}
		if got := Apply(src, p.Edits()); string(got) != string(text) {
			t.Fatalf("seed %d: got %q, want %q", seed, got, text)
		}
	}
}
