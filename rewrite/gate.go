package rewrite

import (
	"fmt"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/source"
)

// Verify applies edits to a file and checks the result: BuildKit accepts it,
// every instruction that no edit touches is there as it was and in its order,
// none is missing but what an edit takes out as a whole, every comment is still
// there. It returns the parsed result, or what is wrong
// with it.
func Verify(f *parser.File, edits []source.Edit) (*parser.File, error) {
	next, err := parser.Parse(f.Name, source.Apply(f.Src, edits))
	if err != nil {
		return nil, fmt.Errorf("the result does not parse: %w", err)
	}
	if err := sameInstructions(f, next, edits); err != nil {
		return nil, err
	}
	return next, sameComments(f, next)
}

// sameInstructions finds every untouched instruction of f in next, in order.
func sameInstructions(f, next *parser.File, edits []source.Edit) error {
	at := 0
	for _, in := range f.Instructions {
		if touched(in, edits) {
			continue
		}
		for at < len(next.Instructions) && !same(in, next.Instructions[at]) {
			at++
		}
		if at == len(next.Instructions) {
			return fmt.Errorf("the instruction in line %d is lost or changed", in.Line)
		}
		at++
	}
	inserted, removed := 0, 0
	for _, e := range edits {
		inserted += lines(e.New)
	}
	for _, in := range f.Instructions {
		if covered(in, edits) {
			removed++
		}
	}
	if len(next.Instructions) < len(f.Instructions)-removed || len(next.Instructions) > len(f.Instructions)+inserted {
		return fmt.Errorf("%d instructions became %d", len(f.Instructions), len(next.Instructions))
	}
	return nil
}

func same(a, b *parser.Instruction) bool {
	if a.Node.Original != b.Node.Original || len(a.Heredocs) != len(b.Heredocs) {
		return false
	}
	for i := range a.Heredocs {
		if a.Heredocs[i].Content != b.Heredocs[i].Content || a.Heredocs[i].Name != b.Heredocs[i].Name {
			return false
		}
	}
	return true
}

// touched reports whether an edit changes bytes of an instruction. An insertion
// at its edge does not.
func touched(in *parser.Instruction, edits []source.Edit) bool {
	for _, e := range edits {
		if e.Start < in.Span.End && e.End > in.Span.Start || e.Len() == 0 && e.Start > in.Span.Start && e.Start < in.Span.End {
			return true
		}
	}
	return false
}

// covered reports whether an edit takes an instruction out as a whole.
func covered(in *parser.Instruction, edits []source.Edit) bool {
	for _, e := range edits {
		if e.New == "" && e.Contains(in.Span) {
			return true
		}
	}
	return false
}

func sameComments(f, next *parser.File) error {
	at := 0
	for _, c := range f.Comments {
		for at < len(next.Comments) && next.Comments[at].Text != c.Text {
			at++
		}
		if at == len(next.Comments) {
			return fmt.Errorf("the comment %q is lost", c.Text)
		}
		at++
	}
	if len(next.Directives) != len(f.Directives) {
		return fmt.Errorf("%d parser directives became %d", len(f.Directives), len(next.Directives))
	}
	return nil
}

func lines(text string) int {
	n := 0
	for i := 0; i < len(text); i++ {
		if text[i] == '\n' {
			n++
		}
	}
	return n + 1
}
