package checks

import (
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// volumes are the directories of a VOLUME above the boundary.
type volumes struct {
	at   *parser.Instruction
	dirs []touch
}

// directories lists what the process may have to write to: at the boundary, and
// above a VOLUME that stands before it, because what follows a VOLUME is lost
// with the classic builder.
func (p *Pass) directories(pl *plan) (here []touch, before []volumes) {
	if p.windows() || p.hasShell() != stage.Yes || pl.asUser || pl.who.Numeric == "" {
		return nil, nil
	}
	end, tr := pl.stage.End(), p.traces()
	seen := map[string]bool{pl.who.Home: pl.who.Create || pl.who.Host}
	for _, g := range pl.gifts {
		seen[g.dir] = true
	}
	add := func(t touch) {
		if t.At != nil && pl.givenIn(t.At, t.Path) {
			return
		}
		if r := p.recipe(); r != nil && pl.who.is(p.serverAccount()) && r.keeps(t.Path) {
			return
		}
		if !seen[t.Path] && (pl.who.Create || !tr.owned(t.Path)) {
			seen[t.Path] = true
			here = append(here, t)
		}
	}
	if pl.raised != nil {
		for _, dir := range pl.raised.dirs {
			add(touch{Path: dir})
		}
	}
	for _, v := range end.Volumes {
		if v.At == nil || !volumeDir(v.Path) || seen[v.Path] || !pl.who.Create && tr.owned(v.Path) {
			continue
		}
		if !p.isBelow(v.At, pl.stage, pl.at) {
			seen[v.Path] = true
			if n := len(before); n == 0 || before[n-1].at != v.At {
				before = append(before, volumes{at: v.At})
			}
			last := &before[len(before)-1]
			last.dirs = append(last.dirs, touch{Path: v.Path})
			if tr.ownedAfter(v.Path, v.At.Index) { // by somebody else, whom BuildKit would leave it to
				here = append(here, touch{Path: v.Path})
			}
		}
	}
	for _, t := range p.recipeTouches() {
		add(t)
	}
	for _, t := range p.programPlaces() {
		add(t)
	}
	for _, t := range slices.Concat(p.logDirs(), p.dataFlags()) {
		add(t)
	}
	if home := p.missingHome(pl); home != "" {
		add(touch{Path: home})
	}
	if dir := p.denoDir(); dir != "" {
		add(touch{Path: dir})
	}
	if tmp := p.releaseTmp(); tmp != "" {
		add(touch{Path: tmp})
	}
	if d := end.WorkDir; d.Known && (pl.who.Host || d.At != nil && p.ownWork(d) && d.Path != pl.stage.Facts.WorkDir) {
		add(touch{Path: d.Path})
	}
	for _, t := range p.transfers() {
		if t.Chown == "" && p.holdsProgram(t) {
			add(touch{Path: t.Dest}) // a mkdir of the working directory makes it as root
		}
	}
	for _, v := range end.Volumes {
		if v.At != nil && volumeDir(v.Path) {
			add(touch{Path: v.Path})
		}
	}
	for _, d := range append(p.pidDirs(pl), p.builtLogs(end.WorkDir)...) {
		add(d)
	}
	for _, m := range tr.made {
		if top, ok := p.writableBelow(pl, m); ok && !p.runsAsAccount(pl, m.At) {
			for _, dir := range parents(m.Path, top) {
				add(touch{Path: dir})
			}
			add(m)
		}
	}
	if end.WorkDir.At == nil {
		for _, t := range p.transfers() {
			if t.Dir && ownable(t.Dest) && !system(t.Dest) && t.Chown == "" && !strings.HasPrefix(t.Dest, entryDirs) {
				add(touch{Path: t.Dest})
			}
		}
	}
	return here, before
}

// writableBelow reports whether something that a RUN makes is for the process to write
// to, and below which directory those above it are too.
func (p *Pass) writableBelow(pl *plan, m touch) (top stage.Dir, ok bool) {
	if pl.who.Host && below(m.Path, pl.who.Home) && printable(m.Path) && !p.traces().gone(m) && (!m.File || p.stays(m)) {
		return stage.Dir{Path: pl.who.Home, Known: true, At: m.At}, true
	}
	top, ok = pl.stage.End().WorkDir, p.writable(m, pl.stage.End().WorkDir)
	if top.At == nil || !below(m.Path, top.Path) {
		top = p.copiedAbove(m)
	}
	return top, ok
}

// copiedAbove is the directory that a copy fills, in which a RUN then makes something:
// mkdir -p makes those between as root too.
func (p *Pass) copiedAbove(m touch) (top stage.Dir) {
	for _, t := range p.transfers() {
		if t.Dir && t.In.Index < m.At.Index && ownable(t.Dest) && !system(t.Dest) && below(m.Path, t.Dest) && (top.At == nil || below(top.Path, t.Dest)) {
			top = stage.Dir{Path: t.Dest, Known: true, At: m.At}
		}
	}
	return top
}

// entryDirs are where entrypoints of official images look for scripts, which they
// only read.
const entryDirs = "/docker-entrypoint"

// runsAsAccount reports whether a plan lets the account run a RUN, which root runs
// now.
func (p *Pass) runsAsAccount(pl *plan, in *parser.Instruction) bool {
	return pl.raised != nil && p.isBelow(in, pl.stage, pl.at)
}

// volumeDir reports whether a volume is a directory to give away.
func volumeDir(dir string) bool {
	return ownable(dir) && !strings.HasSuffix(dir, ".sock") && !within(dir, "/tmp")
}

// writable reports whether something that a RUN makes is for the process to
// write to: below the working directory, or where data is kept.
func (p *Pass) writable(m touch, work stage.Dir) bool {
	if r := p.recipe(); r != nil && r.Roots != "" && within(m.Path, r.Roots) || strings.HasPrefix(m.Path, entryDirs) {
		return false
	}
	if !printable(m.Path) || p.traces().gone(m) || m.File && !p.stays(m) {
		return false
	}
	if work.At != nil && work.Known && ownable(work.Path) && below(m.Path, work.Path) {
		return true
	}
	for _, d := range []string{"/var/lib", "/var/log", "/var/cache", "/var/spool", "/var/www", "/srv", "/opt", "/run", "/var/run", "/usr/src"} {
		if below(m.Path, d) {
			return !managerDirs.MatchString(m.Path)
		}
	}
	for _, tmp := range []string{"/tmp", "/var/tmp"} {
		if below(m.Path, tmp) { // which is sticky: what root left there is nobody else's to change
			return !m.File || path.Dir(m.Path) != tmp
		}
	}
	if below(m.Path, "/usr/local") {
		return !usrLocal[strings.SplitN(m.Path, "/", 5)[3]]
	}
	return !m.File && !system(m.Path) && m.Path != "/tmp" && !within(m.Path, "/home") && !within(m.Path, "/var")
}

// usrLocal are the directories below /usr/local that are not a program's own; ""
// is /usr/local itself.
var usrLocal = map[string]bool{"": true, "bin": true, "etc": true, "games": true, "include": true, "lib": true, "lib64": true, "libexec": true, "man": true, "sbin": true, "share": true, "src": true}

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
