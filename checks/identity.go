package checks

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/stage"
)

// identity is who the image will run as.
type identity struct {
	Name    string
	UID     int
	GID     int
	Home    string
	Create  bool   // the account has to be made
	Host    bool   // the base image's account in whose home the project lies
	Spec    string // for USER
	Owner   string // for --chown below the boundary
	Numeric string // for --chown above it, and chown; "" if the numbers are not known
}

// is reports whether an identity is that of an account.
func (w identity) is(u *stage.User) bool {
	return u != nil && u.UID.Is(w.UID) && u.GID.Is(w.GID)
}

func numeric(uid, gid int) string { return fmt.Sprintf("%d:%d", uid, gid) }

// identify chooses the account: one that was in force before, else one that the
// file creates and does not use, else a new one.
func (p *Pass) identify(pl *plan) {
	if p.windows() {
		pl.who = identity{Name: "ContainerUser", Spec: "ContainerUser"}
		pl.said = append(pl.said, "run as ContainerUser")
		return
	}
	r := p.recipe()
	if r != nil && r.Drops && p.adopt(pl, nil, p.serverAccount()) {
		return
	}
	if u := p.earlier(pl.stage); u != nil && p.adopt(pl, u.Account, u) {
		return
	}
	if a := p.unused(); a != nil && p.adopt(pl, a, nil) {
		return
	}
	if u := p.given(); u != nil && p.adopt(pl, u.Account, u) {
		return
	}
	if r != nil && r.Account && p.adopt(pl, nil, p.serverAccount()) {
		return
	}
	if a := p.host(); a != nil && p.adopt(pl, a, &stage.User{Name: a.Name, UID: a.UID, GID: a.GID}) {
		pl.who.Host = true
		pl.said[len(pl.said)-1] += ", in whose home the project lies"
		return
	}
	p.create(pl)
}

func (p *Pass) windows() bool { return p.Graph.Final().Windows() == stage.Yes }

// earlier is the last user other than root that was in force before root was set
// again.
func (p *Pass) earlier(s *stage.Stage) *stage.User {
	var found *stage.User
	for _, st := range p.Graph.Chain() {
		for _, in := range st.Instructions {
			if u := st.Before(in).User; u.Root() == stage.No {
				found = &u
			}
		}
	}
	if u := s.Begin().User; found == nil && u.Root() == stage.No {
		found = &u
	}
	return found
}

// unused is the account that the file creates and never switches to: the one
// that a chown names, else the last.
func (p *Pass) unused() *stage.Account {
	var best *stage.Account
	for _, a := range p.Graph.Final().End().Created() {
		if !a.Sure || a.UID.Is(0) || a.Name == "root" {
			continue
		}
		if best == nil || !p.chownNames(best.Name) || p.chownNames(a.Name) {
			best = &a
		}
	}
	return best
}

func (p *Pass) chownNames(name string) bool {
	for _, t := range p.transfers() {
		if user, _, _ := strings.Cut(t.Chown, ":"); user == name {
			return true
		}
	}
	for _, in := range p.runs() {
		for _, c := range p.calls(in) {
			if ops := c.Operands(); c.Name == "chown" && len(ops) > 0 {
				if user, _, _ := strings.Cut(ops[0].Text, ":"); user == name {
					return true
				}
			}
		}
	}
	return false
}

// given is who the file gives the program's files to, by --chown or by chown -R,
// though it never switches to it; nil if nobody, root, or several.
func (p *Pass) given() *stage.User {
	var found *stage.User
	for _, spec := range p.owners() {
		u := p.Graph.Final().End().Resolve(spec)
		if !u.UID.Known || u.UID.Is(0) {
			continue
		}
		if !u.GID.Known {
			u.GID = stage.ID{N: u.UID.N, Known: true, Given: true} // what --chown=UID gives
		}
		if found != nil && found.UID.N != u.UID.N {
			return nil
		}
		found = &u
	}
	return found
}

