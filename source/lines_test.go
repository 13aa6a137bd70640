package source_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dfharden/dfharden/source"
)

func TestLines(t *testing.T) {
	tests := []struct {
		name, src string
		full      []string // every line with its line end
		text      []string // and without
	}{
		{"empty", "", []string{""}, []string{""}},
		{"one line end", "\n", []string{"\n"}, []string{""}},
		{"no final newline", "a\nb", []string{"a\n", "b"}, []string{"a", "b"}},
		{"final newline", "a\nb\n", []string{"a\n", "b\n"}, []string{"a", "b"}},
		{"blank lines", "a\n\n\nb\n", []string{"a\n", "\n", "\n", "b\n"}, []string{"a", "", "", "b"}},
		{"CRLF", "a\r\n\r\nb\r\n", []string{"a\r\n", "\r\n", "b\r\n"}, []string{"a", "", "b"}},
		{"mixed", "a\r\nb\nc", []string{"a\r\n", "b\n", "c"}, []string{"a", "b", "c"}},
		{"CR within", "a\rb\n", []string{"a\rb\n"}, []string{"a\rb"}},
		{"two CR", "a\r\r\n", []string{"a\r\r\n"}, []string{"a\r"}},
		{"CR without LF at the end", "a\nb\r", []string{"a\n", "b\r"}, []string{"a", "b"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			lines := source.NewLines([]byte(tt.src))
			var full, text []string
			for n := 1; n <= lines.Count(); n++ {
				f, x := lines.Full(n), lines.Text(n)
				full = append(full, tt.src[f.Start:f.End])
				text = append(text, tt.src[x.Start:x.End])
				for off := f.Start; off < f.End; off++ {
					if got := lines.Line(off); got != n {
						t.Errorf("Line(%d) = %d, want %d", off, got, n)
					}
				}
			}
			if diff := cmp.Diff(tt.full, full); diff != "" {
				t.Errorf("Full (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.text, text); diff != "" {
				t.Errorf("Text (-want +got):\n%s", diff)
			}
			for _, off := range []int{len(tt.src), len(tt.src) + 5} {
				if got := lines.Line(off); got != lines.Count() {
					t.Errorf("Line(%d) = %d, want the last, %d", off, got, lines.Count())
				}
			}
		})
	}
}

func TestPosition(t *testing.T) {
	const src = "FROM a\r\nRUN é😀x\n\xff\xfey\n"
	at := func(text string) int {
		for i := range src {
			if len(src[i:]) >= len(text) && src[i:i+len(text)] == text {
				return i
			}
		}
		t.Fatalf("%q is not in the source", text)
		return 0
	}
	tests := []struct {
		name   string
		offset int
		points source.Position
		utf16  source.Position
	}{
		{"start", 0, source.Position{Line: 1, Column: 1}, source.Position{Line: 1, Column: 1}},
		{"before the start", -3, source.Position{Line: 1, Column: 1}, source.Position{Line: 1, Column: 1}},
		{"CR", at("\r"), source.Position{Line: 1, Column: 7}, source.Position{Line: 1, Column: 7}},
		{"second line", at("RUN"), source.Position{Line: 2, Column: 1}, source.Position{Line: 2, Column: 1}},
		{"behind two bytes", at("😀"), source.Position{Line: 2, Column: 6}, source.Position{Line: 2, Column: 6}},
		{"behind a surrogate pair", at("x"), source.Position{Line: 2, Column: 7}, source.Position{Line: 2, Column: 8}},
		{"behind invalid bytes", at("y"), source.Position{Line: 3, Column: 3}, source.Position{Line: 3, Column: 3}},
		{"end", len(src), source.Position{Line: 3, Column: 5}, source.Position{Line: 3, Column: 5}},
		{"past the end", len(src) + 9, source.Position{Line: 3, Column: 5}, source.Position{Line: 3, Column: 5}},
	}
	lines := source.NewLines([]byte(src))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := lines.Position(tt.offset); got != tt.points {
				t.Errorf("Position = %v, want %v", got, tt.points)
			}
			if got := lines.PositionUTF16(tt.offset); got != tt.utf16 {
				t.Errorf("PositionUTF16 = %v, want %v", got, tt.utf16)
			}
		})
	}
}

func TestSpan(t *testing.T) {
	s := source.Span{Start: 2, End: 5}
	if s.Len() != 3 {
		t.Errorf("Len = %d, want 3", s.Len())
	}
	tests := []struct {
		t    source.Span
		want bool
	}{
		{source.Span{Start: 2, End: 5}, true},
		{source.Span{Start: 3, End: 4}, true},
		{source.Span{Start: 5, End: 5}, true},
		{source.Span{Start: 1, End: 3}, false},
		{source.Span{Start: 4, End: 6}, false},
		{source.Span{Start: 6, End: 6}, false},
	}
	for _, tt := range tests {
		if got := s.Contains(tt.t); got != tt.want {
			t.Errorf("Contains(%v) = %v, want %v", tt.t, got, tt.want)
		}
	}
}

// No editor gives the byte order mark a column.
func TestPositionBOM(t *testing.T) {
	lines := source.NewLines([]byte("\uFEFFFROM é\nRUN x\n"))
	for off, want := range map[int]source.Position{3: {Line: 1, Column: 1}, 10: {Line: 1, Column: 7}, 11: {Line: 2, Column: 1}} {
		if got := lines.Position(off); got != want {
			t.Errorf("Position(%d) = %v, want %v", off, got, want)
		}
		if got := lines.PositionUTF16(off); got != want {
			t.Errorf("PositionUTF16(%d) = %v, want %v", off, got, want)
		}
	}
}
