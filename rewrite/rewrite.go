// Package rewrite applies fixes until nothing is left to apply, and refuses a
// result that would break the file or change what no fix meant to change.
package rewrite

import (
	"fmt"
	"slices"

	"github.com/dfharden/dfharden/checks"
	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/source"
	"github.com/dfharden/dfharden/stage"
)

// maxRounds bounds the loop. Files need three at most; more is a defect of a rule
// whose fix does not remove its finding.
const maxRounds = 12

// Options say which fixes are applied, and how.
type Options struct {
	Check  checks.Options
	Stage  stage.Options
	More   []stage.Options // further images of the file: fixes are made for each
	Unsafe bool            // apply fixes graded unsafe too
}

// Change is a finding whose fix was applied. The spans and edits of the finding
// are offsets into the file as it was at the start of its round.
type Change struct {
	checks.Finding
	Round int         // 1-based
	Place source.Span // of the finding, in the original file
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
	Left    []checks.Finding // of Src, with spans in Src
	File    *parser.File     // Src, parsed
	Graph   *stage.Graph     // of Src
	More    []*stage.Graph   // of Src, for the further images
	Defects []Defect
	Rounds  int
}

// Rewrite applies the fixes of the rules to a file, in rounds, until a round
// changes nothing. In each round the fixes enter in the order of their places,
// whole or not at all; one that is in the way of another waits. Before a round
// counts, its result is verified. The file itself is not touched. The error is
// that of the model, such as a target that the file does not have.
func Rewrite(f *parser.File, rules []*checks.Rule, o Options) (Result, error) {
	r := Result{Src: f.Src, File: f}
	pieces := source.NewPieces(len(f.Src))
	refused := map[string]bool{}
	for {
		graphs, err := Build(r.File, o)
		if err != nil {
			return r, err
		}
		r.Graph, r.More = graphs[0], graphs[1:]
		r.Left = checks.RunAll(graphs, rules, o.Check)
		round := r.take(o, refused)
		if len(round.fixes) == 0 || r.Rounds == maxRounds {
			r.note(round, refused)
			r.Edits = pieces.Edits()
			return r, nil
		}
		next, ok := r.try(round, refused)
		if !ok {
			continue // without the fix that was refused
		}
		r.Rounds++
		for _, fix := range round.fixes {
			r.Applied = append(r.Applied, Change{fix, r.Rounds, pieces.OriginalSpan(fix.Span)})
		}
		pieces.Edit(round.edits)
		r.Src, r.File = next.Src, next
	}
}

// Build makes the models of a file's images, that of o.Stage first.
func Build(f *parser.File, o Options) ([]*stage.Graph, error) {
	graphs := make([]*stage.Graph, 0, 1+len(o.More))
	for _, image := range append([]stage.Options{o.Stage}, o.More...) {
		g, err := stage.Build(f, image)
		if err != nil {
			return nil, err
		}
		graphs = append(graphs, g)
	}
	return graphs, nil
}

// batch is what one round applies.
type batch struct {
	fixes []checks.Finding
	edits []source.Edit
}

// take collects the fixes of a round.
func (r *Result) take(o Options, refused map[string]bool) batch {
	can := map[string]bool{}
	for _, f := range r.Left {
		if applicable(f, o, refused) {
			can[f.Rule.ID] = true
		}
	}
	var b batch
	wait := r.waiting(o, refused)
	for _, f := range r.Left {
		if !applicable(f, o, refused) || can[f.Fix.After] || f.Stages != nil && all(f.Stages, wait) {
			continue
		}
		fix := f.Fix.Edits
		if len(o.More) > 0 {
			fix = source.Missing(b.edits, fix)
		}
		if edits, ok := source.Merge(b.edits, fix); ok {
			b.fixes, b.edits = append(b.fixes, f), edits
		}
	}
	return b
}

// waiting finds the images, by their labels, that are built FROM another one with fixes
// to come: what they need depends on what that one has then.
func (r *Result) waiting(o Options, refused map[string]bool) map[string]bool {
	graphs := append([]*stage.Graph{r.Graph}, r.More...)
	wait := map[string]bool{}
	for _, g := range graphs {
		for _, base := range graphs {
			if g != base && builtFrom(g, base.Final()) && slices.ContainsFunc(r.Left, func(f checks.Finding) bool {
				return applicable(f, o, refused) && slices.Contains(f.Stages, base.Final().Label())
			}) {
				wait[g.Final().Label()] = true
			}
		}
	}
	return wait
}

// builtFrom reports whether the image of a model has a stage of another model of the
// same file below it.
func builtFrom(g *stage.Graph, s *stage.Stage) bool {
	return slices.ContainsFunc(g.Chain(), func(below *stage.Stage) bool {
		return below != g.Final() && below.Index == s.Index
	})
}

func all(labels []string, wait map[string]bool) bool {
	return !slices.ContainsFunc(labels, func(l string) bool { return !wait[l] })
}

// applicable reports whether a finding has a fix that the options let in.
func applicable(f checks.Finding, o Options, refused map[string]bool) bool {
	if f.Ignored || f.Fix == nil || len(f.Fix.Edits) == 0 || refused[key(f)] {
		return false
	}
	return f.Fix.Safety == checks.Safe || o.Unsafe && f.Fix.Safety == checks.Unsafe
}

func key(f checks.Finding) string { return fmt.Sprintf("%s %v", f.Rule.ID, f.Fix.Edits) }

// try applies a batch and verifies the result. If it is wrong, each fix is tried
// alone to find the one to refuse; if each is right alone, only the first enters.
func (r *Result) try(b batch, refused map[string]bool) (*parser.File, bool) {
	next, err := Verify(r.File, b.edits)
	if err == nil {
		return next, true
	}
	for _, f := range b.fixes {
		if _, alone := Verify(r.File, f.Fix.Edits); alone != nil {
			refused[key(f)] = true
			r.Defects = append(r.Defects, Defect{f.Rule, alone.Error()})
			return nil, false
		}
	}
	last := b.fixes[len(b.fixes)-1]
	refused[key(last)] = true
	r.Defects = append(r.Defects, Defect{last.Rule, err.Error()})
	return nil, false
}

// note records the rules whose fixes never came to an end.
func (r *Result) note(b batch, refused map[string]bool) {
	for _, f := range b.fixes {
		r.Defects = append(r.Defects, Defect{f.Rule, fmt.Sprintf("its fix is offered again after %d rounds", maxRounds)})
	}
	for i := range r.Left {
		f := &r.Left[i]
		if f.Fix != nil && refused[key(*f)] {
			f.Withheld = &checks.Reason{Code: "opaque", Message: "the fix was refused, because its result would have been wrong: please report this file", Span: f.Span}
			f.Fix = nil
		}
	}
}
