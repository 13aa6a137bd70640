package source_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dfharden/dfharden/source"
)

func ins(at int, text string) source.Edit { return source.Insert(at, text) }

func rep(start, end int, text string) source.Edit {
	return source.Replace(source.Span{Start: start, End: end}, text)
}

func TestMerge(t *testing.T) {
	type edits = []source.Edit
	tests := []struct {
		name            string
		have, fix, want edits // want nil: refused
	}{
		{"nothing into nothing", nil, nil, edits{}},
		{"into nothing", nil, edits{ins(3, "x")}, edits{ins(3, "x")}},
		{"nothing", edits{ins(3, "x")}, nil, edits{ins(3, "x")}},
		{"sorted by place", edits{ins(9, "z")}, edits{rep(4, 6, "y"), ins(0, "x")}, edits{ins(0, "x"), rep(4, 6, "y"), ins(9, "z")}},
		{"touching replacements", edits{rep(0, 3, "x")}, edits{rep(3, 5, "y")}, edits{rep(0, 3, "x"), rep(3, 5, "y")}},
		{"a place between two", edits{rep(0, 3, "x"), rep(5, 6, "z")}, edits{ins(4, "y")}, edits{rep(0, 3, "x"), ins(4, "y"), rep(5, 6, "z")}},
		{"the same replacement once", edits{rep(0, 3, "x")}, edits{rep(0, 3, "x"), ins(7, "y")}, edits{rep(0, 3, "x"), ins(7, "y")}},
		{"the same deletion once", edits{rep(0, 3, "")}, edits{rep(0, 3, "")}, edits{rep(0, 3, "")}},

		{"overlap", edits{rep(0, 3, "x")}, edits{rep(2, 5, "y")}, nil},
		{"same span, other text", edits{rep(0, 3, "x")}, edits{rep(0, 3, "y")}, nil},
		{"within", edits{rep(0, 9, "x")}, edits{rep(2, 5, "y")}, nil},
		{"around", edits{rep(2, 5, "x")}, edits{rep(0, 9, "y")}, nil},
		{"two insertions at one point", edits{ins(3, "x")}, edits{ins(3, "y")}, nil},
		{"the same insertion twice", edits{ins(3, "x")}, edits{ins(3, "x")}, nil},
		{"insertion within", edits{rep(0, 3, "x")}, edits{ins(1, "y")}, nil},
		{"insertion at the start of a replacement", edits{rep(3, 5, "x")}, edits{ins(3, "y")}, nil},
		{"insertion at the end of a replacement", edits{rep(3, 5, "x")}, edits{ins(5, "y")}, nil},
		{"replacement at an insertion", edits{ins(5, "y")}, edits{rep(3, 5, "x")}, nil},
		{"one of several overlaps", edits{rep(0, 3, "x")}, edits{ins(7, "y"), rep(2, 5, "z"), ins(9, "w")}, nil},
		{"a fix at odds with itself", nil, edits{ins(3, "x"), ins(3, "y")}, nil},
		{"a fix that replaces twice", nil, edits{rep(3, 4, "x"), rep(3, 4, "x")}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			have, fix := slices.Clone(tt.have), slices.Clone(tt.fix)
			got, ok := source.Merge(have, fix)
			if diff := cmp.Diff(tt.have, have); diff != "" {
				t.Errorf("Merge changed what it has:\n%s", diff)
			}
			if diff := cmp.Diff(tt.fix, fix); diff != "" {
				t.Errorf("Merge changed the fix:\n%s", diff)
			}
			if ok != (tt.want != nil) {
				t.Fatalf("Merge took the fix: %v, want %v", ok, tt.want != nil)
			}
			want := tt.want
			if !ok {
				want = tt.have
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("Merge (-want +got):\n%s", diff)
			}
		})
	}
}

func TestApply(t *testing.T) {
	type edits = []source.Edit
	tests := []struct {
		name, src string
		edits     edits
		want      string
	}{
		{"nothing", "abc", nil, "abc"},
		{"into an empty file", "", edits{ins(0, "x")}, "x"},
		{"at both ends", "abc", edits{ins(3, "z"), ins(0, "x")}, "xabcz"},
		{"any order", "abcdef", edits{rep(4, 5, "E"), ins(2, "-"), rep(0, 1, "A")}, "Ab-cdEf"},
		{"touching", "abcdef", edits{rep(3, 6, ""), rep(0, 3, "x")}, "x"},
		{"all of it", "abc", edits{rep(0, 3, "")}, ""},
		{"line ends are bytes", "a\r\nb", edits{rep(1, 3, "\n")}, "a\nb"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			src, given := []byte(tt.src), slices.Clone(tt.edits)
			if got := string(source.Apply(src, given)); got != tt.want {
				t.Errorf("Apply = %q, want %q", got, tt.want)
			}
			if string(src) != tt.src {
				t.Errorf("Apply changed its source to %q", src)
			}
			if diff := cmp.Diff(tt.edits, given); diff != "" {
				t.Errorf("Apply changed its edits:\n%s", diff)
			}
		})
	}
}

func TestMissing(t *testing.T) {
	have := []source.Edit{source.Insert(3, "a"), source.Replace(source.Span{5, 6}, "b")}
	fix := []source.Edit{source.Insert(3, "a"), source.Insert(3, "c"), source.Replace(source.Span{5, 6}, "b"), source.Insert(9, "d")}
	if diff := cmp.Diff([]source.Edit{source.Insert(3, "c"), source.Insert(9, "d")}, source.Missing(have, fix)); diff != "" {
		t.Error(diff)
	}
}
