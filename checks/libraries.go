package checks

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// unpacksApart reports whether what a call unpacks or clones is none of the program's
// own places: the sources of a library, a tool that is moved away, or what the
// project's own build packed. No process writes to these.
func (p *Pass) unpacksApart(in *parser.Instruction, c stage.Call) bool {
	if !unpackers[c.Name] && c.Name != "git" {
		return false
	}
	return p.buildsLibrary(in, c) || p.movedAway(in, c) || p.libraryDir(c) || (p.clonedBeside(c) || p.compiledHere() || p.madeHere()) && !p.writesDeeper() || p.ownPackage(in, c)
}

var unpackers = wordSet(`tar unzip bsdtar`)

// archiveEnd is the end of an archive's name.
var archiveEnd = regexp.MustCompile(`\.(zip|tgz|txz|tbz2?|t?ar(\.\w+)?)$`)

// archive is the operand of a call that names an archive; ok is false if there is none.
func archive(c stage.Call) (stage.Arg, bool) {
	for _, a := range c.Args {
		if archiveEnd.MatchString(strings.Trim(a.Text, `"'`)) {
			return a, true
		}
	}
	return stage.Arg{}, false
}

// movedAway reports whether what an archive has, which by custom is one directory
// of its name, is moved to the directories of the system afterwards.
func (p *Pass) movedAway(in *parser.Instruction, c stage.Call) bool {
	from, ok := archive(c)
	if !ok || !unpackers[c.Name] || hasPrefix(c, "--strip") {
		return false
	}
	name := path.Base(strings.Trim(from.Text, `"'`))
	for _, later := range p.runs() {
		for _, m := range p.calls(later) {
			ops := m.Operands()
			if m.Name != "mv" || !m.Always || len(ops) != 2 || later.Index < in.Index || later == in && m.Span.Start < c.Span.Start {
				continue
			}
			moved, to := strings.Trim(path.Base(ops[0].Text), `"'`), m.Abs(ops[1])
			if len(moved) > 2 && strings.HasPrefix(name, moved) && (within(to, "/opt") || within(to, "/usr/local")) && !p.startsFrom(to) {
				return true
			}
		}
	}
	return false
}

// libraryDirs are names of directories that hold what others wrote.
var libraryDirs = wordSet(`vendor third_party third-party 3rdparty libs deps external extern submodules`)

// libraryDir reports whether a call unpacks or clones into a directory for libraries
// below the working directory, out of which nothing is started.
func (p *Pass) libraryDir(c stage.Call) bool {
	dir, ok := extractDir(c), true
	switch c.Name {
	case "git":
		dir, ok = cloneTarget(c)
	case "unzip", "bsdtar":
		return false
	}
	work := p.Graph.Final().End().WorkDir
	if !ok || work.At == nil || !below(dir, work.Path) {
		return false
	}
	first := strings.SplitN(strings.TrimPrefix(dir, work.Path+"/"), "/", 2)[0]
	return libraryDirs[first] && !p.startsFrom(dir)
}

// startsFrom reports whether the command names a file in a directory, or one that is
// not known.
func (p *Pass) startsFrom(dir string) bool {
	for _, c := range p.started() {
		if p.at(c) == nil {
			continue
		}
		if c.Name == "" || strings.Contains(c.Path, "/") && within(c.Abs(stage.Arg{Text: c.Path, Known: true}), dir) {
			return true
		}
		for _, a := range c.Args {
			if strings.Contains(a.Text, "/") && within(c.Abs(a), dir) {
				return true
			}
		}
	}
	return false
}

// clonedBeside reports whether git clones into a directory of its own beside the
// sources, out of which nothing is started, and the project's own make file builds
// what is.
func (p *Pass) clonedBeside(c stage.Call) bool {
	dir, ok := cloneTarget(c)
	work := p.Graph.Final().End().WorkDir
	if c.Name != "git" || !ok || work.At == nil || path.Dir(dir) != work.Path || p.startsFrom(dir) {
		return false
	}
	return p.onlyPrograms(func(program string) bool { return path.Dir(program) == work.Path && p.makes(work.Path) })
}

// makes reports whether a RUN calls make or cmake in a directory for which the build
// context has the make file.
func (p *Pass) makes(dir string) bool {
	for _, in := range p.runs() {
		for _, c := range p.calls(in) {
			if c.Dir == dir && (c.Name == "cmake" && p.inContext(path.Join(dir, "CMakeLists.txt")) || c.Name == "make" && p.inContext(path.Join(dir, "Makefile"))) {
				return true
			}
		}
	}
	return false
}

