package checks

import (
	"fmt"
	"slices"
)

func init() {
	register(&Rule{
		ID:       "unused-ignore",
		Summary:  "an ignore comment ignores nothing",
		Control:  Comments,
		Severity: Info,
		Pedantic: true,
		OfAll:    true,
		Why:      "What the comment was written for is gone, or stands elsewhere now. It will hide the next finding of that rule, for a reason that was not meant for it: take it away.",
		Silent: "The rule finds something there. Comments for other tools, which may find more than this one. A rule that does not run counts as if it did: whether a comment is of use does not " +
			"depend on how the program is called.",
		Run: func(p *Pass) {
			if p.Options.NoIgnores || len(p.ignored()) == 0 {
				return
			}
			others := slices.DeleteFunc(All(), func(r *Rule) bool { return r.ID == "unused-ignore" })
			all := newPass(p.Graph, others, p.Options)
			for _, ig := range p.ignored() {
				for _, id := range ig.rules {
					one := ignore{rules: []string{id}, covers: ig.covers}
					if ig.own && !slices.ContainsFunc(all.findings, one.matches) {
						p.Report(Finding{Span: ig.span, Message: fmt.Sprintf("there is nothing of %s to ignore here: the comment is of no use", id)})
					}
				}
			}
		},
	})
}
