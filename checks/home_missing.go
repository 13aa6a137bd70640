package checks

import (
	"path"
	"strings"

	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/stage"
)

// missingHome is the home of the account that a RUN of the file creates without one, and
// that nothing else makes, where the sources ask for it: until now the program had
// root's. "" if there is none.
func (p *Pass) missingHome(pl *plan) string {
	home := pl.who.Home
	if pl.who.Create || pl.who.Host || !within(home, "/home") || p.isDirectory(home) {
		return ""
	}
	a, _ := pl.stage.End().Account(pl.who.Name)
	if a == nil || a.At == nil || !a.Sure || within(pl.stage.End().WorkDir.Path, home) || !p.asksHome() {
		return ""
	}
	for _, c := range pl.stage.Calls(a.At) {
		ops := c.Operands()
		if (c.Name == "useradd" || c.Name == "adduser") && len(ops) > 0 && ops[len(ops)-1].Text == a.Name && p.leavesOutHome(c) {
			return home
		}
	}
	return ""
}

// leavesOutHome reports whether useradd or adduser makes no home: useradd of Debian does
// only if it is told to, as all do for system accounts; other distributions say
// CREATE_HOME in /etc/login.defs.
func (p *Pass) leavesOutHome(c stage.Call) bool {
	if c.Name == "adduser" {
		return hasLetter(c, 'H', "--no-create-home")
	}
	distro, _ := p.Graph.Final().Distro()
	told := hasLetter(c, 'm', "--create-home")
	return !told && (hasLetter(c, 'M', "--no-create-home") || hasLetter(c, 'r', "--system") || distro == image.Debian || distro == image.Ubuntu) && !strings.Contains(strings.Join(texts(c), " "), "HOME")
}

// asksHome reports whether a source of the project asks for the home directory.
func (p *Pass) asksHome() (found bool) {
	wanted := func(name string) bool { return sourceEnds[path.Ext(name)] && !testFile.MatchString(name) }
	p.Graph.ProjectFiles(wanted, func(f stage.ProjectFile) bool {
		found = homeCode.Match(f.Data)
		return !found
	})
	return found
}
