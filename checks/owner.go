package checks

import (
	"path"
	"regexp"
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// touch is something that a RUN does to a path.
type touch struct {
	Path      string
	At        *parser.Instruction
	Recursive bool
	File      bool
	New       bool   // a file that has to be made
	Owner     string // that a chown names
}

// traces are what the RUNs of the image do to paths.
type traces struct {
	chowned []touch
	made    []touch // directories by mkdir, files by touch or a redirection
	removed []touch
	unknown []unknownPath
}

// unknownPath is a directory that a RUN makes, and whose path is not known.
type unknownPath struct {
	Text string
	At   *parser.Instruction
}

func (p *Pass) traces() *traces {
	if p.traced != nil {
		return p.traced
	}
	t := &traces{}
	for _, in := range p.runs() {
		for _, c := range p.calls(in) {
			t.add(c, in)
			p.keptDownloads(t, c, in)
		}
		p.mountPoints(t, in)
	}
	p.traced = t
	return t
}

func (t *traces) add(c stage.Call, in *parser.Instruction) {
	recursive := hasLetter(c, 'R', "--recursive")
	switch c.Name {
	case "chown", "chgrp":
		for i, op := range c.Operands() {
			if abs := c.Abs(op); abs != "" && (i > 0 || hasPrefix(c, "--reference")) {
				owner := ""
				if i > 0 && c.Name == "chown" && c.Operands()[0].Known {
					owner = strings.Replace(c.Operands()[0].Text, ".", ":", 1)
				}
				t.chowned = append(t.chowned, touch{Path: strings.TrimSuffix(abs, "/*"), At: in, Recursive: recursive || strings.HasSuffix(abs, "*"), Owner: owner})
			}
		}
	case "mkdir":
		for _, op := range c.Operands() {
			list := braces(c.Abs(op))
			for _, abs := range list {
				t.made = append(t.made, touch{Path: abs, At: in})
			}
			if len(list) == 0 && !system(strings.Trim(op.Text, `"'`)) && !within(strings.Trim(op.Text, `"'`), "/tmp") {
				t.unknown = append(t.unknown, unknownPath{op.Text, in})
			}
		}
	case "cp":
		t.copies(c, in)
	case "install":
		if !hasLetter(c, 'd', "--directory") {
			t.copies(c, in)
			return
		}
		for _, op := range fileOperands(c) {
			if abs := c.Abs(op); abs != "" && strings.Contains(abs, "/") {
				list := &t.made
				if hasLetter(c, 'o', "--owner") {
					list = &t.chowned
				}
				*list = append(*list, touch{Path: abs, At: in})
			}
		}
	case "truncate", "mkfifo":
		for i, a := range c.Args {
			if !strings.HasPrefix(a.Text, "-") && (i == 0 || !takesValue[c.Args[i-1].Text]) {
				t.file(c, a, in)
			}
		}
	case "dd":
		for _, a := range c.Args {
			if of, ok := strings.CutPrefix(a.Text, "of="); ok {
				t.file(c, stage.Arg{Text: of, Known: a.Known}, in)
			}
		}
	case "touch", "tee":
		for _, op := range c.Operands() {
			for _, abs := range braces(c.Abs(op)) {
				t.made = append(t.made, touch{Path: abs, At: in, File: true})
			}
		}
	case "rm", "rmdir":
		for _, op := range c.Operands() {
			if abs := c.Abs(op); abs != "" {
				t.removed = append(t.removed, touch{Path: strings.TrimSuffix(abs, "/*"), At: in})
			}
		}
	}
	t.redirects(c, in)
}

// takesValue are options of truncate and mkfifo with a word behind them.
var takesValue = wordSet(`-s --size -r --reference -m --mode`)

// file takes in a file that a call makes.
func (t *traces) file(c stage.Call, name stage.Arg, in *parser.Instruction) {
	for _, abs := range braces(c.Abs(name)) {
		t.made = append(t.made, touch{Path: abs, At: in, File: true})
	}
}

// copies takes in the file that cp or install makes. cp -p and -a keep owners.
func (t *traces) copies(c stage.Call, in *parser.Instruction) {
	ops := fileOperands(c)
	if len(ops) != 2 || hasLetter(c, 'a', "--archive") || hasLetter(c, 'p', "--preserve") || !c.Always {
		return
	}
	for _, abs := range braces(c.Abs(ops[1])) {
		t.made = append(t.made, touch{Path: abs, At: in, File: true})
	}
}

func (t *traces) redirects(c stage.Call, in *parser.Instruction) {
	for _, r := range c.Redirects {
		target, ok := r.Target.Lit()
		if !ok || r.Op != ">" && r.Op != ">>" {
			continue
		}
		if abs := c.Abs(stage.Arg{Text: target, Known: true}); abs != "" {
			t.made = append(t.made, touch{Path: abs, At: in, File: true})
		}
	}
}

// owned reports whether a RUN gives a path an owner: by name, or by a parent
// recursively.
func (t *traces) owned(dir string) bool { return t.ownedAfter(dir, -1) }

// ownedAfter is owned by a RUN below the instruction with that index.
func (t *traces) ownedAfter(dir string, index int) bool {
	for _, c := range t.chowned {
		if c.At.Index > index && (c.Path == dir || c.Recursive && below(dir, c.Path)) {
			return true
		}
	}
	return false
}

// foreign reports whether a RUN gives a path to somebody who is known not to be the
// account: it may be closed to others, or theirs alone to write to.
func (p *Pass) foreign(pl *plan, name string) bool {
	owner := ""
	for _, c := range p.traces().chowned {
		if c.Path == name || c.Recursive && below(name, c.Path) {
			owner = c.Owner
		}
	}
	return p.somebodyElse(pl, owner)
}

// somebodyElse reports whether an owner, as chown and --chown name one, is known not
// to be the account, nor of its group.
func (p *Pass) somebodyElse(pl *plan, owner string) bool {
	user, _, _ := strings.Cut(owner, ":")
	if user == "" || strings.Contains(owner, "$") || user == pl.who.Name || pl.who.Numeric == "" {
		return false
	}
	u := p.Graph.Final().End().Resolve(owner)
	return !u.UID.Is(pl.who.UID) && !u.GID.Is(pl.who.GID)
}

// gone reports whether a RUN at or after the one that made a path removes it.
func (t *traces) gone(m touch) bool {
	for _, r := range t.removed {
		if r.At.Index >= m.At.Index && (r.Path == m.Path || below(m.Path, r.Path)) {
			return true
		}
	}
	return false
}

// below reports whether name lies in dir, at any depth; a directory is not below
// itself, and nothing is below an unknown one, "".
func below(name, dir string) bool {
	switch dir {
	case "":
		return false
	case "/":
		return name != "/" && name != ""
	}
	return strings.HasPrefix(name, dir+"/")
}

func within(name, dir string) bool { return name != "" && name == dir || below(name, dir) }

var systemDirs = []string{"/bin", "/boot", "/dev", "/etc", "/lib", "/lib32", "/lib64", "/libx32", "/opt", "/proc", "/root", "/run", "/sbin", "/sys", "/usr", "/var/run", "/var/cache"}

// standardDirs are directories of a distribution that no fix gives away.
var standardDirs = wordSet(`
	/ /home /media /mnt /tmp /var /var/tmp /var/lib /var/log /var/www /var/mail /var/spool /var/opt
`)

var managerDirs = regexp.MustCompile(`^/var/(lib|log|cache)/(apt|dpkg|apk|rpm|dnf|yum|pacman|systemd|dbus|dhcp)(/|$)`)

// system reports whether a path belongs to the distribution, or to what is
// installed beside it.
func system(name string) bool {
	if standardDirs[name] || managerDirs.MatchString(name) {
		return true
	}
	for _, d := range systemDirs {
		if within(name, d) {
			return true
		}
	}
	return false
}

// braces expands one {a,b} group, as bash does. Nothing for an unknown path or
// one with other shell patterns.
func braces(name string) []string {
	open, shut := strings.IndexByte(name, '{'), strings.IndexByte(name, '}')
	if open >= 0 && shut > open {
		var out []string
		for _, alt := range strings.Split(name[open+1:shut], ",") {
			out = append(out, braces(path.Clean(name[:open]+alt+name[shut+1:]))...)
		}
		return out
	}
	if name == "" || strings.ContainsAny(name, "*?[$`{}") {
		return nil
	}
	return []string{name}
}

// hasLetter reports whether a call has an option by its letter, joined or apart,
// or by its long name.
func hasLetter(c stage.Call, letter byte, long string) bool {
	for _, a := range c.Args {
		if strings.HasPrefix(a.Text, "--") {
			if a.Text == long || strings.HasPrefix(a.Text, long+"=") {
				return true
			}
		} else if strings.HasPrefix(a.Text, "-") && strings.IndexByte(a.Text, letter) > 0 {
			return true
		}
	}
	return false
}

func hasPrefix(c stage.Call, prefix string) bool {
	for _, a := range c.Args {
		if strings.HasPrefix(a.Text, prefix) {
			return true
		}
	}
	return false
}
