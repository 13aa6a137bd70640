package checks

import (
	"path"
	"regexp"
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/source"
)

// movedHome plans for an image whose working directory is root's home, where only
// the file's own copies put something: the directory becomes the account's home.
// Only where nothing else in the file or the project names root's home, and root runs
// nothing below that WORKDIR. Whether that is enough is judged on the file as it
// would be with the other directory. nil if not.
func (p *Pass) movedHome(held *plan) *plan {
	s := held.stage
	d := s.End().WorkDir
	if p.Options.NoRelocate || held.reason.Code != needsRootHome || held.user != nil || s.Base != nil || p.taken(s) || !p.Graph.HasContext() || d.At == nil || !within(d.Path, "/root") || p.homeElsewhere(held, d.At) {
		return nil
	}
	p.create(held)
	if held.said = nil; !held.who.Create {
		return nil
	}
	home := held.who.Home
	dir := path.Join(home, strings.TrimPrefix(d.Path, "/root"))
	e, ok := d.At.ReplaceArg(0, dir)
	if !ok || path.Clean(d.At.Arg(0)) != d.Path {
		return nil
	}
	there := p.edited(e)
	if there == nil {
		return nil
	}
	then := there.plan()
	if then == nil || then.safety != Safe || then.who.Home != home || !then.who.Create || then.raised != nil {
		return nil
	}
	moved := *then
	moved.stage, moved.moved = s, true
	moved.edits = append(unshift(then.edits, e), e)
	moved.said = append(moved.said, "move the working directory from "+d.Path+" to "+dir)
	return &moved
}

// homeElsewhere reports whether something else than a WORKDIR, which copies follow by
// relative paths, names root's home, leads out of it, or needs root below it.
func (p *Pass) homeElsewhere(pl *plan, workdir *parser.Instruction) bool {
	for i, in := range pl.stage.Instructions {
		text := in.Rest.Text
		if in.Name == "copy" || in.Name == "add" {
			text = in.Arg(len(in.Args) - 1)
		}
		switch {
		case in == workdir && i < pl.at:
			return true
		case in == workdir:
		case in.Name == "workdir", in.Name == "volume", strings.Contains(text, "/root"), namesHome(text), upward.MatchString(text):
			return true
		}
	}
	return mountedAt.Match(p.File.Src) || p.projectNames(rootsHome)
}

// rootsHome is root's home, or a path that leads out of the working directory.
var rootsHome = regexp.MustCompile("/root\\b|(?i:open|read|write|file|path|dir)\\w*\\W{1,3}[\"'`]\\.\\./")

// unshift gives edits of a text that an edit made for the text before it.
func unshift(edits []source.Edit, made source.Edit) []source.Edit {
	out := make([]source.Edit, 0, len(edits)+1)
	for _, e := range edits {
		if e.Start >= made.Start+len(made.New) {
			by := len(made.New) - made.Len()
			e.Start, e.End = e.Start-by, e.End-by
		}
		out = append(out, e)
	}
	return out
}
