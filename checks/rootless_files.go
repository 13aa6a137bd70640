package checks

import (
	"regexp"
	"slices"
	"strings"

	"github.com/dfharden/dfharden/stage"
)

// allMine reports whether there are operands, and all lie below the account's
// directories.
func (r *raise) allMine(c stage.Call, ops []stage.Arg) bool {
	for _, op := range ops {
		if !r.inMine(c.Abs(op)) {
			return false
		}
	}
	return len(ops) > 0
}

// makesIn is for programs whose operands all are written to. mkdir -p may name a
// directory that is there.
func (r *raise) makesIn(c stage.Call) bool {
	ops := c.Operands()
	if hasPrefix(c, "--reference") || hasLetter(c, 't', "--target-directory") {
		return false
	}
	switch {
	case c.Name == "mkdir" && hasLetter(c, 'p', "--parents"):
		for _, op := range ops {
			if !r.mine(c.Abs(op)) {
				return false
			}
		}
		return len(ops) > 0
	case c.Name == "mv" && len(ops) > 1:
		if to := ops[len(ops)-1]; !slices.Contains(r.dirs, c.Abs(to)) {
			r.makes(c, to)
		}
		return r.allMine(c, ops[:len(ops)-1]) && r.mine(c.Abs(ops[len(ops)-1]))
	case c.Name == "mkdir":
		for _, op := range ops {
			r.makes(c, op)
		}
	}
	return r.allMine(c, ops)
}

// copiesIn is for programs that write to the last of two operands or more.
func (r *raise) copiesIn(c stage.Call) bool {
	ops := c.Operands()
	if len(ops) < 2 || hasLetter(c, 't', "--target-directory") || hasPrefix(c, "--preserve=") {
		return false
	}
	if to := ops[len(ops)-1]; !slices.Contains(r.dirs, c.Abs(to)) { // those are there
		r.makes(c, to)
	}
	return r.mine(c.Abs(ops[len(ops)-1]))
}

// setsMode is chmod, whose mode may look like an option: "+x", "-w".
func (r *raise) setsMode(c stage.Call) bool {
	files := c.Operands()
	switch {
	case len(c.Args) == 0 || strings.HasPrefix(c.Args[0].Text, "-") && !c.Has("-R", "--recursive", "-v", "-f"):
		return false
	case !hasPrefix(c, "+"):
		files = files[min(1, len(files)):]
	}
	for _, op := range files {
		if !r.mine(c.Abs(op)) {
			return false
		}
	}
	return len(files) > 0
}

// editsIn is sed: without -i it only prints.
func (r *raise) editsIn(c stage.Call) bool {
	return !hasLetter(c, 'i', "--in-place") && !hasPrefix(c, "-i") || r.allMine(c, c.Operands())
}

// glued reports whether a call has an option with its value behind it in one word.
func glued(c stage.Call, options ...string) bool {
	for _, a := range c.Args {
		for _, o := range options {
			if strings.HasPrefix(a.Text, o) && a.Text != o {
				return true
			}
		}
	}
	return false
}

// unpacksIn is for archives. Whoever is not root gets all files of them, whatever
// owner they have there.
func (r *raise) unpacksIn(c stage.Call) bool {
	if glued(c, "-C", "--directory", "-d", "--one-top-level") {
		return false
	}
	if c.Name == "tar" {
		return extracts(c) && !hasPrefix(c, "--same-owner") && !hasLetter(c, 'P', "--absolute-names") && r.mine(extractDir(c))
	}
	dir := c.Dir
	for i, a := range c.Args {
		if a.Text == "-d" && i+1 < len(c.Args) {
			dir = c.Abs(c.Args[i+1])
		}
	}
	return r.mine(dir) && !c.Has("-X")
}

// target finds the file that curl or wget writes to: behind one of the options, or
// joined to it.
var target = regexp.MustCompile(`^(-[a-zA-Z]*[oOP]|--(output|output-document|directory-prefix|output-dir))(=(.+))?$`)

// fetchesIn is for downloads: to standard output, or to a file of the account.
func (r *raise) fetchesIn(c stage.Call) bool {
	here := c.Name == "wget"
	for i, a := range c.Args {
		if !a.Known && strings.HasPrefix(strings.Trim(a.Text, `"`), "$") {
			return false // it may be an option
		}
		m := target.FindStringSubmatch(a.Text)
		switch {
		case strings.HasPrefix(a.Text, "-qO-") || a.Text == "-O-" || strings.HasPrefix(a.Text, "-qO") && strings.HasSuffix(a.Text, "/dev/stdout"):
			return true
		case !strings.HasPrefix(a.Text, "--") && strings.ContainsAny(a.Text, "cDKT") && strings.HasPrefix(a.Text, "-"), strings.HasPrefix(a.Text, "--cookie-jar"), strings.HasPrefix(a.Text, "--dump-header"):
			return false
		case m == nil:
			continue
		case c.Name == "curl" && strings.HasSuffix(m[1], "O") && !strings.HasPrefix(m[1], "--"):
			here = true
			continue
		}
		to := stage.Arg{Text: m[4], Known: a.Known}
		if m[4] == "" && i+1 < len(c.Args) {
			to = c.Args[i+1]
		}
		return to.Text == "-" || r.mine(c.Abs(to))
	}
	return !here || r.mine(c.Dir)
}

// runsItself is a shell whose script is listed behind it.
func runsItself(_ *raise, c stage.Call) bool {
	if hasInput(c) {
		return len(c.Operands()) == 0
	}
	return c.Has("-c", "-ec", "-exc", "-euc", "-lc")
}
