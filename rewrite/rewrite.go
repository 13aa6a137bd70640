// Package rewrite applies fixes until nothing is left to apply, and refuses a
// result that would break the file or change what no fix meant to change.
package rewrite

import (
	"github.com/dfharden/dfharden/checks"
	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/source"
	"github.com/dfharden/dfharden/stage"
)

// Options say which fixes are applied, and how.
type Options struct {
	Check  checks.Options
	Stage  stage.Options
	Unsafe bool // apply fixes graded unsafe too
}

// Change is a finding whose fix was applied. Its spans and edits are offsets into
// the file as it was at the start of its round; Line and Column are those of the
// original file.
type Change struct {
	checks.Finding
	Round int         // 1-based
	Span  source.Span // of the finding, in the original file
}

// Defect is a fix that was refused because its result was wrong: an error in its
// rule, never in the user's file.
type Defect struct {
	Rule *checks.Rule
	Why  string
}

// Result is what a rewrite came to.
type Result struct {
	Src     []byte           // the file afterwards
	Edits   []source.Edit    // from the original file to Src
	Applied []Change         // in the order of application
	Left    []checks.Finding // of Src, spans in Src
	Graph   *stage.Graph     // of Src
	Defects []Defect
	Rounds  int
}

// Rewrite applies the fixes of the rules to a file, in rounds, until a round
// changes nothing. The file itself is not touched. The error is that of the
// model, such as a target that the file does not have.
func Rewrite(f *parser.File, rules []*checks.Rule, o Options) (Result, error) {
	panic("written by the other side")
}
