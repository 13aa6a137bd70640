package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/dfharden/dfharden/checks"
	"github.com/dfharden/dfharden/rewrite"
	"github.com/dfharden/dfharden/source"
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

// image says which stage was looked at, if there are others that could be images
// too, or if asked.
func (p *text) image(f *File) {
	s, leaves := f.Graph.Final(), f.Graph.Leaves()
	if (len(leaves) == 0 || p.options.Target) && !p.options.Verbose {
		return
	}
	msg := fmt.Sprintf("the image is stage %s, %s", s.Label(), f.Graph.Why)
	if len(leaves) > 0 {
		names := make([]string, len(leaves))
		for i, leaf := range leaves {
			names[i] = leaf.Label()
		}
		msg += "; not looked at: " + strings.Join(names, ", ")
		if !p.options.Target {
			msg += " (--target names another)"
		}
	}
	p.flow("    ", piece{bold, f.Path + ": "}, piece{plain, msg})
	if p.options.Verbose {
		distro, _ := s.Distro()
		if distro == "" {
			distro = "unknown distribution"
		}
		user := s.End().User
		p.flow("    ", piece{bold, f.Path + ": "}, piece{plain, fmt.Sprintf("base %s (%s); root: %s: %s",
			s.BaseName(), distro, user.Root(), user.Why)})
	}
	p.WriteByte('\n')
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
	p.excerpt(lines, f.Graph.File.Src, finding.Span, number, margin, style)
	n := notes{text: p, lines: lines, margin: margin}
	for _, r := range finding.Related {
		n.put("note", inLine(lines, r.Span)+r.Message)
	}
	if finding.Confidence == checks.Low {
		n.put("confidence", "low")
	}
	n.fix(finding)
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

// inLine is "line 12: ", or nothing for a place that is not in the file.
func inLine(lines *source.Lines, s source.Span) string {
	if s == (source.Span{}) {
		return ""
	}
	return fmt.Sprintf("line %d: ", lines.Line(s.Start))
}

// notes are the lines below an excerpt.
type notes struct {
	*text
	lines  *source.Lines
	margin string
}

func (n notes) put(label, msg string) {
	n.flow(n.margin+"   ", piece{dim, n.margin + " = "}, piece{bold, label}, piece{plain, ": " + msg})
}

// fix says what the fix of a finding does, or why there is none.
func (n notes) fix(f checks.Finding) {
	switch {
	case f.Withheld != nil:
		n.reason("withheld", f.Withheld)
	case f.Fix == nil && f.Rule.Safety == checks.NoFix:
		n.put("fix", "by hand; see dfharden explain "+f.Rule.ID)
	case f.Fix == nil:
		n.put("no fix here", "see dfharden explain "+f.Rule.ID)
	default:
		n.put("fix ("+Grade(f.Fix.Safety)+")", f.Fix.Message)
		if f.Fix.Reason != nil {
			n.reason("because", f.Fix.Reason)
		}
	}
}

func (n notes) reason(label string, r *checks.Reason) {
	n.put(label, fmt.Sprintf("%s%s [%s]", inLine(n.lines, r.Span), r.Message, r.Code))
	if advice := r.Advice(); advice != "" {
		n.put("to do", advice)
	}
}
