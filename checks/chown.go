package checks

import (
	"regexp"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/source"
	"github.com/dfharden/dfharden/stage"
)

// chownEdits gives the copies of the image their owner: all below the boundary,
// above it those of the program's own files. owner is for those below, numeric
// for the others.
func (p *Pass) chownEdits(at int, who identity) ([]source.Edit, *Reason) {
	var edits []source.Edit
	var hazard *Reason
	for _, t := range p.transfers() {
		belowUser := p.isBelow(t.In, t.Stage, at)
		if !p.wantsChown(t, belowUser, who.Home) || p.spared("copy-without-chown", t.In) {
			continue
		}
		if r := p.ownerHazard(t, at); r != nil && !belowUser {
			hazard = r
			continue
		}
		name := who.name(t, belowUser)
		if name == "" {
			continue
		}
		if e, ok := t.In.SetFlag("chown", name); ok {
			edits = append(edits, e)
		}
	}
	return edits, hazard
}

// wantsChown reports whether a copy should name an owner.
func (p *Pass) wantsChown(t transfer, belowUser bool, home string) bool {
	if t.Chown != "" || t.systemTree() && !p.ownTree(t) || t.In.Opaque != "" {
		return false
	}
	if t.Stage.Facts.Distro == image.Scratch && (t.Dest == "" || system(t.Dest)) {
		return false // the builder makes the missing /etc or /usr too, and would give it away as well
	}
	if !belowUser && !p.own(t, home) {
		return false
	}
	return t.Dest == "" || !p.traces().ownedAfter(t.Dest, t.In.Index)
}

// ownerHazard finds a RUN above the boundary, run by root, that behaves otherwise
// when the files that a copy brings are not root's.
func (p *Pass) ownerHazard(t transfer, at int) *Reason {
	if r := p.gitHazard(t, at); r != nil {
		return r
	}
	return p.npmHazard(t, at)
}

// npmHazard finds a RUN of npm 7 or 8 in a directory that the copy itself makes:
// as root these run the scripts of packages as the owner of the directory, who
// cannot write to root's home. Source: npm's changelog of 7.0.0 and 9.0.0; tried
// with npm 8.19.
func (p *Pass) npmHazard(t transfer, at int) *Reason {
	if p.newNpm() || t.Dest == "" {
		return nil
	}
	for _, in := range p.runs() {
		if in.Index < t.In.Index || p.isBelow(in, p.Graph.Final(), at) {
			continue
		}
		for _, c := range p.calls(in) {
			if c.Name == "npm" && (c.Has("install", "ci", "i", "rebuild") || c.Sub() == "install") && (within(t.Dest, c.Dir) || c.Dir == "") && !p.madeBefore(c.Dir, t.In) {
				return reason(npmOwnership, in, "npm in line %d runs scripts as the owner of the directory that line %d makes (npm 7 and 8 do so for root); so the files of line %d stay root's", in.Line, t.In.Line, t.In.Line)
			}
		}
	}
	return nil
}

var nodeTag = regexp.MustCompile(`^(\d+)(\D|$)`)

// newNpm reports whether the base image is one of Node with another npm than 7
// and 8, by its tag: Node 15 to 17 have those, and 18 had one of them at first.
func (p *Pass) newNpm() bool {
	f := p.Graph.Final().Facts
	if f.Name != "node" || f.Tag == "" {
		return false
	}
	m := nodeTag.FindStringSubmatch(f.Tag)
	return m == nil || m[1] != "15" && m[1] != "16" && m[1] != "17" && !earlyNode18.MatchString(f.Tag)
}

var earlyNode18 = regexp.MustCompile(`^18\.([0-9]|1[0-2])(\.|-|$)`)

// madeBefore reports whether a directory is there before an instruction: WORKDIR,
// mkdir or the base image made it.
func (p *Pass) madeBefore(dir string, before *parser.Instruction) bool {
	if dir == "" || dir == "/" || dir == p.Graph.Final().Facts.WorkDir {
		return dir != ""
	}
	for _, s := range p.Graph.Chain() {
		for _, in := range s.Instructions {
			if in.Index >= before.Index {
				break
			}
			if c, ok := in.Cmd.(*instructions.WorkdirCommand); ok && within(s.Before(in).Abs(c.Path), dir) {
				return true
			}
		}
	}
	for _, m := range p.traces().made {
		if m.At.Index < before.Index && within(m.Path, dir) {
			return true
		}
	}
	return false
}

// gitHazard finds a RUN above the boundary that calls git in files that a copy
// of the whole context brings. git refuses to work in a directory of somebody
// else's, for root as well.
func (p *Pass) gitHazard(t transfer, at int) *Reason {
	whole := false
	for _, src := range t.Sources {
		whole = whole || src == "." || src == "./" || src == "/" || strings.HasPrefix(src, ".git") || src == "*"
	}
	if !whole || t.From != "" || p.Graph.InContext(".git") == stage.No {
		return nil
	}
	for _, in := range p.runs() {
		if in.Index < t.In.Index || p.isBelow(in, p.Graph.Final(), at) {
			continue
		}
		for _, c := range p.calls(in) {
			if callsGit(c) {
				return reason(gitOwnership, in, "%s in line %d calls git, which refuses to work for root in files of another owner; so the files of line %d stay root's", c.Name, in.Line, t.In.Line)
			}
		}
	}
	return nil
}

func callsGit(c stage.Call) bool {
	switch c.Name {
	case "git":
		return c.Sub() != "clone" && c.Sub() != "config" && !c.Has("--version")
	case "go":
		sub := c.Sub()
		return (sub == "build" || sub == "install" || sub == "run" || sub == "test" || sub == "list") && !c.Has("-buildvcs=false")
	case "make", "gmake", "goreleaser", "task", "just", "nimble":
		return true
	}
	return false
}
