package checks

import (
	"path"
	"regexp"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/source"
	"github.com/dfharden/dfharden/stage"
)

// transfer is a COPY or ADD of the image.
type transfer struct {
	In      *parser.Instruction
	Stage   *stage.Stage
	State   stage.State
	From    string // --from
	Chown   string // --chown
	Link    bool
	Sources []string
	Dest    string // absolute; "" is unknown
	Dir     bool   // the destination is a directory for certain
}

// transfers lists the COPY and ADD instructions of the image, in order.
func (p *Pass) transfers() []transfer {
	var out []transfer
	for _, s := range p.Graph.Chain() {
		for _, in := range s.Instructions {
			t := transfer{In: in, Stage: s}
			var paths instructions.SourcesAndDest
			switch c := in.Cmd.(type) {
			case *instructions.CopyCommand:
				t.From, t.Chown, t.Link, paths = c.From, c.Chown, c.Link, c.SourcesAndDest
			case *instructions.AddCommand:
				t.Chown, t.Link, paths = c.Chown, c.Link, c.SourcesAndDest
			default:
				continue
			}
			t.State = s.Before(in)
			t.Sources = paths.SourcePaths
			t.Dest = t.State.Abs(paths.DestPath)
			t.Dir = strings.HasSuffix(paths.DestPath, "/") || paths.DestPath == "." || len(t.Sources)+len(paths.SourceContents) > 1
			for _, src := range t.Sources {
				t.Dir = t.Dir || src == "." || strings.HasSuffix(src, "/") || strings.HasSuffix(src, "/.")
			}
			out = append(out, t)
		}
	}
	return out
}

// Below reports whether an instruction stands below a place of the final stage.
func (p *Pass) isBelow(in *parser.Instruction, s *stage.Stage, at int) bool {
	return s == p.Graph.Final() && (at >= len(s.Instructions) || in.Index >= s.Instructions[at].Index) && at < len(s.Instructions)
}

// systemTree reports whether a copy from another stage brings a tree of system
// files, whose owners are its own.
func (t transfer) systemTree() bool {
	if t.From == "" {
		return t.Dest == "/" && t.addsArchive()
	}
	return t.Dest == "/" && t.Dir || systemRoot[t.Dest]
}

func (t transfer) addsArchive() bool {
	if t.In.Name != "add" {
		return false
	}
	for _, src := range t.Sources {
		for _, ext := range []string{".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".tar.zst"} {
			if strings.HasSuffix(src, ext) {
				return true
			}
		}
	}
	return false
}

var systemRoot = map[string]bool{"/bin": true, "/etc": true, "/lib": true, "/lib64": true, "/opt": true, "/sbin": true, "/usr": true, "/usr/bin": true, "/usr/lib": true,
	"/usr/lib64": true, "/usr/sbin": true, "/usr/local": true, "/usr/local/lib": true, "/usr/share": true, "/var": true, "/var/lib": true, "/dev": true, "/run": true}

// own reports whether a copy that root makes brings the program's own files: to
// the working directory or below it, to the user's home, or, without a working
// directory, to a path that the command names.
func (p *Pass) own(t transfer, home string) bool {
	if t.Dest == "" {
		return false
	}
	end := p.Graph.Final().End()
	for _, dir := range []stage.Dir{t.State.WorkDir, end.WorkDir} {
		if dir.At != nil && dir.Known && ownable(dir.Path) && within(t.Dest, dir.Path) {
			return true
		}
	}
	if home != "" && home != "/" && home != "/root" && within(t.Dest, home) {
		return true
	}
	if system(t.Dest) || end.WorkDir.At != nil {
		return t.Dest == "/" && end.WorkDir.At == nil && p.namesBase(t)
	}
	return p.named(t.Dest)
}

// named reports whether ENTRYPOINT or CMD names a path or something below it.
func (p *Pass) named(name string) bool {
	for _, in := range p.commands() {
		for _, c := range p.calls(in) {
			for _, a := range append([]stage.Arg{{Text: c.Path, Known: true}}, c.Args...) {
				if strings.HasPrefix(a.Text, "/") && within(path.Clean(a.Text), name) || path.Join("/", a.Text) == name {
					return true
				}
			}
		}
	}
	return false
}

// namesBase reports whether a command names one of the files that are copied to
// the root directory.
func (p *Pass) namesBase(t transfer) bool {
	for _, src := range t.Sources {
		if base := path.Base(src); base != "." && base != "/" && p.named("/"+base) {
			return true
		}
	}
	return false
}

var neverOwned = map[string]bool{"/usr/src": true, "/usr/local": true, "/usr/bin": true, "/usr/sbin": true, "/usr/lib": true, "/usr/lib64": true, "/usr/share": true,
	"/usr/include": true, "/usr/libexec": true, "/usr/local/bin": true, "/usr/local/lib": true, "/usr/local/sbin": true, "/usr/local/share": true, "/usr/local/etc": true,
	"/usr/local/src": true, "/usr/local/include": true}

// ownable reports whether a directory can be given to the account: it is not one
// of the distribution's own.
func ownable(dir string) bool {
	if dir == "" || standardDirs[dir] || neverOwned[dir] || managerDirs.MatchString(dir) {
		return false
	}
	for _, d := range systemDirs {
		if dir == d {
			return false
		}
	}
	for _, d := range []string{"/bin", "/boot", "/dev", "/etc", "/lib", "/lib64", "/proc", "/root", "/run", "/sbin", "/sys", "/var/run"} {
		if below(dir, d) {
			return false
		}
	}
	return true
}

// chownEdits gives the copies of the image their owner: all below the boundary,
// above it those of the program's own files. owner is for those below, numeric
// for the others.
func (p *Pass) chownEdits(at int, who identity) ([]source.Edit, *Reason) {
	var edits []source.Edit
	var hazard *Reason
	for _, t := range p.transfers() {
		belowUser := p.isBelow(t.In, t.Stage, at)
		if !p.wantsChown(t, belowUser, who.Home) {
			continue
		}
		if r := p.ownerHazard(t, at); r != nil && !belowUser {
			hazard = r
			continue
		}
		owner := who.Numeric
		if belowUser && !t.Link && who.Owner != "" {
			owner = who.Owner
		}
		if owner == "" {
			continue
		}
		if e, ok := t.In.SetFlag("chown", owner); ok {
			edits = append(edits, e)
		}
	}
	return edits, hazard
}

// wantsChown reports whether a copy should name an owner.
func (p *Pass) wantsChown(t transfer, belowUser bool, home string) bool {
	if t.Chown != "" || t.systemTree() || t.In.Opaque != "" {
		return false
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
	if !whole || t.From != "" {
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
	case "make", "gmake", "goreleaser", "task", "just":
		return true
	}
	return false
}
