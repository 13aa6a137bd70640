package checks

import (
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// hasSources reports whether a stage, or one that it is built from, brings files
// of the project.
func (p *Pass) hasSources(s *stage.Stage) bool {
	for ; s != nil; s = s.Base {
		if slices.ContainsFunc(s.Instructions, bringsSources) {
			return true
		}
	}
	return false
}

// bringsSources reports whether an instruction brings files of the project: from the
// build context, not from a download.
func bringsSources(in *parser.Instruction) bool {
	switch c := in.Cmd.(type) {
	case *instructions.CopyCommand:
		return c.From == ""
	case *instructions.AddCommand:
		return slices.ContainsFunc(c.SourcePaths, func(src string) bool { return !strings.Contains(src, "://") })
	case *instructions.RunCommand:
		return slices.ContainsFunc(in.Flags, bindsContext)
	}
	return false
}

// bindsContext reports whether a flag of RUN mounts the build context; that is what
// a mount without a type does.
func bindsContext(f parser.Flag) bool {
	return f.Name == "mount" && (strings.Contains(f.Value, "type=bind") || !strings.Contains(f.Value, "type=")) && !strings.Contains(f.Value, "from=")
}

// ownProgram reports whether a program is one that the file itself brings or
// builds.
func (p *Pass) ownProgram(c stage.Call) bool {
	work := p.Graph.Final().End().WorkDir
	if work.At != nil && work.Known && strings.Contains(c.Path, "/") {
		abs := c.Path
		if !strings.HasPrefix(abs, "/") {
			abs = path.Join(work.Path, abs)
		}
		if ownable(work.Path) && within(path.Clean(abs), work.Path) && p.reaches(p.Graph.Final(), 0) && !p.downloaded(path.Clean(abs)) {
			return true
		}
	}
	for _, t := range p.transfers() {
		if p.brings(t, c) {
			return true
		}
	}
	if !p.hasSources(p.Graph.Final()) {
		return false
	}
	for _, in := range p.runs() {
		for _, b := range p.calls(in) {
			if inner, read, ok := p.packageCalls(b); builds(b, c) || ok && read && slices.ContainsFunc(inner, func(b stage.Call) bool { return builds(b, c) }) {
				return true
			}
		}
	}
	return false
}

// brings reports whether a copy brings a program of the project: from the build
// context, or from a stage that has its sources.
func (p *Pass) brings(t transfer, c stage.Call) bool {
	if t.Dest == "" || t.From != "" && !p.builtHere(t) || slices.ContainsFunc(t.Sources, func(src string) bool { return strings.Contains(src, "://") }) {
		return false
	}
	if !strings.Contains(c.Path, "/") {
		return inPathDirs[path.Dir(t.Dest)] && path.Base(t.Dest) == c.Name || inPathDirs[t.Dest] && p.holds(t, c.Name)
	}
	abs := c.Path
	if !strings.HasPrefix(abs, "/") {
		abs = path.Join(p.Graph.Final().End().WorkDir.Path, abs)
	}
	abs = path.Clean(abs)
	return abs == t.Dest || strings.HasPrefix(c.Path, "/") && below(abs, t.Dest) && (!system(t.Dest) || p.ownTree(t)) || path.Dir(abs) == t.Dest && p.holds(t, c.Name)
}

// holds reports whether a copy into a directory of the system brings a program:
// one of its sources has that name, the build context has it there, or the sources
// are directories of a build stage that are not the system's.
func (p *Pass) holds(t transfer, name string) bool {
	if p.sourceNames(t, name) {
		return true
	}
	if t.From == "" {
		_, _, ok := p.Graph.ContextFile(path.Join(t.Dest, name))
		return ok
	}
	for _, src := range t.Sources {
		if system(path.Join("/", src)) {
			return false
		}
	}
	return true
}

// inPathDirs are the directories that are searched for programs.
var inPathDirs = wordSet(`/usr/local/sbin /usr/local/bin /usr/sbin /usr/bin /sbin /bin /go/bin /usr/local/cargo/bin`)

func (p *Pass) builtHere(t transfer) bool {
	for _, e := range t.Stage.Edges {
		if e.At == t.In {
			return e.To != nil && p.reaches(e.To, 0)
		}
	}
	return false
}

// reaches reports whether a stage has sources of the project, its own or those
// of stages that it copies from.
func (p *Pass) reaches(s *stage.Stage, depth int) bool {
	if p.hasSources(s) {
		return true
	}
	for ; s != nil; s = s.Base {
		for _, e := range s.Edges {
			if e.To != nil && depth < len(p.Graph.Stages) && p.reaches(e.To, depth+1) {
				return true
			}
		}
	}
	return false
}

func (p *Pass) sourceNames(t transfer, name string) bool {
	for _, src := range t.Sources {
		if path.Base(src) == name {
			return true
		}
	}
	return false
}

// builds reports whether a call builds or installs the project's own program.
func builds(b, c stage.Call) bool {
	switch b.Name {
	case "go", "cargo", "stack", "cabal", "swift", "dotnet", "nimble", "shards", "crystal", "rebar3", "mix", "zig", "dub":
		sub := b.Sub()
		if sub == "install" && fromElsewhere(b) {
			return false
		}
		return sub == "build" || sub == "install" || sub == "publish" || sub == "release" || sub == "link" || c.Name == sub
	case "gcc", "g++", "cc", "clang", "rustc", "ghc", "ldc2", "gfortran", "nim", "fpc", "vlang", "v":
		return b.Has(c.Name) || b.Has(c.Path) || hasSuffixArg(b, c.Name)
	case "pip", "pip3":
		return b.Sub() == "install" && (b.Has(".") || b.Has("-e") || b.Has("./") || b.Has("--editable"))
	case "python", "python3":
		return b.Has("setup.py") && b.Has("install", "develop")
	case "npm":
		return b.Sub() == "link"
	case "bun", "deno":
		return (b.Has("--compile") || b.Sub() == "compile") && hasSuffixArg(b, c.Name)
	}
	return false
}

// fromElsewhere reports whether an install command names what it installs by a version
// or a name, as the registry of its language knows it.
func fromElsewhere(b stage.Call) bool {
	ops := b.Operands()[1:]
	switch b.Name {
	case "go":
		return slices.ContainsFunc(ops, func(a stage.Arg) bool { return strings.Contains(a.Text, "@") })
	case "cargo":
		return !hasPrefix(b, "--path") && !b.Has(".")
	case "cabal", "nimble":
		return len(ops) > 0 && strings.IndexAny(ops[0].Text, "./:") != 0 && !strings.Contains(ops[0].Text, ":")
	}
	return false
}

func hasSuffixArg(b stage.Call, name string) bool {
	for _, a := range b.Args {
		if path.Base(a.Text) == name {
			return true
		}
	}
	return false
}
