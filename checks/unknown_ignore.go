package checks

import (
	"fmt"

	"github.com/dfharden/dfharden/internal/nearest"
)

func init() {
	register(&Rule{
		ID:       "unknown-ignore",
		Summary:  "an ignore comment names no rule that there is",
		Control:  Comments,
		Severity: Warning,
		Why: "A comment that names a rule wrongly ignores nothing, though whoever reads it thinks that it does. The form is `# dfharden ignore=root-user,apk-present -- reason`, on the line above an " +
			"instruction; above FROM it covers the stage. `# dfharden ignore-file=…` covers the file.",
		Silent: "Comments for other tools. Their checks without a counterpart here are no mistake.",
		Run: func(p *Pass) {
			if p.Options.NoIgnores {
				return
			}
			var known []string
			for _, r := range All() {
				known = append(known, r.ID)
			}
			for _, ig := range p.ignored() {
				for _, name := range ig.unsure {
					msg := fmt.Sprintf("no rule is called %q, so nothing is ignored; dfharden rules lists them", name)
					if near := nearest.Name(name, known); near != "" {
						msg = fmt.Sprintf("no rule is called %q, so nothing is ignored; did you mean %s?", name, near)
					}
					if name == "" {
						msg = "the comment names no rule, so nothing is ignored; write # dfharden ignore=RULE"
					}
					p.Report(Finding{Span: ig.span, Message: msg})
				}
			}
		},
	})
}
