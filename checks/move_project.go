package checks

import (
	"path"
	"strings"
)

// movedProject plans for a project that is copied to the root directory, which is
// its working directory too: a WORKDIR above the copies moves it to the account's
// home, and the account runs the RUNs below. Only where all copies, RUNs and
// commands are relative, and nothing in the project says where it lies. Whether that
// is enough is judged on the file as it would be with that WORKDIR. nil if not.
func (p *Pass) movedProject(low *plan) *plan {
	s := low.stage
	if p.Options.NoRelocate || low.reason == nil || low.user != nil || low.asUser || !p.hasHome(low) || p.taken(s) || s.Base != nil || !p.Graph.HasContext() || p.inRootDirectory(low) == nil {
		return nil
	}
	at := p.firstRelative(low)
	if at < 0 || !p.movable(low, at) || p.saysPlace(low, at) {
		return nil
	}
	then := p.edited(p.File.InsertBefore(s.Instructions[at], "WORKDIR "+low.who.Home))
	if then == nil || !then.runsInHome(at, low.who.Home) {
		return nil
	}
	high := &plan{stage: s, at: at, raised: &raise{p: p, s: s, at: at, dirs: []string{low.who.Home}}, project: true, moved: true, safety: Safe}
	p.identify(high)
	p.edit(high)
	if high.reason != nil {
		return nil
	}
	return high
}

// runsInHome reports whether a file in which a WORKDIR of the account's home stands
// at the boundary is safe with the boundary there.
func (p *Pass) runsInHome(at int, home string) bool {
	s := p.Graph.Final()
	r := &raise{p: p, s: s, at: at, dirs: []string{home}}
	for _, in := range s.Instructions[at:] {
		if in.Name == "run" && !r.without(in) || r.stops(in) {
			return false
		}
	}
	if !r.clean() {
		return false
	}
	pl := &plan{stage: s, at: at, raised: r, safety: Safe}
	p.fill(pl)
	return pl.safety == Safe && pl.who.Home == home && pl.who.Create && p.rootsWork(pl) == nil && !r.inTheWay(pl)
}

// firstRelative is the place of the first copy that goes to the root directory or
// below it by a relative path; -1 if there is none.
func (p *Pass) firstRelative(pl *plan) int {
	for i, in := range pl.stage.Instructions {
		for _, t := range p.transfers() {
			if t.In == in && !strings.HasPrefix(in.Arg(len(in.Args)-1), "/") {
				return i
			}
		}
	}
	return -1
}

// movable reports whether the instructions of a stage mean the same in another
// directory: copies from the build context keep its layout, RUNs above the place
// leave nothing in the root directory, and there is no volume.
func (p *Pass) movable(pl *plan, at int) bool {
	for i, in := range pl.stage.Instructions {
		switch in.Name {
		case "volume", "onbuild", "shell", "user", "workdir":
			return false
		case "run":
			for _, c := range p.calls(in) {
				if i < at && !quietInRoot[c.Name] {
					return false
				}
			}
			if i < at && len(p.calls(in)) == 0 {
				return false
			}
		}
	}
	for _, t := range p.transfers() {
		dest := t.In.Arg(len(t.In.Args) - 1)
		switch {
		case t.Dest == "" || len(t.In.Heredocs) > 0:
			return false
		case strings.HasPrefix(dest, "/"):
			if !system(t.Dest) || t.Dest == "/" {
				return false
			}
		case t.From != "" || t.Chown != "" || !p.keepsLayout(t):
			return false
		}
	}
	return true
}

// keepsLayout reports whether a copy puts each file where it lies in the build
// context, seen from the root directory.
func (p *Pass) keepsLayout(t transfer) bool {
	if len(t.Sources) == 1 && path.Clean("/"+t.Sources[0]) == t.Dest {
		return true
	}
	for _, src := range t.Sources {
		if _, file := p.Graph.SourceFile(src); t.Dest != "/" || !file && src != "package*.json" || strings.Contains(path.Clean("/" + src)[1:], "/") {
			return false
		}
	}
	return true
}
