package report

import (
	"fmt"
	"strings"

	"github.com/dfharden/dfharden/checks"
	"github.com/dfharden/dfharden/source"
)

// remark is what stands below a finding: another place, or what can be done.
type remark struct {
	label, text string
	placed      bool // a note about a place in the file
}

// remarks says what a finding refers to, what its fix does, or why there is none.
func remarks(f checks.Finding, lines *source.Lines) []remark {
	var all []remark
	for _, r := range f.Related {
		all = append(all, remark{"note", inLine(lines, r.Span) + r.Message, r.Span != (source.Span{})})
	}
	if len(f.Stages) > 0 {
		all = append(all, remark{label: "image", text: strings.Join(f.Stages, ", ")})
	}
	if f.Confidence == checks.Low {
		all = append(all, remark{label: "confidence", text: "low"})
	}
	because := func(label string, r *checks.Reason) {
		all = append(all, remark{label: label, text: fmt.Sprintf("%s%s [%s]", inLine(lines, r.Span), r.Message, r.Code)})
		if advice := r.Advice(); advice != "" {
			all = append(all, remark{label: "to do", text: advice})
		}
	}
	switch {
	case f.Withheld != nil:
		because("withheld", f.Withheld)
	case f.Fix == nil && f.Rule.Safety == checks.NoFix:
		all = append(all, remark{label: "fix", text: "by hand; see dfharden explain " + f.Rule.ID})
	case f.Fix == nil:
		all = append(all, remark{label: "no fix here", text: "see dfharden explain " + f.Rule.ID})
	default:
		all = append(all, remark{label: "fix (" + Grade(f.Fix.Safety) + ")", text: f.Fix.Message})
		if f.Fix.Reason != nil {
			because("because", f.Fix.Reason)
		}
	}
	return all
}

// inLine is "line 12: ", or nothing for a place that is not in the file.
func inLine(lines *source.Lines, s source.Span) string {
	if s == (source.Span{}) {
		return ""
	}
	return fmt.Sprintf("line %d: ", lines.Line(s.Start))
}

// paragraph is the message of a finding and its remarks, a line each, without
// control characters.
func paragraph(f checks.Finding, lines *source.Lines) []string {
	text := []string{clean(f.Message)}
	for _, r := range remarks(f, lines) {
		text = append(text, clean(r.label+": "+r.text))
	}
	return text
}

// sentence is the paragraph of a finding on one line.
func sentence(f checks.Finding, lines *source.Lines) string {
	return strings.Join(paragraph(f, lines), "; ")
}
