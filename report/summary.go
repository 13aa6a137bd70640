package report

import (
	"fmt"
	"strings"
)

// summary is the last line: what was found, and what a rewrite can do about it.
func (p *text) summary(s Summary, rewritten bool) {
	head := count(s.Files, "file")
	if s.Failed > 0 {
		head += fmt.Sprintf(" (%d in error)", s.Failed)
	}
	var parts []string
	if rewritten && s.Fixed > 0 {
		parts = append(parts, fmt.Sprintf("%d fixed", s.Fixed))
	}
	parts = append(parts, s.left(rewritten))
	if can := s.fixable(rewritten); can != "" {
		parts = append(parts, can)
	}
	if s.Failed == s.Files {
		parts = []string{"nothing checked"}
	}
	p.flow("    ", piece{bold, head + ": "}, piece{plain, strings.Join(parts, "; ")})
}

// left counts the findings by severity.
func (s Summary) left(rewritten bool) string {
	var counts []string
	for _, c := range []struct {
		n    int
		what string
	}{{s.Errors, "error"}, {s.Warnings, "warning"}, {s.Infos, "info"}} {
		if c.n > 0 {
			counts = append(counts, count(c.n, c.what))
		}
	}
	switch {
	case len(counts) == 0 && s.Fixed > 0:
		return "nothing left"
	case len(counts) == 0:
		return "nothing to harden"
	case rewritten:
		return strings.Join(counts, ", ") + " left"
	}
	return strings.Join(counts, ", ")
}

// fixable counts the fixes that are there to be applied, and those withheld.
func (s Summary) fixable(rewritten bool) string {
	var can []string
	if s.Safe > 0 && !rewritten {
		how := "--rewrite"
		if s.Files > 1 {
			how = "-w"
		}
		can = append(can, fmt.Sprintf("%d can be fixed with %s", s.Safe, how))
	}
	if s.Unsafe > 0 {
		form := "%d can be fixed with --unsafe-fixes"
		if len(can) > 0 {
			form = "%d more with --unsafe-fixes"
		}
		can = append(can, fmt.Sprintf(form, s.Unsafe))
	}
	if s.Withheld > 0 {
		can = append(can, fmt.Sprintf("%d withheld", s.Withheld))
	}
	return strings.Join(can, ", ")
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
