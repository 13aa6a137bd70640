package checks

import (
	"path"
	"strings"

	"github.com/dfharden/dfharden/stage"
)

// readPlaces are directories that programs read through links.
var readPlaces = []string{"/bin", "/dev", "/etc", "/lib", "/lib64", "/proc", "/sbin", "/sys", "/usr/bin", "/usr/include", "/usr/lib", "/usr/lib64", "/usr/local/bin", "/usr/local/include", "/usr/local/lib", "/usr/local/lib64", "/usr/sbin"}

// linkDoubt finds a link below the working directory that leads to a directory of
// root's, to which the process may have to write through it.
func (p *Pass) linkDoubt(pl *plan) *Reason {
	for _, in := range p.runs() {
		for _, c := range p.calls(in) {
			name, to := linked(c)
			work := pl.stage.End().WorkDir
			if to == "" || work.At == nil || !ownable(work.Path) || !below(name, work.Path) || within(to, work.Path) || within(to, "/tmp") {
				continue
			}
			if readPlace(to) && !written.MatchString(path.Base(name)) || within(to, "/dev") || within(to, "/proc") || p.traces().gone(touch{Path: name, At: in}) || strings.Contains(path.Base(to), ".") {
				continue
			}
			if p.rootsPlace(pl, to) {
				return reason(rootDirectory, in, "ln in line %d makes %s lead to %s, in a directory that is root's: the process may have to write there", in.Line, name, to)
			}
		}
	}
	return nil
}

func readPlace(name string) bool {
	for _, dir := range readPlaces {
		if within(name, dir) {
			return true
		}
	}
	return path.Base(name) == "node_modules"
}

// linked is the link that ln -s makes, and the path that it leads to; "" where they
// are not known.
func linked(c stage.Call) (name, to string) {
	ops := c.Operands()
	if c.Name != "ln" || !hasLetter(c, 's', "--symbolic") || len(ops) == 0 || len(ops) > 2 || hasLetter(c, 't', "--target-directory") {
		return "", ""
	}
	if !strings.HasPrefix(ops[0].Text, "/") || !ops[0].Known {
		return "", ""
	}
	to = path.Clean(ops[0].Text)
	if len(ops) == 1 {
		return path.Join(c.Dir, path.Base(to)), to
	}
	if name = c.Abs(ops[1]); name == c.Dir || strings.HasSuffix(ops[1].Text, "/") {
		name = path.Join(name, path.Base(to))
	}
	return name, to
}
