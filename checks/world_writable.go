package checks

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/source"
	"github.com/dfharden/dfharden/stage"
)

func init() {
	register(&Rule{
		ID:       "world-writable",
		Summary:  "files or directories are opened to everybody's writes",
		Control:  Ownership,
		Severity: Warning,
		Why: "With `chmod 777` it does not matter who the process runs as: whoever gets into the container changes the program, its configuration or its start script. It mostly stands where\n" +
			"an owner is missing: `--chown` on the COPY, or `chown` of the one directory that the process writes to.",
		Silent: "Sticky directories (1777), as /tmp is one; /dev and /proc, which are not the image's; a path that the same or a later RUN removes or closes again. Mode 775 for the root group, OpenShift's\n" +
			"convention, is not for everybody.",
		Refs: []string{
			"CIS Distribution Independent Linux Benchmark 2.0: 6.1.10 Ensure no world writable files exist",
			"tally: world-writable-state-path-workaround",
		},
		Run: worldWritable,
	})
}

func worldWritable(p *Pass) {
	report := func(span source.Span, how, what string) {
		p.Report(Finding{Span: span, Message: fmt.Sprintf("%s lets everybody in the container write to %s: give it to the process's user instead", how, what)})
	}
	p.image(func(s *stage.Stage, in *parser.Instruction) {
		switch in.Name {
		case "copy", "add":
			if f, ok := in.Flag("chmod"); ok && opensToAll(f.Value) {
				report(f.Span, "--chmod="+f.Value, in.Arg(len(in.Args)-1))
			}
		case "run":
			for _, c := range s.Calls(in) {
				if mode, paths := p.openedPaths(c, in); len(paths) > 0 {
					report(c.Span, c.Name+" "+mode, strings.Join(paths, ", "))
				}
			}
		}
	})
}

// openedPaths lists what a call opens to everybody's writes, and the mode.
func (p *Pass) openedPaths(c stage.Call, in *parser.Instruction) (mode string, paths []string) {
	var targets []stage.Arg
	switch c.Name {
	case "chmod":
		for i, a := range c.Args { // Operands would drop a mode such as +w
			if !strings.HasPrefix(a.Text, "-") {
				mode, targets = a.Text, c.Args[i+1:]
				break
			}
		}
	case "mkdir", "install":
		if mode = modeOption(c); mode != "" {
			mode, targets = "-m "+mode, c.Operands()
		}
	}
	if !opensToAll(strings.TrimPrefix(mode, "-m ")) {
		return "", nil
	}
	for _, t := range targets {
		if abs := c.Abs(t); !strings.HasPrefix(t.Text, "-") && !harmlessOpen(abs) && "-m "+t.Text != mode && !p.traces().gone(touch{Path: abs, At: in}) && !p.closedAfter(c, in, abs) {
			paths = append(paths, t.Text)
		}
	}
	return mode, paths
}

// closedAfter reports whether a later chmod gives a path another mode.
func (p *Pass) closedAfter(open stage.Call, in *parser.Instruction, abs string) bool {
	for _, run := range p.runs() {
		for _, c := range p.calls(run) {
			if run.Index < in.Index || c.Name != "chmod" || abs == "" || run == in && c.Span.Start <= open.Span.Start {
				continue
			}
			ops := c.Operands()
			for _, op := range ops[min(1, len(ops)):] {
				if c.Abs(op) == abs && octalMode.MatchString(ops[0].Text) && !opensToAll(ops[0].Text) {
					return true
				}
			}
		}
	}
	return false
}

// harmlessOpen reports whether a path is none of the image's files.
func harmlessOpen(abs string) bool { return within(abs, "/dev") || within(abs, "/proc") }

// modeOption is the value of -m or --mode.
func modeOption(c stage.Call) string {
	for i, a := range c.Args {
		switch {
		case (a.Text == "-m" || a.Text == "--mode") && i+1 < len(c.Args):
			return c.Args[i+1].Text
		case strings.HasPrefix(a.Text, "--mode="):
			return a.Text[len("--mode="):]
		case strings.HasPrefix(a.Text, "-m") && len(a.Text) > 2:
			return a.Text[2:]
		}
	}
	return ""
}

var (
	octalMode  = regexp.MustCompile(`^[0-7]{1,5}$`)
	symbolMode = regexp.MustCompile(`^[ugo]*[oa][ugo]*[+=][rxXs]*w`)
)

// opensToAll reports whether a mode lets others write, and is not sticky. `+w` by
// itself obeys the umask, which leaves others out.
func opensToAll(mode string) bool {
	if octalMode.MatchString(mode) {
		sticky := len(mode) > 3 && (mode[len(mode)-4]-'0')&1 == 1
		return (mode[len(mode)-1]-'0')&2 == 2 && !sticky
	}
	if strings.Contains(mode, "t") {
		return false
	}
	for _, clause := range strings.Split(mode, ",") {
		if symbolMode.MatchString(clause) {
			return true
		}
	}
	return false
}
