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
		place := inLine(lines, r.Span)
		if says(r.Message, strings.TrimSuffix(place, ": ")) {
			place = ""
		}
		all = append(all, remark{label: label, text: fmt.Sprintf("%s%s [%s]", place, r.Message, r.Code)})
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

// says reports whether message names place, "line 12", itself: line 120 is
// another one.
func says(message, place string) bool {
	_, rest, found := strings.Cut(message, place)
	return found && (rest == "" || rest[0] < '0' || rest[0] > '9')
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
