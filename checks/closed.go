package checks

import (
	"path"
	"regexp"
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// closedMode is a mode that lets nobody but the owner, and perhaps the group, read.
var closedMode = regexp.MustCompile(`^([0-7]?[0-7][0-7]0|[ugoa,=+rwxXst-]*(go|o|og)(-[rwx]*r[rwx]*|=)(,.*)?)$`)

// ownerRuns is a mode that lets nobody but the owner start a program: u+x of a file
// that nobody could.
var ownerRuns = regexp.MustCompile(`^u[+=][rwst]*x[rwxst]*$`)

// ownerNumber is the same as a number: 744.
var ownerNumber = regexp.MustCompile(`^[0-7]?[1357][0-7][0246]$`)

// startOnly is a mode that lets others start a program without reading it, which does not
// do for a script; closedOwner does not let its owner read it either.
var (
	startOnly   = regexp.MustCompile(`^[0-7]?[0-7][0-7][1-3]$`)
	closedOwner = regexp.MustCompile(`^[0-7]?[0-3][0-7][1-3]$`)
)

// hidesScript reports whether a mode keeps others from reading a file that an
// interpreter has to read to run it.
func hidesScript(mode, file string) bool {
	ext := path.Ext(strings.Trim(file, `"'`))
	return startOnly.MatchString(mode) && (scriptEnd.MatchString(ext) || sourceEnds[ext])
}

// closes reports whether a mode keeps what it is for from others than the owner.
func closes(mode string) bool {
	return closedMode.MatchString(mode) || ownerRuns.MatchString(mode) || ownerNumber.MatchString(mode)
}

// installMode is the mode that install is told, behind -m.
func installMode(c stage.Call) (string, bool) {
	for i, a := range c.Args {
		if mode, ok := strings.CutPrefix(a.Text, "--mode="); ok {
			return mode, true
		}
		if (a.Text == "-m" || a.Text == "--mode" || installLetters.MatchString(a.Text)) && i+1 < len(c.Args) {
			return c.Args[i+1].Text, true
		}
	}
	return "", false
}

// fileOperands are the operands of a call without install's mode, owner and group.
func fileOperands(c stage.Call) []stage.Arg {
	if c.Name != "install" {
		return c.Operands()
	}
	var ops []stage.Arg
	for i, a := range c.Args {
		behind := i > 0 && (c.Args[i-1].Text == "-m" || c.Args[i-1].Text == "-o" || c.Args[i-1].Text == "-g" || installLetters.MatchString(c.Args[i-1].Text))
		if !behind && !strings.HasPrefix(a.Text, "-") {
			ops = append(ops, a)
		}
	}
	return ops
}

var installLetters = regexp.MustCompile(`^-[bcCdDpsTv]+m$`)

// closedCopy finds a copy that stays root's and whose files only root can read or
// start: from a URL, which builders give the mode 0600; from a stage that closes
// them; into a directory that only root may enter.
func (p *Pass) closedCopy(t transfer, belowUser bool, pl *plan) *Reason {
	what := strings.ToUpper(t.In.Name)
	if within(t.Dest, "/etc/ssl/private") {
		return reason(unreadableFiles, t.In, "%s in line %d puts files into /etc/ssl/private, which only root may enter where OpenSSL is installed", what, t.In.Line)
	}
	if t.Chown != "" || hasFlag(t.In, "chmod") || p.wantsChown(t, belowUser, pl.who.Home) {
		return nil
	}
	if t.fetches() && !within(t.Dest, "/tmp") && !p.handled(t) {
		return reason(unreadableFiles, t.In, "ADD in line %d fetches a file, which builders give the mode 0600, and it stays root's: the process cannot read it", t.In.Line).with("add --chmod=644, or --chmod=755 for a program")
	}
	if run, how := p.closedBefore(t); run != nil {
		return reason(unreadableFiles, t.In, "COPY in line %d brings what %s in line %d closes to others, and it stays root's", t.In.Line, how, run.Line)
	}
	return nil
}

// fetches reports whether an ADD takes files from URLs.
func (t transfer) fetches() bool {
	if t.In.Name != "add" {
		return false
	}
	for _, src := range t.Sources {
		if strings.HasPrefix(src, "http://") || strings.HasPrefix(src, "https://") {
			return !strings.HasSuffix(src, ".git") && !strings.Contains(src, ".git#")
		}
	}
	return false
}

// handled reports whether a later RUN opens, unpacks, moves or removes what a copy
// brings.
func (p *Pass) handled(t transfer) bool {
	for _, in := range p.runs() {
		if in.Index < t.In.Index {
			continue
		}
		for _, c := range p.calls(in) {
			switch c.Name {
			case "chmod", "chown", "rm", "mv", "tar", "unzip", "dpkg", "rpm", "apt", "apt-get", "apk", "apt-key", "gpg", "install":
			default:
				continue
			}
			for _, op := range c.Operands() {
				if abs := c.Abs(op); within(abs, t.Dest) || below(t.Dest, abs) && c.Name != "tar" {
					return c.Name != "chmod" || !closes(c.Operands()[0].Text)
				}
			}
		}
	}
	return false
}

// closedBefore finds the RUN of another stage that closes what a copy takes from it.
func (p *Pass) closedBefore(t transfer) (*parser.Instruction, string) {
	for _, e := range t.Stage.Edges {
		if e.At != t.In {
			continue
		}
		for s := e.To; s != nil; s = s.Base {
			for _, in := range s.Instructions {
				for _, c := range s.Calls(in) {
					if how := closesSource(c, t.Sources); how != "" {
						return in, how
					}
				}
			}
		}
	}
	return nil, ""
}

// closesSource says how a call closes one of some paths to others, "" if it does not.
func closesSource(c stage.Call, sources []string) string {
	ops, mode := c.Operands(), ""
	switch c.Name {
	case "umask":
		if strings.HasSuffix(c.Sub(), "7") {
			return "umask " + c.Sub()
		}
	case "chmod":
		if len(ops) > 1 {
			mode, ops = ops[0].Text, ops[1:]
		}
	case "install":
		mode, _ = installMode(c)
	}
	if mode == "" || !closes(mode) {
		return ""
	}
	for _, op := range ops {
		for _, src := range sources {
			if abs := c.Abs(op); abs != "" && (within(abs, "/"+strings.Trim(src, "/")) || within("/"+strings.Trim(src, "/"), abs)) {
				return c.Name + " " + mode
			}
		}
	}
	return ""
}

// readOrStart is what only root can do with a file that a call closes.
func readOrStart(call string) string {
	mode := call[strings.LastIndexByte(call, ' ')+1:]
	if ownerRuns.MatchString(mode) || ownerNumber.MatchString(mode) && !closedMode.MatchString(mode) {
		return "start"
	}
	return "read"
}
