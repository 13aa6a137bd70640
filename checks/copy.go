package checks

import (
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/dfharden/dfharden/parser"
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
	if p.copies != nil {
		return p.copies
	}
	out := []transfer{}
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
	p.copies = out
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
	return t.Dest == "/" && t.Dir || systemRoot[t.Dest] && !(t.Dest == t.State.WorkDir.Path && t.State.WorkDir.At != nil && bareDirs[t.Dest])
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

var systemRoot = wordSet(`
	/bin /etc /lib /lib64 /opt /sbin /usr /usr/bin /usr/lib /usr/lib64 /usr/sbin /usr/local /usr/local/lib
	/usr/share /var /var/lib /dev /run
`)

// own reports whether a copy that root makes brings the program's own files: to
// the working directory, below it or to one that holds it, to the user's home, or to a
// path that the command names, without a working directory or with the project's tree.
func (p *Pass) own(t transfer, home string) bool {
	if t.Dest == "" {
		return false
	}
	if p.servers(t.Dest) {
		return true
	}
	if r := p.recipe(); r != nil && r.Roots != "" && within(t.Dest, r.Roots) {
		return false
	}
	end := p.Graph.Final().End()
	for _, dir := range []stage.Dir{t.State.WorkDir, end.WorkDir} {
		if dir.Known && p.ownWork(dir) && within(t.Dest, dir.Path) {
			return true
		}
	}
	if home != "" && home != "/" && home != "/root" && within(t.Dest, home) {
		return true
	}
	if p.ownTree(t) {
		return true
	}
	if p.holdsProgram(t) {
		return true
	}
	if end.WorkDir.At != nil || system(t.Dest) && !beside(t.Dest) {
		return t.Dest == "/" && end.WorkDir.At == nil && p.namesBase(t)
	}
	return p.named(t.Dest) || p.imports(t.Dest)
}

// holdsProgram reports whether a copy fills a directory of the project's that the working
// directory, or the program which the command names, lies in: the program may write
// beside itself there.
func (p *Pass) holdsProgram(t transfer) bool {
	work := p.Graph.Final().End().WorkDir
	if !t.Dir || !ownable(t.Dest) || system(t.Dest) || strings.HasPrefix(t.Dest, entryDirs) || p.Graph.Final().Facts.OnBuild {
		return false
	}
	return below(work.Path, t.Dest) || work.At != nil && p.named(t.Dest)
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

// beside reports whether a path is a program's own below /opt or /usr/local.
func beside(name string) bool {
	if below(name, "/usr/local") {
		return !usrLocal[strings.SplitN(name, "/", 5)[3]]
	}
	return below(name, "/opt")
}

// imports reports whether a variable tells an interpreter to look for the program's
// modules in a directory.
func (p *Pass) imports(name string) bool {
	for _, v := range []string{"PYTHONPATH", "NODE_PATH", "CLASSPATH", "RUBYLIB", "PERL5LIB"} {
		value, _ := p.Graph.Final().End().ImageEnv(v)
		for _, dir := range strings.Split(value, ":") {
			if strings.HasPrefix(dir, "/") && (within(path.Clean(dir), name) || within(name, path.Clean(dir))) {
				return true
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

var neverOwned = wordSet(`
	/usr/src /usr/local /usr/bin /usr/sbin /usr/lib /usr/lib64 /usr/share /usr/include /usr/libexec
	/usr/local/bin /usr/local/lib /usr/local/sbin /usr/local/share /usr/local/etc /usr/local/src
	/usr/local/include
`)

// printable reports whether a path can stand in a RUN as it is: it is text, and
// has no control characters and none that a shell would read.
func printable(name string) bool {
	return utf8.ValidString(name) && !strings.ContainsFunc(name, unicode.IsControl) && !strings.ContainsAny(name, "*?[]{}$`\\\"'")
}

// ownable reports whether a directory can be given to the account: it is not one
// of the distribution's own.
func ownable(dir string) bool {
	if dir == "" || standardDirs[dir] || neverOwned[dir] || managerDirs.MatchString(dir) || !printable(dir) {
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

// bareDirs are directories of a distribution that are empty in its images, or hold a
// page that says that a server works. Where a file makes one its working directory it
// is the program's, and nobody else's in the container.
var bareDirs = wordSet(`/run /var/www`)

// ownWork reports whether a working directory can be given to the account. What a
// server of a recipe may write to is said there.
func (p *Pass) ownWork(d stage.Dir) bool {
	return ownable(d.Path) || d.At != nil && bareDirs[d.Path] && p.recipe() == nil
}
