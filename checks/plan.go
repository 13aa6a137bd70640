package checks

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/source"
	"github.com/dfharden/dfharden/stage"
)

// plan is how an image that runs as root gets a user: the fix of root-user, of
// which other rules show their part.
type plan struct {
	stage   *stage.Stage
	at      int                 // the block goes above stage.Instructions[at], at the end if there is none
	user    *parser.Instruction // a USER that sets root below the boundary: its argument is replaced
	asUser  bool                // user stands where another user is in force, so that no RUN can go above it
	who     identity
	raised  *raise // the boundary stands above RUNs that need no root
	hazard  *Reason
	edits   []source.Edit
	moved   bool     // the program moves from / to the account's home
	project bool     // … with the RUNs that build it, by a WORKDIR
	homed   bool     // HOME is set to the account's
	gifts   []gift   // directories that RUNs above the boundary give to the account
	given   []touch  // directories and files that the fix gives to the account
	said    []string // what the fix does, for its message
	safety  Safety   // NoFix: withheld
	reason  *Reason
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
		if moved := p.movedHome(pl); moved != nil {
			return moved
		}
		return pl
	}
	if pl.reason = p.supposedRoot(); pl.reason != nil {
		return pl
	}
	pl.safety = Safe
	if p.fill(pl); pl.safety == NoFix {
		p.alsoBase(pl)
		return pl
	}
	if high := p.raised(pl); high != nil {
		return high
	}
	if high := p.movedProject(pl); high != nil {
		return high
	}
	if high := p.handedOver(pl); high != nil {
		return high
	}
	return pl
}

// fill makes the plan for a boundary that is found.
func (p *Pass) fill(pl *plan) {
	if p.identify(pl); pl.safety == NoFix {
		return
	}
	if r := p.derivedAccounts(pl, pl.stage); r != nil {
		pl.safety, pl.reason = NoFix, r
		return
	}
	p.edit(pl)
	if pl.reason == nil {
		pl.reason = p.doubt(pl)
	}
	if pl.reason != nil {
		pl.safety = Unsafe
	}
}

// alsoBase says of an image whose account is not known that others are built on it, if
// so: it is left alone in any case.
func (p *Pass) alsoBase(pl *plan) {
	r := p.forOthers(pl.stage)
	if r == nil {
		r = p.supposedStart()
	}
	if r != nil && pl.reason.Code == unknownBase {
		pl.reason.Code, pl.reason.Message = baseImage, r.Message+"; "+pl.reason.Message
	}
}

// boundary finds the place in the final stage below which root runs nothing:
// behind the last RUN that root runs (raised may go above it), and behind a copy that replaces the files of
// the system, among them /etc/passwd. A USER below it that sets root is returned as
// well.
func (p *Pass) boundary(s *stage.Stage) (at int, user *parser.Instruction) {
	systems := map[*parser.Instruction]bool{}
	for _, t := range p.transfers() {
		systems[t.In] = p.replacesSystem(t)
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

// replacesSystem reports whether a copy replaces files of the system, accounts
// among them.
func (p *Pass) replacesSystem(t transfer) bool {
	scratch := p.Graph.Final().Root().Ref == "scratch"
	return t.Dest == "/etc/passwd" || t.Dest == "/etc" || t.Dest == "/" && (t.systemTree() || scratch && t.Dir)
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
	p.editGifts(pl)
	var block []string
	if pl.who.Create {
		block = append(block, fmt.Sprintf("# Create the account %s with a fixed UID and GID.", pl.who.Name), p.run(pl, p.accountCommand(pl.stage, pl.who)))
	}
	dirs, before := p.directories(pl)
	pl.given = append(pl.given, dirs...)
	if len(dirs) > 0 {
		block = append(block, "# Let it write to its own directories.", p.run(pl, giveCommand(dirs, pl.who)))
		pl.said = append(pl.said, "let it write to "+strings.Join(names(dirs), ", "))
	}
	for _, v := range before {
		pl.given = append(pl.given, v.dirs...)
		pl.edits = append(pl.edits, p.File.InsertBefore(v.at, "# Let the process write to its volume; what follows VOLUME would be lost.", p.run(pl, giveCommand(v.dirs, pl.who))))
		pl.said = append(pl.said, "let it write to "+strings.Join(names(v.dirs), ", "))
	}
	if command := p.uncapable(); command != "" {
		block = append(block, "# Let it start without any capability: it opens no port below 1024.", p.run(pl, command))
		pl.said = append(pl.said, "take away the file capability of "+p.recipe().Capable)
	}
	block = append(block, p.userLines(pl)...)
	moved, ok := p.relocate(pl)
	if pl.project {
		moved, ok = nil, true
	}
	if ok {
		pl.moved = true
		block = append(block, "WORKDIR "+pl.who.Home)
		pl.edits = append(pl.edits, moved...)
		pl.said = append(pl.said, "move the program to "+pl.who.Home)
	} else if p.startsHome(pl) || p.servesHome(pl) {
		pl.moved = true
		block = append(block, "WORKDIR "+pl.who.Home)
		pl.said = append(pl.said, "let it start in "+pl.who.Home)
	}
	if pl.raised != nil && pl.raised.runs() {
		pl.said = append(pl.said, pl.raised.said())
	}
	p.insert(pl, block)
	p.keepDerived(pl)
	pl.reason, pl.hazard = cmp.Or(hazard, pl.reason), hazard
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
	lines := []string{comment, "USER " + pl.who.Spec}
	if home := p.foreignHome(pl); home != "" {
		pl.homed = true
		pl.said = append(pl.said, "set HOME to its home (the base image has "+home+")")
		lines = append(lines, "ENV HOME="+pl.who.Home)
	}
	return lines
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
	if p.stateAt(pl.at).User.Root() == stage.Unknown && hasRun(block) {
		block = append([]string{"# The next steps need root, and who the base image runs as is not known.", "USER 0"}, block...)
	}
	pl.edits = append(pl.edits, p.insertAt(pl.stage, pl.at, block)...)
}

func hasRun(lines []string) bool {
	return slices.ContainsFunc(lines, func(line string) bool { return strings.HasPrefix(line, "RUN ") })
}

// run writes a RUN; where the shell in force is not a POSIX one, in exec form.
func (p *Pass) run(pl *plan, command string) string {
	if p.stateAt(pl.at).Shell.Kind == stage.Posix {
		return "RUN " + command
	}
	return fmt.Sprintf("RUN [\"/bin/sh\", \"-c\", %q]", command)
}
