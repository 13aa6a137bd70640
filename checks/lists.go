package checks

import (
	"path"
	"slices"
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// lookers print what they are given, or what they find: a script among their
// arguments is not started.
var lookers = wordSet(`
	ls find grep egrep fgrep zgrep sort uniq basename dirname cat head tail wc cut tr column nl
	echo printf test [ [[ stat readlink realpath
`)

// onlyLooks reports whether a call only looks at the scripts that it names: it runs none
// of them, and no shell and no xargs gets what it prints.
func onlyLooks(calls []stage.Call, i int) bool {
	c := calls[i]
	if !lookers[c.Name] || c.Name == "find" && c.Has("-exec", "-execdir", "-ok", "-okdir") {
		return false
	}
	for piped := c.Piped; piped && i+1 < len(calls); i++ {
		next := calls[i+1]
		if next.Subst {
			continue
		}
		if !lookers[next.Name] && !listsOf(next) {
			return false
		}
		piped = next.Piped
	}
	return true
}

// listsOf reports whether xargs has a command print what it reads.
func listsOf(c stage.Call) bool {
	return c.Name == "xargs" && slices.ContainsFunc(c.Args, func(a stage.Arg) bool { return lookers[a.Text] }) &&
		!slices.ContainsFunc(c.Args, func(a stage.Arg) bool { return shellNames[a.Text] || strings.HasPrefix(a.Text, "-I") })
}

// onlyLists finds a command that prints which files the image has, and does nothing
// else: that is what it says to those who call it without one.
func (p *Pass) onlyLists() *Reason {
	lists := ""
	for _, c := range p.started() {
		in := p.at(c)
		if in == nil || in == p.Graph.Final().End().Start.Healthcheck {
			continue
		}
		switch {
		case c.Name == "find" && !c.Has("-exec", "-execdir", "-ok", "-okdir", "-delete"), c.Name == "ls":
			lists = c.Name
		case lookers[c.Name], listsOf(c), listing[c.Name], c.Name == "git" && c.Sub() == "submodule" && c.Has("status"):
		default:
			return nil
		}
		if slices.ContainsFunc(c.Redirects, writesFile) {
			return nil
		}
	}
	if lists == "" {
		return nil
	}
	in := p.commands()[len(p.commands())-1]
	return reason(baseImage, in, "the image only lists files with %s: others build on it, or call it with a command", lists)
}

// listing are commands of a script that lists something.
var listing = wordSet(`set cd awk exit true : local`)

func writesFile(r parser.Redirect) bool {
	return strings.Contains(r.Op, ">") && r.Op != ">&" && r.Target.Raw != "/dev/null"
}

// linkedHere reports whether a RUN of the file has a compiler write a program of that
// name: it is no script, whatever its name ends in.
func (p *Pass) linkedHere(name string) bool {
	for _, s := range p.Graph.Stages {
		for _, in := range s.Instructions {
			for _, c := range s.Calls(in) {
				if out, ok := optionValue(c, []string{"-o"}); ok && (compilers.MatchString(c.Name) || c.Name == "go") && path.Base(out) == name {
					return true
				}
			}
		}
	}
	return false
}
