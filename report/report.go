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
	More     []*stage.Graph   // further images of the same file
	Notes    []string         // what the project says about its build and could not be used
	Findings []checks.Finding // what is left, and what is to be ignored
	Changes  []rewrite.Change // what was applied; nil without a rewrite
}

// open returns the findings that are not ignored.
func (f *File) open() []checks.Finding {
	var left []checks.Finding
	for _, finding := range f.Findings {
		if !finding.Ignored {
			left = append(left, finding)
		}
	}
	return left
}

// shown is the text of the file for people to see: secrets are asterisks in it.
func (f *File) shown() []byte {
	src := f.Graph.File.Src
	masked := false
	for _, finding := range f.Findings {
		for _, s := range finding.Secrets {
			if !masked {
				src, masked = append([]byte(nil), src...), true
			}
			for i := s.Start; i < s.End; i++ {
				if src[i] != '\n' && src[i] != '\r' {
					src[i] = '*'
				}
			}
		}
	}
	return src
}

// graphs are those of all images of the file that were looked at.
func (f *File) graphs() []*stage.Graph { return append([]*stage.Graph{f.Graph}, f.More...) }

// others lists the stages that are images of their own and were not looked at.
func (f *File) others() []string {
	seen := map[string]bool{}
	for _, g := range f.graphs() {
		seen[g.Final().Label()] = true
	}
	names := []string{}
	for _, leaf := range f.Graph.Leaves() {
		if !seen[leaf.Label()] {
			names = append(names, leaf.Label())
		}
	}
	return names
}

// stages are the labels of the images that a finding is about.
func (f *File) stages(finding checks.Finding) []string {
	if len(finding.Stages) > 0 {
		return finding.Stages
	}
	var all []string
	for _, g := range f.graphs() {
		all = append(all, g.Final().Label())
	}
	return all
}

// Summary counts what a run found. An ignored finding counts nowhere.
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
		for _, finding := range f.open() {
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

// history takes places back to the original file: the related places and the
// reasons of a change are offsets into the file as it was when its round began.
// It is asked about the changes in their order.
type history struct {
	pieces *source.Pieces
	round  int
	edits  []source.Edit // of the round so far
}

func newHistory(size int) *history { return &history{pieces: source.NewPieces(size)} }

// original returns what takes the spans of a change to the original file.
func (h *history) original(c rewrite.Change) func(source.Span) source.Span {
	if c.Round != h.round {
		h.pieces.Edit(h.edits)
		h.round, h.edits = c.Round, nil
	}
	if c.Fix != nil {
		h.edits, _ = source.Merge(h.edits, source.Missing(h.edits, c.Fix.Edits))
	}
	return h.pieces.OriginalSpan
}
