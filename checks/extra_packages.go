package checks

import (
	"fmt"
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

func init() {
	register(&Rule{
		ID:       "extra-packages",
		Summary:  "apt-get installs recommended packages as well",
		Control:  AttackSurface,
		Severity: Info,
		Safety:   Unsafe,
		Why: "apt installs what a package recommends beside what it needs: documentation tools, mail servers, compilers. That makes the image larger, and each package brings its own vulnerabilities. With\n" +
			"`--no-install-recommends` the image has what the file names.",
		Silent:    "The option is there, or its opposite; apt's configuration in the file turns recommended packages off, by `-o`, in a file that a RUN writes, or in one that is copied to /etc/apt.",
		FixSafety: "*Unsafe*: it puts `--no-install-recommends` behind `install`. A package that the program needs may have come as a recommendation, ca-certificates for example.",
		Refs: []string{
			"Docker: https://docs.docker.com/build/building/best-practices/#apt-get", "CIS Docker Benchmark 1.6: 4.3 Ensure that unnecessary packages are not installed in the container",
			"hadolint: DL3015", "trivy: DS-0029", "KICS: 7384dfb2-fcd1-4fbf-91cd-6c44c318c33c", "tally: hadolint/DL3015",
		},
		Run: extraPackages,
	})
}

func extraPackages(p *Pass) {
	off := false
	p.image(func(s *stage.Stage, in *parser.Instruction) {
		off = off || recommendsOff(p, s, in)
		if off || in.Name != "run" {
			return
		}
		f := Finding{Fix: &Fix{Message: "add --no-install-recommends", Safety: Unsafe, Reason: reason(recommended, in, "the program may need a package that comes as a recommendation")}}
		for _, c := range s.Calls(in) {
			word, ok := verb(c)
			if c.Name != "apt-get" && c.Name != "apt" && c.Name != "aptitude" || !ok || word.Text != "install" || c.Has("--no-install-recommends", "--install-recommends", "--without-recommends") || hasRecommends(c) {
				continue
			}
			if f.Message == "" {
				f.Span = c.Span
				f.Message = fmt.Sprintf("%s install without --no-install-recommends: packages that nobody asked for are in the image", c.Name)
			}
			if e, ok := p.behindWord(in, word, "--no-install-recommends"); ok && c.Name != "aptitude" && f.Fix != nil {
				f.Fix.Edits = append(f.Fix.Edits, e)
			} else {
				f.Fix = nil
			}
		}
		if f.Message != "" {
			p.Report(f)
		}
	})
}

// hasRecommends reports whether a call sets apt's option.
func hasRecommends(c stage.Call) bool {
	for _, a := range c.Args {
		if strings.Contains(strings.ToLower(a.Text), "apt::install-recommends") {
			return true
		}
	}
	return false
}

// recommendsOff reports whether an instruction writes apt's configuration: a RUN
// that names the option, or a copy to /etc/apt.
func recommendsOff(p *Pass, s *stage.Stage, in *parser.Instruction) bool {
	switch in.Name {
	case "run":
		text := strings.ToLower(p.text(in))
		return strings.Contains(text, "install-recommends") && (strings.Contains(text, "/etc/apt") || strings.Contains(text, "apt.conf"))
	case "copy", "add":
		dest := s.Before(in).Abs(in.Arg(len(in.Args) - 1))
		return within(dest, "/etc/apt/apt.conf.d") || dest == "/etc/apt/apt.conf" || dest == "/etc/apt"
	}
	return false
}
