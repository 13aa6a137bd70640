// Package report writes what was found, for people and for machines.
package report

import (
	"github.com/dfharden/dfharden/checks"
	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/rewrite"
	"github.com/dfharden/dfharden/source"
	"github.com/dfharden/dfharden/stage"
)

// File is what came of one input.
type File struct {
	Path string // as the report names it
	// Err says why the file could not be checked or written; nothing below is
	// set then. Its text names the file.
	Err error

	Original *parser.File     // as it was read
	Graph    *stage.Graph     // of the file that Findings are about: after a rewrite, its result
	Findings []checks.Finding // what is left
	Changes  []rewrite.Change // what was applied; nil without a rewrite
}

// Summary counts what a run found.
type Summary struct {
	Files    int `json:"files"`
	Errors   int `json:"errors"` // findings, as are the next two; not files
	Warnings int `json:"warnings"`
	Infos    int `json:"infos"`
	Fixed    int `json:"fixed"`    // fixes that were applied
	Withheld int `json:"withheld"` // findings that say why there is no fix

	Failed int `json:"-"` // files with Err
	Safe   int `json:"-"` // findings with a fix of that grade
	Unsafe int `json:"-"`
}

// Summarize counts over all files of a run.
func Summarize(files []*File) Summary {
	s := Summary{Files: len(files)}
	for _, f := range files {
		if f.Err != nil {
			s.Failed++
			continue
		}
		s.Fixed += len(f.Changes)
		for _, finding := range f.Findings {
			s.add(finding)
		}
	}
	return s
}

func (s *Summary) add(f checks.Finding) {
	switch f.Severity {
	case checks.Error:
		s.Errors++
	case checks.Warning:
		s.Warnings++
	case checks.Info:
		s.Infos++
	}
	switch {
	case f.Withheld != nil:
		s.Withheld++
	case f.Fix == nil:
	case f.Fix.Safety == checks.Safe:
		s.Safe++
	default:
		s.Unsafe++
	}
}

// origin takes places back to the original file: the related places and reasons
// of a change are offsets into the file as it was when its round began.
type origin struct {
	rounds [][]source.Edit // the edits of each round, sorted by place
}

func newOrigin(changes []rewrite.Change) origin {
	var o origin
	for _, c := range changes {
		if c.Fix == nil || c.Round < 1 {
			continue
		}
		for len(o.rounds) < c.Round {
			o.rounds = append(o.rounds, nil)
		}
		o.rounds[c.Round-1], _ = source.Merge(o.rounds[c.Round-1], c.Fix.Edits)
	}
	return o
}

// span is the place in the original file of a place in the file of a round. What
// an edit inserted is where the edit is.
func (o origin) span(round int, s source.Span) source.Span {
	for r := min(round-1, len(o.rounds)) - 1; r >= 0; r-- {
		s = source.Span{Start: before(o.rounds[r], s.Start), End: before(o.rounds[r], s.End)}
	}
	return s
}

// before is the offset that the edits moved to offset.
func before(edits []source.Edit, offset int) int {
	shift := 0 // of the bytes behind the edits so far
	for _, e := range edits {
		start := e.Start + shift
		if offset <= start {
			break
		}
		if offset < start+len(e.New) {
			return e.Start
		}
		shift += len(e.New) - e.Len()
	}
	return offset - shift
}