// owners lists the owners that copies and RUNs give to the program's own files.
func (p *Pass) owners() []string {
	work := p.Graph.Final().End().WorkDir
	var specs []string
	for _, t := range p.transfers() {
		if spec, known := t.State.Expand(t.Chown); t.Chown != "" && known && p.own(t, "") {
			specs = append(specs, spec)
		}
	}
	for _, in := range p.runs() {
		for _, c := range p.calls(in) {
			ops := c.Operands()
			if c.Name != "chown" || len(ops) < 2 || !ops[0].Known || !hasLetter(c, 'R', "--recursive") {
				continue
			}
			for _, op := range ops[1:] {
				if dir := c.Abs(op); dir != "" && work.At != nil && within(work.Path, dir) || p.copiedTo(dir) {
					specs = append(specs, strings.Replace(ops[0].Text, ".", ":", 1))
				}
			}
		}
	}
	return specs
}

// copiedTo reports whether the program's files are copied to a directory.
func (p *Pass) copiedTo(dir string) bool {
	for _, t := range p.transfers() {
		if dir != "" && dir != "/" && within(t.Dest, dir) && p.own(t, "") {
			return true
		}
	}
	return false
}

// adopt takes an account that exists. Where the file leaves its numbers to
// chance it gives them, and says no if it cannot.
func (p *Pass) adopt(pl *plan, a *stage.Account, u *stage.User) bool {
	if u != nil && u.UID.Known && u.GID.Known {
		pl.who = p.fixed(u.Name, u.UID.N, u.GID.N, "")
		if a != nil {
			pl.who.Home = a.Home
		}
	} else if a == nil {
		if u == nil || u.Name == "" {
			return false
		}
		pl.safety = NoFix
		pl.reason = reason(unknownBase, u.At, "USER %s was in force before root, but its numbers are not known (no account of that name is created in the file, and %s says nothing of it): set USER back to it by hand, below the last RUN", u.Spec, pl.stage.Called())
		return true
	} else {
		uid, gid, edits, ok := p.giveIDs(a)
		if !ok {
			return false
		}
		pl.edits = append(pl.edits, edits...)
		pl.who = p.fixed(a.Name, uid, gid, a.Home)
	}
	if a != nil && len(a.Groups) > 0 && pl.who.Spec == pl.who.Numeric && (u == nil || u.Group == "" || u.GID == a.GID) {
		pl.who.Spec = strconv.Itoa(pl.who.UID) // a group behind the colon would drop the others
	}
	verb := "run as " + pl.who.Name
	if pl.who.Name == "" {
		verb = "run as user " + pl.who.Numeric
	}
	pl.said = append(pl.said, fmt.Sprintf("%s (%s)", verb, pl.who.Numeric))
	return true
}

func (p *Pass) fixed(name string, uid, gid int, home string) identity {
	n := numeric(uid, gid)
	who := identity{Name: name, UID: uid, GID: gid, Home: home, Spec: n, Owner: n, Numeric: n}
	if p.Options.NamedUser && name != "" {
		who.Spec, who.Owner = name, name
	}
	return who
}

// create plans the configured account, or the next free one.
func (p *Pass) create(pl *plan) {
	o, st := p.Options, pl.stage.End()
	name, uid, gid := o.User, o.UID, o.GID
	tools := pl.stage.Tools()
	makes := tools != image.NoTools && tools != "" && p.hasShell() != stage.No && !pl.asUser
	for n := 1; makes && st.NameTaken(name); n++ {
		name = fmt.Sprintf("%s%d", o.User, n)
	}
	for st.IDTaken(uid) || st.IDTaken(gid) {
		uid, gid = uid+1, gid+1
	}
	if !makes {
		pl.who = p.fixed("", uid, gid, "")
		pl.said = append(pl.said, fmt.Sprintf("run as user %s", pl.who.Numeric))
		return
	}
	home := o.Home
	if home == "" || name != o.User {
		home = "/home/" + name
	}
	pl.who = p.fixed(name, uid, gid, home)
	if o.NamedUser {
		pl.who.Owner = name + ":" + name
	}
	pl.who.Create = true
	pl.said = append(pl.said, fmt.Sprintf("create the account %s (%s) and run as it", name, pl.who.Numeric))
	if name != o.User || uid != o.UID {
		pl.said = append(pl.said, fmt.Sprintf("%s (%d:%d) is taken", o.User, o.UID, o.GID))
	}
}
