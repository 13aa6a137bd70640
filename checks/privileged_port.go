package checks

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

func init() {
	register(&Rule{
		ID:       "privileged-port",
		Summary:  "a port below 1024 is exposed by an image that does not run as root",
		Control:  NonRoot,
		Severity: Info,
		Why: "Linux lets only root open ports below 1024, unless the container's `net.ipv4.ip_unprivileged_port_start` says otherwise. Docker sets it to 0 from 20.10, containerd from 2.0 (1.6 to 1.7 when\n" +
			"configured), CRI-O and host networking do not. A port above 1023 works everywhere, and a Service or `-p 80:8080` maps it back.",
		Silent: "The image runs as root and cannot be given a user. A port that comes from a variable without a value.",
		Refs: []string{
			"Docker Engine 20.10 release notes: https://docs.docker.com/engine/release-notes/20.10/",
			"CIS Docker Benchmark 1.6: 5.8 Ensure privileged ports are not mapped within containers",
		},
		Run: func(p *Pass) {
			if p.Options.LowPorts || !p.becomesNonRoot() {
				return
			}
			p.image(func(s *stage.Stage, in *parser.Instruction) {
				if in.Name != "expose" {
					return
				}
				var low []string
				span := p.first(in)
				for _, port := range in.Args {
					if n := portNumber(s.Before(in), port.Text); n > 0 && n < 1024 && !slices.Contains(low, strconv.Itoa(n)) {
						low, span = append(low, strconv.Itoa(n)), port.Span
					}
				}
				if len(low) > 1 {
					span = p.first(in)
				}
				if len(low) > 0 {
					p.Report(Finding{Span: span, Message: fmt.Sprintf("%s %s below 1024: a process that is not root may open %s on Docker 20.10 or later, but not with host networking or an older Kubernetes runtime",
						plural(len(low), "port ", "ports ")+strings.Join(low, ", "), plural(len(low), "is", "are"), plural(len(low), "it", "them"))})
				}
			})
		},
	})
}

// portNumber is the first port of an EXPOSE's argument, 0 if it is not known.
func portNumber(st stage.State, port string) int {
	text, known := st.Expand(port)
	number, _, _ := strings.Cut(text, "/")
	number, _, _ = strings.Cut(number, "-")
	if n, err := strconv.Atoi(number); known && err == nil {
		return n
	}
	return 0
}
