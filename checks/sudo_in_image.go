package checks

import (
	"fmt"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

func init() {
	register(&Rule{
		ID:       "sudo-in-image",
		Summary:  "sudo is installed in the image, or called",
		Control:  AttackSurface,
		Severity: Warning,
		Why: "sudo exists to make somebody root. In an image it undoes USER: whoever gets in asks it, and its setuid bit and configuration are one more thing to get wrong. What needs root while the image\n" +
			"is built stands above USER, and needs no sudo.",
		Silent: "It is removed in the same RUN; a build stage has it. doas counts like sudo; gosu, su-exec and setpriv do not, since they only give privileges up.",
		Refs: []string{
			"Docker: https://docs.docker.com/build/building/best-practices/#user", "CIS Docker Benchmark 1.6: 4.8 Ensure setuid and setgid permissions are removed",
			"hadolint: DL3004", "trivy: DS-0010", "KICS: 8ada6e80-0ade-439e-b176-0b28f6bce35a", "checkov: CKV2_DOCKER_1", "tally: hadolint/DL3004",
		},
		Run: func(p *Pass) {
			p.image(func(s *stage.Stage, in *parser.Instruction) {
				calls := s.Calls(in)
				for _, pkg := range kept(calls) {
					if pkg.Name == "sudo" || pkg.Name == "doas" || pkg.Name == "opendoas" {
						p.Report(Finding{Span: pkg.Span, Message: fmt.Sprintf("%s is installed: whoever gets into the container has a way to become root", pkg.Name)})
						return
					}
				}
				for _, c := range calls {
					if c.Sudo {
						p.Report(Finding{Span: c.Span, Message: fmt.Sprintf("%s is called: do what needs root above USER, and leave it out of the image", firstWord(c))})
						return
					}
				}
			})
		},
	})
}
