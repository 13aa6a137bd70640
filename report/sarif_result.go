package report

import (
	"strings"

	"github.com/dfharden/dfharden/checks"
	"github.com/dfharden/dfharden/source"
)

// result is a finding without the parts that need the whole run.
func (p sarifPlaces) result(f checks.Finding) sarifResult {
	out := sarifResult{
		RuleID: f.Rule.ID, Level: sarifLevel(f.Severity),
		Locations:    []sarifLocation{p.location(f.Span, nil)},
		Suppressions: []sarifSuppression{},
		Properties:   map[string]any{"confidence": confidence(f.Confidence)},
	}
	text := []string{clean(f.Message)}
	for _, r := range remarks(f, p.lines) {
		if !r.placed {
			text = append(text, clean(r.label+": "+r.text))
		}
	}
	for _, r := range f.Related {
		if r.Span != (source.Span{}) { // else it is in the text
			out.RelatedLocations = append(out.RelatedLocations, p.location(r.Span, &sarifMessage{Text: sarifText(clean(r.Message))}))
		}
	}
	out.Message.Text = sarifText(strings.Join(text, "\n"))
	if f.Withheld != nil {
		out.Properties["withheld"] = f.Withheld.Code
	}
	if f.Fix != nil && len(f.Fix.Edits) > 0 {
		out.Fixes = []sarifFix{p.fix(f.Fix)}
	}
	if f.Ignored {
		out.Suppressions = append(out.Suppressions, sarifSuppression{"inSource", "accepted", f.Justification})
	}
	return out
}

// fix is a fix with its grade; what must not be applied unseen is marked.
func (p sarifPlaces) fix(f *checks.Fix) sarifFix {
	change := sarifChange{ArtifactLocation: p.file}
	for _, e := range f.Edits {
		r := sarifReplacement{Deleted: p.region(e.Span)}
		if e.New != "" {
			r.Inserted = &sarifMessage{Text: e.New}
		}
		change.Replacements = append(change.Replacements, r)
	}
	properties := map[string]any{"safety": Grade(f.Safety)}
	if f.Reason != nil {
		properties["reason"] = f.Reason.Code
	}
	return sarifFix{
		Description: sarifMessage{Text: sarifText(clean(f.Message) + " (" + Grade(f.Safety) + ")")},
		Changes:     []sarifChange{change}, Properties: properties,
	}
}

// sarifText keeps text from being read as an embedded link, [text](place).
func sarifText(s string) string { return strings.ReplaceAll(s, "](", "] (") }

func sarifLevel(s checks.Severity) string {
	if s == checks.Info {
		return "note"
	}
	return Severity(s)
}

// sarifRules describes the rules.
func sarifRules(rules []*checks.Rule) []sarifDescriptor {
	all := []sarifDescriptor{}
	for _, r := range rules {
		all = append(all, sarifRule(r))
	}
	return all
}

// sarifRule is a rule with its page. It has no "security-severity", though GitHub
// would sort by it: that is one for all findings of a rule, and a finding that
// rests on something unknown is a warning where others are errors.
func sarifRule(r *checks.Rule) sarifDescriptor {
	page := rulePage(r)
	return sarifDescriptor{
		ID: r.ID, ShortDescription: &sarifMessage{Text: upper(r.Summary)}, FullDescription: &sarifMessage{Text: flat(firstParagraph(r))},
		Help:          &sarifMessage{Text: page, Markdown: page},
		HelpURI:       PageURL(r),
		Configuration: &sarifConfiguration{Level: sarifLevel(r.Severity)},
		Properties:    map[string]any{"precision": "high", "tags": []string{"security", "dockerfile", string(r.Control)}},
	}
}

// rulePage is what help shows of a rule, in Markdown that reads as text.
func rulePage(r *checks.Rule) string {
	page := upper(r.Summary) + ".\n"
	section := func(title, text string) {
		if text = strings.TrimSpace(text); text != "" {
			page += "\n## " + title + "\n\n" + text + "\n"
		}
	}
	section("Why", r.Why)
	section("When it is silent", r.Silent)
	section("Fix", r.FixSafety)
	refs := ""
	for _, ref := range r.Refs {
		refs += "- " + ref + "\n"
	}
	section("References", refs)
	return page
}

// firstParagraph is the first paragraph of a rule's reason, else its summary.
func firstParagraph(r *checks.Rule) string {
	text, _, _ := strings.Cut(strings.TrimSpace(r.Why), "\n\n")
	if text == "" {
		return upper(r.Summary)
	}
	return text
}

func flat(s string) string { return strings.Join(strings.Fields(s), " ") }

func upper(s string) string {
	if s = strings.TrimSpace(s); s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