// compiledWrites is code of compiled languages that opens something to write to, and
// deeperPath is a relative path that leads into a directory.
var (
	compiledWrites = regexp.MustCompile(`(?i)\bfopen\(|freopen\(|ofstream|\bfstream|O_(CREAT|WRONLY|RDWR)|sqlite3_open|File::(create|options)|OpenOptions|\bcreat\(|mkdir|create_dir|createFile|makeDir|writeFile|file_?logger`)
	deeperPath     = regexp.MustCompile(`["'](\./)?[\w.-]+/[\w./-]*["']`)
)

// writesDeeper reports whether a line of the project's source writes below a directory
// of its working directory, which an archive may have brought.
func (p *Pass) writesDeeper() (found bool) {
	source := func(name string) bool {
		return sourceEnds[path.Ext(name)] || path.Ext(name) == ".h" || path.Ext(name) == ".hpp" || path.Ext(name) == ".zig"
	}
	p.Graph.ProjectFiles(source, func(f stage.ProjectFile) bool {
		for _, line := range strings.Split(string(f.Data), "\n") {
			found = found || compiledWrites.MatchString(line) && deeperPath.MatchString(line) && !strings.HasPrefix(strings.TrimSpace(line), "#include")
		}
		return !found
	})
	return found
}

// compilers make the file behind -o from sources among their operands.
var compilers = regexp.MustCompile(`^(([\w-]+-)?(gcc|g\+\+)(-\d+)?|clang(\+\+)?(-\d+)?|cc|c\+\+|rustc|ldc2|dmd|ghc|nim|fpc|gfortran)$`)

// compiledHere reports whether all that starts is compiled by a RUN from sources of
// the build context: what else a RUN brings is there to compile it with.
func (p *Pass) compiledHere() bool { return p.onlyPrograms(p.compiled) }

// madeHere reports whether all that starts is a target of the make file that the build
// context has for the working directory, where a RUN calls make: what else a RUN unpacks
// is there to make it of.
func (p *Pass) madeHere() bool {
	work := p.Graph.Final().End().WorkDir
	_, rules, ok := p.Graph.ContextFile(path.Join(work.Path, "Makefile"))
	if work.At == nil || !ok || !p.makes(work.Path) {
		return false
	}
	return p.onlyPrograms(func(program string) bool {
		return path.Dir(program) == work.Path && strings.Contains("\n"+string(rules), "\n"+path.Base(program)+":")
	})
}

// onlyPrograms reports whether all that starts are programs that are called by their
// path and pass a test.
func (p *Pass) onlyPrograms(test func(program string) bool) bool {
	started := 0
	for _, c := range p.started() {
		switch {
		case p.at(c) == nil || isFlag(c) || onlyRead[c.Name]:
		case !strings.Contains(c.Path, "/") || !test(c.Abs(stage.Arg{Text: c.Path, Known: true})):
			return false
		default:
			started++
		}
	}
	return started > 0
}

// compiled reports whether a compiler makes a program from sources that a copy brings.
func (p *Pass) compiled(program string) bool {
	for _, in := range p.runs() {
		for _, c := range p.calls(in) {
			if !compilers.MatchString(c.Name) {
				continue
			}
			for i, a := range c.Args {
				if a.Text == "-o" && i+1 < len(c.Args) && c.Abs(c.Args[i+1]) == program && program != "" && p.compilesOwn(c) {
					return true
				}
			}
		}
	}
	return false
}

// compilesOwn reports whether a source that a compiler is given is one of the build
// context.
func (p *Pass) compilesOwn(c stage.Call) bool {
	return slices.ContainsFunc(c.Operands(), func(op stage.Arg) bool {
		abs := c.Abs(op)
		return sourceEnds[path.Ext(abs)] && slices.ContainsFunc(p.transfers(), func(t transfer) bool {
			return t.From == "" && (t.Dest == abs || path.Dir(abs) == t.Dest && p.sourceNames(t, path.Base(abs)) || t.Dir && p.inContext(abs))
		})
	})
}

func (p *Pass) inContext(name string) bool {
	_, _, ok := p.Graph.ContextFile(name)
	return ok
}
