package checks

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/source"
	"github.com/dfharden/dfharden/stage"
)

// plan is how an image that runs as root gets a user: the fix of root-user, of
// which other rules show their part.
type plan struct {
	stage  *stage.Stage
	at     int                 // the block goes above stage.Instructions[at], at the end if there is none
	user   *parser.Instruction // a USER that sets root below the boundary: its argument is replaced
	asUser bool                // user stands where another user is in force, so that no RUN can go above it
	who    identity
	edits  []source.Edit
	said   []string // what the fix does, for its message
	safety Safety   // NoFix: withheld
	reason *Reason
}

// plan makes the plan once; nil if the image does not run as root.
func (p *Pass) plan() *plan {
	if p.planned == nil {
		p.planned = p.makePlan()
	}
	if p.planned.stage == nil {
		return nil
	}
	return p.planned
}

func (p *Pass) makePlan() *plan {
	s := p.Graph.Final()
	if s.End().User.Root() == stage.No {
		return &plan{}
	}
	pl := &plan{stage: s}
	pl.at, pl.user = p.boundary(s)
	if pl.user != nil {
		pl.asUser = s.Before(pl.user).User.Root() == stage.No
	}
	if pl.reason = p.withheld(); pl.reason != nil {
		return pl
	}
	pl.safety = Safe
	if p.identify(pl); pl.safety == NoFix {
		return pl
	}
	p.edit(pl)
	if pl.reason == nil {
		pl.reason = p.doubt(pl)
	}
	if pl.reason != nil {
		pl.safety = Unsafe
	}
	return pl
}

// boundary finds the place in the final stage below which nothing needs root:
// behind the last RUN that root runs, and behind a copy that replaces the files of
// the system, among them /etc/passwd. A USER below it that sets root is returned as
// well.
func (p *Pass) boundary(s *stage.Stage) (at int, user *parser.Instruction) {
	systems := map[*parser.Instruction]bool{}
	for _, t := range p.transfers() {
		systems[t.In] = t.Dest == "/etc/passwd" || t.Dest == "/etc" || t.Dest == "/" && (t.systemTree() || s.Root().Ref == "scratch" && t.Dir)
	}
	for i, in := range s.Instructions {
		switch {
		case systems[in], in.Name == "run" && s.Before(in).User.Root() != stage.No:
			at, user = i+1, nil
		case in.Name == "user":
			user = in
		}
	}
	if user != nil {
		at = user.Index - s.Instructions[0].Index
	}
	return at, user
}

