package checks

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/dfharden/dfharden/stage"
)

// startsHome reports whether a program that lies in the root directory, or in a
// directory in it, may start in the account's home instead: the command names all
// that is copied there, by absolute paths, and neither it nor the project's files
// names any of it by a relative one.
func (p *Pass) startsHome(pl *plan) bool {
	s := pl.stage
	if p.Options.NoRelocate || pl.user != nil || !p.hasHome(pl) || s.Base != nil || p.taken(s) || !p.Graph.HasContext() || p.inRootDirectory(pl) == nil || !p.quietRuns(pl) || !p.absolute() {
		return false
	}
	var names []string
	for _, t := range p.transfers() {
		dest := t.In.Arg(len(t.In.Args) - 1)
		switch {
		case t.Dest == "" || t.Dest == "/" || !strings.HasPrefix(dest, "/") || !p.isBelow(t.In, s, pl.at):
			return false
		case system(t.Dest):
			continue
		case !p.named(t.Dest):
			return false
		}
		name, _, _ := strings.Cut(t.Dest[1:], "/")
		names = append(names, regexp.QuoteMeta(name))
	}
	return len(names) > 0 && !p.projectNames(regexp.MustCompile("[\"'`(=:\\s](\\./)?("+strings.Join(names, "|")+")/"))
}

// servesHome reports whether a program that keeps its data in its working directory,
// which is the root directory, may have the account's home for it: nothing in the
// file is relative to the root directory.
func (p *Pass) servesHome(pl *plan) bool {
	doubt := p.conf().home
	if doubt == nil && !p.knownInRoot() {
		return false
	}
	s := pl.stage
	ok := !p.Options.NoRelocate && pl.user == nil && p.hasHome(pl) && s.Base == nil && !p.taken(s) && s.Facts.WorkDir == "/" && p.quietRuns(pl) && p.absolute()
	for _, t := range p.transfers() {
		ok = ok && t.Dest != "/" && system(t.Dest)
	}
	if !ok && pl.reason == nil {
		pl.reason = doubt
	}
	return ok
}

// knownInRoot reports whether a known program keeps temporary files where it starts,
// which is the root directory, and no script, which may name files relative to it, is started.
func (p *Pass) knownInRoot() bool {
	for _, c := range p.started() {
		if p.at(c) == nil || c.Script != "" {
			return false
		}
	}
	return slices.ContainsFunc(p.knownCalls(), keepsInRoot)
}

// keepsInRoot reports whether a call of a known program leaves temporary files in the
// root directory because it starts there. Data that are to stay keep their place: it
// may be mounted.
func keepsInRoot(k knownCall) bool {
	return k.program.Temp && k.program.Dirs == "." && k.program.Data == "" && k.Dir == "/"
}

// address is a number, an address of the network, or both.
var address = regexp.MustCompile(`^[\d.:*]+$`)

// absolute reports whether no word of the commands is a relative path.
func (p *Pass) absolute() bool {
	for _, in := range p.commands() {
		calls := p.calls(in)
		if len(calls) != 1 || len(calls[0].Redirects) > 0 {
			return false
		}
		for _, a := range append([]stage.Arg{{Text: calls[0].Path, Known: true}}, calls[0].Args...) {
			_, value, _ := strings.Cut(a.Text, "=")
			switch {
			case !a.Known, strings.Contains(value, "/") && !strings.HasPrefix(value, "/"), strings.Contains(a.Text, ".."):
				return false
			case strings.HasPrefix(a.Text, "-"), strings.HasPrefix(a.Text, "/"), address.MatchString(a.Text):
			case strings.ContainsAny(a.Text, "/.*"):
				return false
			}
		}
	}
	return true
}

// projectNames reports whether a file of the project, its build files apart, may have
// a text: so it may where there is no file to read.
func (p *Pass) projectNames(text *regexp.Regexp) (found bool) {
	found = true
	wanted := func(name string) bool { return !testFile.MatchString(name) && !buildFile[path.Base(name)] }
	p.Graph.ProjectFiles(wanted, func(f stage.ProjectFile) bool {
		found = bytes.IndexByte(f.Data, 0) < 0 && text.Match(f.Data)
		return !found
	})
	return found
}

// buildFile are files that only tools read, before there is an image.
var buildFile = wordSet(`pom.xml build.gradle build.gradle.kts settings.gradle settings.gradle.kts build.sbt build.zig build.zig.zon Cargo.toml go.mod go.sum package-lock.json README.md LICENSE`)
