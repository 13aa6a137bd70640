package checks

import (
	"fmt"
	"path"
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

func init() {
	register(&Rule{
		ID:       "debug-tools-in-image",
		Summary:  "tools for debugging and downloading are installed and used by nothing",
		Control:  AttackSurface,
		Severity: Info,
		Pedantic: true,
		Why: "curl, netcat, nmap, tcpdump and their like are what somebody who got in fetches first. Where nothing in the image uses them they are there for debugging, for which `kubectl debug` and\n" +
			"`docker debug` bring their own image.",
		Silent: "A RUN, CMD, ENTRYPOINT or HEALTHCHECK of the image, or the start script, calls the tool. The same RUN removes it. A build stage has it.",
		Refs:   []string{"CIS Docker Benchmark 1.6: 4.3 Ensure that unnecessary packages are not installed in the container", "Kubernetes: https://kubernetes.io/docs/tasks/debug/debug-application/debug-running-pod/#ephemeral-container"},
		Run:    debugTools,
	})
}

// toolPackages maps packages to the programs that they bring, where that is not
// their own name.
var toolPackages = map[string]string{
	"curl": "", "wget": "", "nmap": "", "tcpdump": "", "telnet": "", "gdb": "", "strace": "", "ltrace": "", "lsof": "", "socat": "", "mtr": "", "traceroute": "", "tshark": "",
	"netcat": "nc netcat", "netcat-openbsd": "nc netcat", "netcat-traditional": "nc netcat", "nmap-ncat": "nc ncat", "ncat": "", "inetutils-telnet": "telnet", "busybox-extras": "telnet",
	"net-tools": "netstat ifconfig route arp", "dnsutils": "dig nslookup host nsupdate", "bind9-dnsutils": "dig nslookup host nsupdate", "bind-utils": "dig nslookup host nsupdate", "bind-tools": "dig nslookup host nsupdate",
	"iputils-ping": "ping", "iputils": "ping", "gdbserver": "",
}

func debugTools(p *Pass) {
	used := p.usedPrograms()
	p.image(func(s *stage.Stage, in *parser.Instruction) {
		var idle []string
		f := Finding{}
		for _, pkg := range kept(s.Calls(in)) {
			programs, listed := toolPackages[pkg.Name]
			if !listed || anyOf(used, pkg.Name+" "+programs) {
				continue
			}
			if idle = append(idle, pkg.Name); len(idle) == 1 {
				f.Span = pkg.Span
			}
		}
		if len(idle) == 0 {
			return
		}
		f.Message = fmt.Sprintf("%s %s installed, and nothing in the file uses %s: whoever gets in does", strings.Join(idle, ", "), plural(len(idle), "is", "are"), plural(len(idle), "it", "them"))
		if ref := p.script(); ref != nil {
			f.Confidence = Low
			f.Message += fmt.Sprintf(" (what %s uses is not known)", ref.Name)
		}
		p.Report(f)
	})
}

// usedPrograms is the set of programs that the image calls, while it is built or
// when it starts.
func (p *Pass) usedPrograms() map[string]bool {
	used := map[string]bool{}
	add := func(calls []stage.Call) {
		for _, c := range calls {
			used[c.Name] = true
			if c.Manager() != "" {
				continue // its arguments are packages
			}
			for _, a := range c.Args {
				used[path.Base(a.Text)] = true // xargs curl, command -v curl
			}
		}
	}
	p.image(func(s *stage.Stage, in *parser.Instruction) { add(s.Calls(in)) })
	add(p.started())
	return used
}

func anyOf(set map[string]bool, words string) bool {
	for _, w := range strings.Fields(words) {
		if set[w] {
			return true
		}
	}
	return false
}
