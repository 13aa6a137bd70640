package checks

import (
	"cmp"
	"fmt"
	"path"
	"slices"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// raise is a boundary above RUNs that need no root: what they make is the
// account's, as the process may need it. It is taken only where that settles a
// doubt about the boundary below them. Else the files stay root's, which the
// process cannot change: the harder image.
type raise struct {
	p     *Pass
	s     *stage.Stage
	at    int      // the boundary, as in plan
	dirs  []string // directories that are the account's from there on
	made  []string // what the RUNs make, and could not if it were there already
	depth int      // of scripts that call scripts
}

// raised plans the boundary further up; nil if that does not help.
func (p *Pass) raised(low *plan) *plan {
	if low.user != nil || low.asUser || !p.hasHome(low) || p.rootsWork(low) == nil {
		return nil
	}
	r := &raise{p: p, s: low.stage}
	if !r.climb(low.at) || !r.clean() || r.touches(low.who.Home) {
		return nil
	}
	high := &plan{stage: low.stage, at: r.at, raised: r, safety: Safe}
	p.fill(high)
	if p.rootsWork(high) != nil || r.inTheWay(high) {
		return nil
	}
	return high
}

// hasHome reports whether the account has a home that is its own, and where
// programs look for it: the fix makes it.
func (p *Pass) hasHome(pl *plan) bool {
	_, set := pl.stage.End().ImageEnv("HOME")
	return pl.who.Create && !set
}

// rootsWork is what the process may need of the files that a RUN makes as root;
// nil if nothing.
func (p *Pass) rootsWork(pl *plan) *Reason {
	if pl.hazard != nil {
		return pl.hazard
	}
	if r := p.toolDoubt(pl); r != nil && r.Code != opaqueEntrypoint {
		return r
	}
	if r := p.builtDoubt(pl); r != nil {
		return r
	}
	return p.writesDoubt(pl)
}

// climb finds the topmost RUN that, with all below it, needs no root.
func (r *raise) climb(from int) bool {
	r.at, r.dirs = from, r.workDirs(0)
	for i := from - 1; i >= 0 && !r.stops(r.s.Instructions[i]); i-- {
		if in := r.s.Instructions[i]; in.Name == "run" {
			if !r.without(in) {
				break
			}
			r.at = i
		}
	}
	r.made, r.dirs = nil, r.workDirs(r.at)
	for _, in := range r.s.Instructions[r.at:] {
		if in.Name == "run" && !r.without(in) {
			return false
		}
	}
	return r.at < from
}

// stops reports whether no boundary can go above an instruction that is no RUN.
func (r *raise) stops(in *parser.Instruction) bool {
	switch in.Name {
	case "copy", "add":
		for _, t := range r.p.transfers() {
			if t.In == in {
				return r.p.replacesSystem(t)
			}
		}
	case "user", "shell", "onbuild":
		return true
	}
	return false
}

// workDirs lists the working directories that are in force from an instruction on,
// and those below them that an earlier WORKDIR made.
func (r *raise) workDirs(from int) []string {
	var all, dirs []string
	add := func(d stage.Dir) {
		if d.At != nil && d.Known && d.Path != r.s.Facts.WorkDir && r.ownable(d.Path) {
			all = append(all, d.Path)
		}
	}
	for _, s := range r.p.Graph.Chain() {
		for _, in := range s.Instructions {
			if in.Name == "workdir" {
				add(stage.Dir{Path: s.Before(in).Abs(in.Arg(0)), Known: true, At: in})
			}
		}
	}
	earlier := all
	all = nil
	for _, in := range r.s.Instructions[min(from, len(r.s.Instructions)):] {
		add(r.s.Before(in).WorkDir)
	}
	add(r.s.End().WorkDir)
	seen := map[string]bool{}
	for i, dir := range append(all, earlier...) {
		for _, top := range all {
			if !seen[dir] && (i < len(all) || below(dir, top)) {
				seen[dir] = true
				dirs = append(dirs, dir)
			}
		}
	}
	return dirs
}

// ownable reports whether a directory is a project's own: nothing of the base
// image is in it.
func (r *raise) ownable(dir string) bool {
	return ownable(dir) && (!system(dir) || below(dir, "/usr/src") || below(dir, "/opt"))
}

// mine reports whether a path is one of the account's directories or lies in one;
// inMine leaves those themselves out, which are made by root.
func (r *raise) mine(name string) bool {
	for _, dir := range r.dirs {
		if within(name, dir) {
			return true
		}
	}
	return false
}

func (r *raise) inMine(name string) bool {
	for _, dir := range r.dirs {
		if below(name, dir) {
			return true
		}
	}
	return false
}

// makes notes what a call makes, and fails to if it is there.
func (r *raise) makes(c stage.Call, name stage.Arg) { r.made = append(r.made, c.Abs(name)) }

// clones notes a directory that has to be empty.
func (r *raise) clones(dir string) { r.made = append(r.made, dir+"/.git") }

// inTheWay reports whether the block makes a directory that a RUN below it is to
// make.
func (r *raise) inTheWay(pl *plan) bool {
	for _, made := range r.made {
		for _, t := range pl.given {
			if within(t.Path, made) || path.Base(made) == ".git" && below(t.Path, path.Dir(made)) {
				return true
			}
		}
	}
	return false
}

// said says which RUNs the account runs.
func (r *raise) said() string {
	first, n := 0, 0
	for _, in := range r.s.Instructions[r.at:] {
		if in.Name == "run" {
			first = cmp.Or(first, in.Line)
			n++
		}
	}
	if n == 1 {
		return fmt.Sprintf("let it run the RUN in line %d", first)
	}
	return fmt.Sprintf("let it run the %d RUNs from line %d on", n, first)
}

// runs reports whether there is a RUN below the boundary.
func (r *raise) runs() bool {
	return slices.ContainsFunc(r.s.Instructions[r.at:], func(in *parser.Instruction) bool { return in.Name == "run" })
}
