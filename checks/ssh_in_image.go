package checks

import (
	"fmt"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

func init() {
	register(&Rule{
		ID:       "ssh-in-image",
		Summary:  "an SSH server is in the image",
		Control:  AttackSurface,
		Severity: Warning,
		Why: "An SSH server in a container is a second way in, past the orchestrator's access control and its log, with keys and passwords that nobody rotates; and it has to run as root. `docker exec` and\n" +
			"`kubectl exec` do the same for those who may.",
		Silent: "The client alone. A build stage has it, or the same RUN removes it.",
		Refs: []string{
			"CIS Docker Benchmark 1.6: 5.7 Ensure sshd is not run within containers", "NIST SP 800-190: 3.1.2, 4.1.2",
			"trivy: DS-0004", "checkov: CKV_DOCKER_1", "hadolint: DL3001 (ssh among other commands)",
		},
		Run: func(p *Pass) {
			p.image(func(s *stage.Stage, in *parser.Instruction) {
				if in.Name == "expose" {
					for _, port := range in.Args {
						if portNumber(s.Before(in), port.Text) == 22 {
							p.Report(Finding{Span: port.Span, Message: "port 22 is exposed: an SSH server is a way into the container past the orchestrator"})
							return
						}
					}
				}
				p.sshIn(s, in)
			})
		},
	})
}

// sshIn reports the SSH server that an instruction installs or starts.
func (p *Pass) sshIn(s *stage.Stage, in *parser.Instruction) {
	calls := s.Calls(in)
	for _, pkg := range kept(calls) {
		all := pkg.Call.Name == "apk" || pkg.Call.Name == "pacman" // there openssh is client and server
		if pkg.Name == "openssh-server" || pkg.Name == "dropbear" || pkg.Name == "openssh" && all {
			p.Report(Finding{Span: pkg.Span, Message: fmt.Sprintf("%s is installed, an SSH server: it is a way into the container past the orchestrator", pkg.Name)})
			return
		}
	}
	for _, c := range calls {
		service := c.Name == "service" && (c.Sub() == "ssh" || c.Sub() == "sshd")
		if (c.Name == "sshd" || c.Name == "dropbear" || service) && !isFlag(c) {
			p.Report(Finding{Span: c.Span, Message: fmt.Sprintf("%s starts an SSH server: it is a way into the container past the orchestrator", c.Name)})
			return
		}
	}
}
