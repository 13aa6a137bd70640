package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/dfharden/dfharden/checks"
	"github.com/dfharden/dfharden/rewrite"
	"github.com/dfharden/dfharden/stage"
)

// TextOptions say how the text format looks.
type TextOptions struct {
	Color   bool
	Width   int  // of the terminal, in columns; 0: lines are not wrapped
	Quiet   bool // findings and applied fixes only
	Verbose bool // also what was taken as the image, and why
	Rewrite bool // a rewrite was asked for: the summary speaks of what is left
	Target  bool // the image was named by the caller, so that other ones are no surprise
}

// Text writes the report of a run for people. Files with Err only count in the
// summary: the caller has told about them.
func Text(w io.Writer, files []*File, o TextOptions) error {
	p := &text{printer: printer{color: o.Color, width: o.Width}, options: o}
	for _, f := range files {
		if f.Err == nil {
			p.file(f)
		}
	}
	if !o.Quiet && len(files) > 0 {
		p.summary(Summarize(files), o.Rewrite)
	}
	_, err := io.WriteString(w, p.String())
	return err
}

type text struct {
	printer
	options TextOptions
}

func (p *text) file(f *File) {
	if !p.options.Quiet {
		p.image(f)
	}
	for _, c := range f.Changes {
		p.change(f, c)
	}
	if len(f.Changes) > 0 {
		p.WriteByte('\n')
	}
	for _, finding := range f.open() {
		p.finding(f, finding)
		p.WriteByte('\n')
	}
}

// image says which stages were looked at, if that is not plain, or if asked.
func (p *text) image(f *File) {
	others := f.others()
	plain := len(f.More) == 0 && (p.options.Target || len(others) == 0 && f.Graph.Final().Index == len(f.Graph.Stages)-1)
	if plain && !p.options.Verbose {
		return
	}
	p.about(f, imagesText(f)+p.othersText(others))
	if p.options.Verbose {
		for _, g := range f.graphs() {
			p.about(f, factsText(g.Final(), len(f.More) > 0))
		}
		for _, note := range f.Notes {
			p.about(f, note)
		}
	}
	p.WriteByte('\n')
}

// about writes a line about a file as a whole.
func (p *text) about(f *File, msg string) {
	p.flow("    ", piece{bold, f.Path + ": "}, piece{"", msg})
}

func imagesText(f *File) string {
	if len(f.More) == 0 {
		return fmt.Sprintf("the image is stage %s, %s", f.Graph.Final().Label(), f.Graph.Why)
	}
	var all []string
	for _, g := range f.graphs() {
		all = append(all, fmt.Sprintf("%s (%s)", g.Final().Label(), g.Why))
	}
	return "the images are the stages " + strings.Join(all, ", ")
}

func (p *text) othersText(others []string) string {
	if len(others) == 0 {
		return ""
	}
	msg := "; not looked at: " + strings.Join(others, ", ")
	if !p.options.Target {
		msg += " (--target names another)"
	}
	return msg
}

func factsText(s *stage.Stage, several bool) string {
	distro, why := s.Distro()
	made := string(distro) + "; " + why
	if distro == "" {
		made = "unknown distribution"
	}
	user := s.End().User
	msg := fmt.Sprintf("base %s (%s); root: %s: %s", s.BaseName(), made, user.Root(), user.Why)
	if several {
		return s.Label() + ": " + msg
	}
	return msg
}

func (p *text) change(f *File, c rewrite.Change) {
	at := f.Original.Lines.Position(c.Place.Start)
	p.flow("    ", piece{bold, fmt.Sprintf("%s:%d:%d: ", f.Path, at.Line, at.Column)},
		piece{green, "fixed"}, piece{plain, ": " + fixMessage(c.Finding) + " "}, piece{dim, "[" + c.Rule.ID + "]"})
}

func fixMessage(f checks.Finding) string {
	if f.Fix == nil || f.Fix.Message == "" {
		return f.Message
	}
	return f.Fix.Message
}

func (p *text) finding(f *File, finding checks.Finding) {
	lines := f.Graph.File.Lines
	at := lines.Position(finding.Span.Start)
	style := severityStyle(finding.Severity)
	p.flow("    ", piece{bold, fmt.Sprintf("%s:%d:%d: ", f.Path, at.Line, at.Column)},
		piece{style, Severity(finding.Severity)}, piece{bold, ": " + finding.Message + " "},
		piece{dim, "[" + finding.Rule.ID + "]"})

	number := fmt.Sprintf("%4s", strconv.Itoa(at.Line))
	margin := strings.Repeat(" ", len(number))
	p.excerpt(lines, f.shown(), finding.Span, number, margin, style)
	for _, r := range remarks(finding, lines) {
		p.flow(margin+"   ", piece{dim, margin + " = "}, piece{bold, r.label}, piece{plain, ": " + r.text})
	}
}

func severityStyle(s checks.Severity) string {
	switch s {
	case checks.Error:
		return red
	case checks.Warning:
		return yellow
	}
	return blue
}
