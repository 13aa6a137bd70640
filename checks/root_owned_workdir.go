package checks

import (
	"fmt"
	"path"

	"github.com/dfharden/dfharden/stage"
)

func init() {
	register(&Rule{
		ID:       "root-owned-workdir",
		Summary:  "the working directory is root's, and the process is not root",
		Control:  Ownership,
		Severity: Info,
		Why: "WORKDIR makes its directory as the user in force. Made by root, the process cannot create files in it; `COPY --chown` into it does not change the directory itself. (The classic\n" +
			"builder makes it root's in any case.)",
		Silent:    "The directory is chowned or made with an owner by a RUN, belongs to the base image or to the account, or WORKDIR stands below USER.",
		FixSafety: "It has no fix of its own: the fix of root-user gives the directory to the account. For an image that has its user already, add `RUN mkdir -p DIR && chown UID:GID DIR` above USER if the process writes there.",
		Refs:      []string{"Docker: https://docs.docker.com/reference/dockerfile/#workdir", "moby/moby#36677"},
		Run: func(p *Pass) {
			u, ok := p.nonRoot()
			end := p.Graph.Final().End()
			d := end.WorkDir
			if !ok || d.At == nil || !d.Known || !ownable(d.Path) || d.Path == p.Graph.Final().Facts.WorkDir || p.traces().owned(d.Path) {
				return
			}
			if a := u.Account; a != nil && (within(d.Path, a.Home) || d.Path == a.Home) || path.Dir(d.Path) == "/home" {
				return
			}
			for _, s := range p.Graph.Chain() {
				for _, in := range s.Instructions {
					if in == d.At && s.Before(in).User.Root() != stage.Yes {
						return
					}
				}
			}
			if p.madeByOwner(d.Path) {
				return
			}
			p.Report(Finding{Span: p.first(d.At), Message: fmt.Sprintf("%s is made by root: the process, %s, cannot create files in it", d.Path, p.current().call())})
		},
	})
}

// madeByOwner reports whether a copy with an owner, or a RUN of another user,
// makes a directory before WORKDIR does.
func (p *Pass) madeByOwner(dir string) bool {
	for _, t := range p.transfers() {
		if t.Chown != "" && t.Dest == dir && t.State.WorkDir.Path != dir {
			return true
		}
	}
	for _, m := range p.traces().made {
		for _, s := range p.Graph.Chain() {
			if m.Path == dir && len(s.Calls(m.At)) > 0 && s.Before(m.At).User.Root() == stage.No {
				return true
			}
		}
	}
	return false
}
