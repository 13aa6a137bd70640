package checks

import (
	"fmt"
	"strings"
)

func init() {
	register(&Rule{
		ID:        "unpinned-base",
		Summary:   "FROM has no digest",
		Control:   SupplyChain,
		Severity:  Info,
		Safety:    Safe,
		Pedantic:  true,
		Why:       "A tag is moved to another image with each release of its makers, and by whoever gets hold of their account. A digest names one image, for ever: what was tested is what is built.",
		Silent:    "A digest is given. scratch, and stages of the file. A name that comes from a variable, whose value may have one.",
		FixSafety: "*Safe*, with `--resolve` only: the tag is kept, and the digest that the registry has for it now is added. Something has to keep it up to date from then on (Dependabot and Renovate do).",
		Refs:      []string{"Docker: https://docs.docker.com/build/building/best-practices/#pin-base-image-versions", "OpenSSF Scorecard: Pinned-Dependencies"},
		Run: func(p *Pass) {
			for _, s := range p.Graph.Stages {
				if s.Base != nil || s.Ref == "scratch" || !s.RefKnown || s.Ref == "" || strings.Contains(s.Ref, "@") {
					continue
				}
				p.Report(Finding{Span: p.first(s.From), Message: fmt.Sprintf("%s has no digest: what the tag stands for can change from build to build", s.Ref), Fix: p.pin(s)})
			}
		},
	})
}