// identity is who the image will run as.
type identity struct {
	Name    string
	UID     int
	GID     int
	Home    string
	Create  bool   // the account has to be made
	Spec    string // for USER
	Owner   string // for --chown below the boundary
	Numeric string // for --chown above it, and chown; "" if the numbers are not known
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
	if u := p.earlier(pl.stage); u != nil && p.adopt(pl, u.Account, u) {
		return
	}
	if a := p.unused(); a != nil && p.adopt(pl, a, nil) {
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

// adopt takes an account that exists. Where the file leaves its numbers to
// chance it gives them, and says no if it cannot.
func (p *Pass) adopt(pl *plan, a *stage.Account, u *stage.User) bool {
	if u != nil && u.UID.Known && u.GID.Known && (a == nil || u.Group != "") {
		pl.who = p.fixed(u.Name, u.UID.N, u.GID.N, "")
		if a != nil {
			pl.who.Home = a.Home
		}
	} else if a == nil {
		if u == nil || u.Name == "" {
			return false
		}
		pl.safety = NoFix
		pl.reason = reason(unknownBase, u.At, "USER %s was in force before root, but its numbers are not known (no account of that name is created in the file, and %s says nothing of it): set USER back to it by hand, below the last RUN", u.Spec, pl.stage.BaseName())
		return true
	} else {
		uid, gid, edits, ok := p.giveIDs(a)
		if !ok {
			return false
		}
		pl.edits = append(pl.edits, edits...)
		pl.who = p.fixed(a.Name, uid, gid, a.Home)
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
	for n := 1; st.Taken("", uid) || st.Taken("", gid) || makes && st.Taken(name, -1); n++ {
		if st.Taken(name, -1) {
			name = fmt.Sprintf("%s%d", o.User, n)
		}
		if st.Taken("", uid) || st.Taken("", gid) {
			uid, gid = uid+1, gid+1
		}
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

// edit makes the edits of a plan.
func (p *Pass) edit(pl *plan) {
	chowns, hazard := []source.Edit(nil), (*Reason)(nil)
	if !p.windows() {
		chowns, hazard = p.chownEdits(pl.at, pl.who)
	}
	if len(chowns) > 0 {
		pl.said = append(pl.said, fmt.Sprintf("give it the files of %d %s", len(chowns), plural(len(chowns), "COPY", "COPYs")))
	}
	pl.edits = append(pl.edits, chowns...)
	var block []string
	if pl.who.Create {
		block = append(block, fmt.Sprintf("# Create the account %s with a fixed UID and GID.", pl.who.Name), p.run(pl, p.accountCommand(pl.stage, pl.who)))
	}
	dirs, before := p.directories(pl)
	if len(dirs) > 0 {
		block = append(block, "# Let it write to its own directories.", p.run(pl, giveCommand(dirs, pl.who)))
		pl.said = append(pl.said, "let it write to "+strings.Join(names(dirs), ", "))
	}
	for in, list := range before {
		pl.edits = append(pl.edits, p.File.InsertBefore(in, "# Let the process write to its volume; what follows VOLUME would be lost.", p.run(pl, giveCommand(list, pl.who))))
		pl.said = append(pl.said, "let it write to "+strings.Join(names(list), ", "))
	}
	block = append(block, p.userLines(pl)...)
	if moved, ok := p.relocate(pl); ok {
		block = append(block, "WORKDIR "+pl.who.Home)
		pl.edits = append(pl.edits, moved...)
		pl.said = append(pl.said, "move the program to "+pl.who.Home)
	}
	p.insert(pl, block)
	if hazard != nil {
		pl.reason = hazard
	}
}

// userLines are the USER instruction and its comment; none where an existing
// USER gets another argument.
func (p *Pass) userLines(pl *plan) []string {
	comment := "# Run as " + pl.who.Name + "; by number, so that Kubernetes can verify runAsNonRoot."
	switch {
	case p.windows():
		comment = "# Run without administrator's rights."
	case pl.who.Name == "":
		comment = "# Run as an unprivileged user; by number, so that Kubernetes can verify runAsNonRoot."
	case p.Options.NamedUser:
		comment = "# Run as " + pl.who.Name + " instead of root."
	}
	if pl.user != nil {
		return nil
	}
	return []string{comment, "USER " + pl.who.Spec}
}

// insert puts the block at the boundary.
func (p *Pass) insert(pl *plan, block []string) {
	if pl.user != nil {
		if e, ok := pl.user.ReplaceArg(0, pl.who.Spec); ok {
			pl.edits = append(pl.edits, e)
		} else {
			pl.reason = reason(opaque, pl.user, "USER in line %d cannot be edited", pl.user.Line)
		}
	}
	if len(block) == 0 {
		return
	}
	pl.edits = append(pl.edits, p.insertAt(pl.stage, pl.at, block)...)
}

// run writes a RUN; where the shell in force is not a POSIX one, in exec form.
func (p *Pass) run(pl *plan, command string) string {
	if p.stateAt(pl.at).Shell.Kind == stage.Posix {
		return "RUN " + command
	}
	return fmt.Sprintf("RUN [\"/bin/sh\", \"-c\", %q]", command)
}

// accountCommand creates an account in the manner of the distribution.
func (p *Pass) accountCommand(s *stage.Stage, w identity) string {
	shell := p.Options.Shell
	or := func(fallback string) string {
		if shell != "" {
			return shell
		}
		return fallback
	}
	switch s.Tools() {
	case image.BusyBoxTools:
		return fmt.Sprintf("addgroup -g %d %s && adduser -D -u %d -G %s -h %s -s %s %s", w.GID, w.Name, w.UID, w.Name, w.Home, or("/sbin/nologin"), w.Name)
	case image.ShadowTools:
		return fmt.Sprintf("groupadd -g %d %s && useradd -l -u %d -g %d -m -d %s -s %s %s", w.GID, w.Name, w.UID, w.GID, w.Home, or("/usr/sbin/nologin"), w.Name)
	}
	return fmt.Sprintf("echo '%s:x:%d:' >> /etc/group && echo '%s:x:%d:%d::%s:%s' >> /etc/passwd && mkdir -p %s && chown %s %s",
		w.Name, w.GID, w.Name, w.UID, w.GID, w.Home, or("/sbin/nologin"), w.Home, w.Numeric, w.Home)
}

// giveCommand makes directories and gives them, and files, to the account.
func giveCommand(list []touch, w identity) string {
	var dirs, all []string
	for _, t := range list {
		if !t.File {
			dirs = append(dirs, quote(t.Path))
		}
		all = append(all, quote(t.Path))
	}
	chown := "chown " + w.Numeric + " " + strings.Join(all, " ")
	if len(dirs) == 0 {
		return chown
	}
	return "mkdir -p " + strings.Join(dirs, " ") + " && " + chown
}

var plain = regexp.MustCompile(`^[\w./@+:,-]+$`)

func quote(name string) string {
	if plain.MatchString(name) {
		return name
	}
	return "'" + strings.ReplaceAll(name, "'", `'\''`) + "'"
}

func names(list []touch) []string {
	out := make([]string, len(list))
	for i, t := range list {
		out[i] = t.Path
	}
	return out
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// directories lists what the process may have to write to: at the boundary, and
// above a VOLUME that stands before it, because what follows a VOLUME is lost
// with the classic builder.
func (p *Pass) directories(pl *plan) (here []touch, before map[*parser.Instruction][]touch) {
	before = map[*parser.Instruction][]touch{}
	if p.windows() || p.hasShell() != stage.Yes || pl.asUser || pl.who.Numeric == "" {
		return nil, before
	}
	end, tr := pl.stage.End(), p.traces()
	seen := map[string]bool{pl.who.Home: pl.who.Create}
	add := func(t touch) {
		if !seen[t.Path] && (pl.who.Create || !tr.owned(t.Path)) {
			seen[t.Path] = true
			here = append(here, t)
		}
	}
	for _, v := range end.Volumes {
		if v.At == nil || !volumeDir(v.Path) || seen[v.Path] || !pl.who.Create && tr.owned(v.Path) {
			continue
		}
		if !p.isBelow(v.At, pl.stage, pl.at) {
			seen[v.Path] = true
			before[v.At] = append(before[v.At], touch{Path: v.Path})
		}
	}
	if d := end.WorkDir; d.At != nil && d.Known && ownable(d.Path) && d.Path != pl.stage.Facts.WorkDir {
		add(touch{Path: d.Path})
	}
	for _, v := range end.Volumes {
		if v.At != nil && volumeDir(v.Path) {
			add(touch{Path: v.Path})
		}
	}
	for _, m := range tr.made {
		if p.writable(m, end.WorkDir) {
			for _, dir := range parents(m.Path, end.WorkDir) {
				add(touch{Path: dir})
			}
			add(m)
		}
	}
	if end.WorkDir.At == nil {
		for _, t := range p.transfers() {
			if t.Dir && ownable(t.Dest) && !system(t.Dest) && t.Chown == "" {
				add(touch{Path: t.Dest})
			}
		}
	}
	return here, before
}

// volumeDir reports whether a volume is a directory to give away.
func volumeDir(dir string) bool {
	return ownable(dir) && !strings.HasSuffix(dir, ".sock") && !within(dir, "/tmp")
}

// writable reports whether something that a RUN makes is for the process to
// write to: below the working directory, or where data is kept.
func (p *Pass) writable(m touch, work stage.Dir) bool {
	if p.traces().gone(m) || m.File && !p.stays(m) {
		return false
	}
	if work.At != nil && work.Known && ownable(work.Path) && below(m.Path, work.Path) {
		return true
	}
	for _, d := range []string{"/var/lib", "/var/log", "/var/spool", "/var/www", "/srv"} {
		if below(m.Path, d) {
			return !managerDirs.MatchString(m.Path)
		}
	}
	return !m.File && !system(m.Path) && !within(m.Path, "/tmp") && !within(m.Path, "/home") && !within(m.Path, "/var")
}

// stays reports whether a file that a RUN makes is still there afterwards: only
// what is sure to exist can be given away without breaking the build.
func (p *Pass) stays(m touch) bool {
	for _, in := range p.runs() {
		for _, c := range p.calls(in) {
			if in == m.At && !c.Always && strings.Contains(strings.Join(texts(c), " "), path.Base(m.Path)) {
				return false
			}
			if c.Name == "mv" && strings.Contains(strings.Join(texts(c), " "), path.Base(m.Path)) {
				return false
			}
		}
	}
	return true
}

func texts(c stage.Call) []string {
	out := make([]string, len(c.Args))
	for i, a := range c.Args {
		out[i] = a.Text
	}
	return out
}

// parents lists the directories between the working directory and a path.
func parents(name string, work stage.Dir) []string {
	if work.At == nil || !below(name, work.Path) {
		return nil
	}
	var out []string
	for dir := path.Dir(name); below(dir, work.Path); dir = path.Dir(dir) {
		out = append([]string{dir}, out...)
	}
	return out
}

// volumeWithoutShell finds a VOLUME that nothing in the file can prepare.
func (p *Pass) volumeWithoutShell(pl *plan) *parser.Instruction {
	if p.hasShell() == stage.Yes && !pl.asUser {
		return nil
	}
	for _, s := range p.Graph.Chain() {
		for _, in := range s.Instructions {
			if _, ok := in.Cmd.(*instructions.VolumeCommand); ok {
				return in
			}
		}
	}
	return nil
}
