package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// gift is a directory that a RUN of root's fills, and gives to the account at its end:
// in the same layer, so that nothing is stored twice.
type gift struct {
	at  *parser.Instruction
	dir string
}

// handedOver plans the boundary where it is, and lets RUNs above it give to the account
// what they unpack or clone. Taken where a RUN needs root besides, so that raised cannot
// go above it, and only where that settles what the process may have to write to; nil
// otherwise.
func (p *Pass) handedOver(low *plan) *plan {
	if low.asUser || low.who.Numeric == "" {
		return nil
	}
	gifts := p.gifts(low)
	if len(gifts) == 0 || p.rootsWork(low) == nil {
		return nil
	}
	high := &plan{stage: low.stage, at: low.at, user: low.user, asUser: low.asUser, gifts: gifts, safety: Safe}
	if p.fill(high); p.rootsWork(high) != nil {
		return nil
	}
	return high
}

// gifts lists what RUNs above the boundary can give to the account.
func (p *Pass) gifts(pl *plan) []gift {
	var gifts []gift
	for _, in := range pl.stage.Instructions[:min(pl.at, len(pl.stage.Instructions))] {
		if in.Name != "run" || pl.stage.Before(in).User.Root() != stage.Yes || pl.stage.Before(in).Shell.Kind != stage.Posix {
			continue
		}
		for _, c := range p.calls(in) {
			dir := tree(c)
			if dir == "" || p.leavesFiles(pl, in, c) == "" {
				continue
			}
			if p.giftable(pl, in, c, dir) && !slices.ContainsFunc(gifts, func(g gift) bool { return g.at == in && within(dir, g.dir) }) {
				gifts = append(gifts, gift{in, dir})
			}
		}
	}
	return gifts
}

// leavesFiles describes a call that leaves files below the working directory, or one that
// a RUN gives away, of which it is not known that the process only reads them; "" if it
// does not.
func (p *Pass) leavesFiles(pl *plan, in *parser.Instruction, c stage.Call) string {
	what := projectRun(c, p.Graph.Final().End().WorkDir)
	if what == "" {
		what = p.hooks(c)
	}
	if what == "" {
		what = p.installsBelow(pl, in, c)
	}
	for _, g := range pl.gifts {
		if what == "" {
			what = projectRun(c, stage.Dir{Path: g.dir, Known: true, At: g.at})
		}
	}
	if what == "" || p.unpacksApart(in, c) || p.cachesLaravel(c) || getsRoadRunner(c) || buildsSwow(c) {
		return ""
	}
	return what
}

// tree is the directory that a call fills with what it clones or unpacks, "" if it does
// something else.
func tree(c stage.Call) string {
	switch {
	case c.Name == "git" && c.Sub() == "clone":
		dir, _ := cloneTarget(c)
		return dir
	case c.Name == "tar" && extracts(c) && !hasPrefix(c, "--one-top-level") && !hasLetter(c, 'P', "--absolute-names"):
		return extractDir(c)
	case (c.Name == "unzip" || c.Name == "bsdtar") && !glued(c, "-d", "-C", "--directory"):
		for i, a := range c.Args {
			if (a.Text == "-d" || a.Text == "-C" || a.Text == "--directory") && i+1 < len(c.Args) {
				return c.Abs(c.Args[i+1])
			}
		}
		return c.Dir
	}
	return ""
}

// hands reports whether a RUN gives what a call leaves to the account at its end.
func (pl *plan) hands(in *parser.Instruction, c stage.Call) bool {
	dir := tree(c)
	if dir == "" {
		dir = c.Dir
	}
	for _, op := range c.Operands() {
		if strings.HasPrefix(op.Text, "/") && !pl.givenIn(in, c.Abs(op)) && tree(c) == "" {
			return false
		}
	}
	return pl.givenIn(in, dir)
}

// givenIn reports whether a RUN gives a path to the account.
func (pl *plan) givenIn(in *parser.Instruction, name string) bool {
	return slices.ContainsFunc(pl.gifts, func(g gift) bool { return g.at == in && within(name, g.dir) })
}

// editGifts lets the RUNs give their directories away.
func (p *Pass) editGifts(pl *plan) {
	for i, g := range pl.gifts {
		if i > 0 && pl.gifts[i-1].at == g.at {
			continue
		}
		var dirs []string
		for _, other := range pl.gifts[i:] {
			if other.at == g.at {
				dirs = append(dirs, other.dir)
				pl.given = append(pl.given, touch{Path: other.dir, At: g.at, Recursive: true})
			}
		}
		e, ok := g.at.Then("chown -Rh " + pl.who.Numeric + " " + strings.Join(dirs, " "))
		if !ok {
			pl.reason = reason(opaque, g.at, "RUN in line %d cannot be edited", g.at.Line)
			continue
		}
		pl.edits = append(pl.edits, e)
		pl.said = append(pl.said, fmt.Sprintf("let the RUN in line %d give it %s", g.at.Line, strings.Join(dirs, " and ")))
	}
}
