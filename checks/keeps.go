package checks

import (
	"slices"
	"strings"

	"github.com/dfharden/dfharden/stage"
)

// keepsToPlaces reports whether all that a container starts is known to write to
// places that placesDoubt looks at, and nowhere else: what a RUN makes elsewhere, it
// only reads.
func (p *Pass) keepsToPlaces() bool {
	argument, some := p.argument(), false
	for _, c := range p.started() {
		in := p.at(c)
		pr, ok := p.known(c)
		switch {
		case in == nil, printsHere(c):
			return false
		case isFlag(c), in.Name == "cmd" && argument, quietWords[c.Name] && len(c.Redirects) == 0:
		case keepsNothing[c.Name] && p.covered(c):
			some = true
		case !ok || pr.Needs != nothing && pr.Needs != data || p.ownProgram(c) || p.writesToWork(pr, c):
			return false
		default:
			some = true
		}
	}
	return some
}

// writesToWork reports whether a known program keeps data below the working directory,
// where what a RUN makes may be such data. One that makes its files beside its own
// directory (..) makes new ones.
func (p *Pass) writesToWork(pr program, c stage.Call) bool {
	if pr.Dirs == ".." {
		return false
	}
	dirs := p.writesTo(pr, p.withCmd(c))
	work := p.Graph.Final().End().WorkDir.Path
	return slices.ContainsFunc(dirs, func(dir string) bool { return dir == "" || within(dir, work) })
}

// printsHere reports whether a call's output goes to a file that is not named by an
// absolute path.
func printsHere(c stage.Call) bool {
	for _, r := range c.Redirects {
		target, known := r.Target.Lit()
		if (r.Op == ">" || r.Op == ">>" || r.Op == "&>") && !(known && strings.HasPrefix(target, "/")) {
			return true
		}
	}
	return false
}

// keepsNothing are servers of recipes that keep no files but those that an option names.
var keepsNothing = wordSet(`memcached`)

// quietWords write nothing.
var quietWords = wordSet(`[ [[ test set exec echo sleep printf export ulimit umask trap wait : true cd hostname`)
