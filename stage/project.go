package stage

import (
	"io/fs"
	"path"
	"slices"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/dfharden/dfharden/parser"
)

// A ProjectFile is a file of the build context that a copy brings into the image,
// or into a stage that the image takes something from.
type ProjectFile struct {
	Name string // in the build context
	Data []byte
	At   *parser.Instruction // the copy
}

// maxSource is the most that is read of a source file, bytes: what is larger was
// not written by hand.
const maxSource = 256 << 10

// foreignDirs hold what others wrote, or what is not part of the running program.
var foreignDirs = map[string]bool{
	".git": true, "node_modules": true, "vendor": true, "venv": true, ".venv": true, "third_party": true, "bower_components": true,
	"test": true, "tests": true, "__tests__": true, "spec": true, "testdata": true, "docs": true, "examples": true, ".github": true,
}

// maxKept is how much of the project's files is kept in memory, bytes, for the next
// who reads them.
const maxKept = 32 << 20

// ProjectFiles reads the files of the project whose name is wanted, until visit says
// that it has seen enough. Each file is read once; none without a build context.
func (g *Graph) ProjectFiles(wanted func(name string) bool, visit func(ProjectFile) (more bool)) {
	for _, e := range g.projectEntries() {
		if !e.entry.Type().IsRegular() || !wanted(e.name) {
			continue
		}
		if data, ok := g.projectData(e); ok && !visit(ProjectFile{e.name, data, e.at}) {
			return
		}
	}
}

// LinksOut reports whether the project has a symbolic link that leads out of the build
// context, or to nothing in it: to a directory of the image perhaps.
func (g *Graph) LinksOut() bool {
	return slices.ContainsFunc(g.projectEntries(), func(e *projectEntry) bool {
		if e.entry.Type()&fs.ModeSymlink == 0 {
			return false
		}
		_, err := fs.Stat(g.context(), e.name)
		return err != nil
	})
}

// projectEntry is a file or a link of the project.
type projectEntry struct {
	name  string
	entry fs.DirEntry
	at    *parser.Instruction // the first copy that brings it
	data  []byte              // where it is kept
}

// projectEntries lists the project's files and links, at most maxWalk, in the order
// of the copies; none without a build context. It walks the context once.
func (g *Graph) projectEntries() []*projectEntry {
	if g.opt.Context == nil || g.projectWalked {
		return g.project
	}
	g.projectWalked = true
	w := projectWalk{g: g, seen: map[string]bool{}}
	for _, s := range g.sourceStages() {
		for _, in := range s.Instructions {
			for _, src := range s.contextSources(in) {
				w.source(src, in)
			}
		}
	}
	return g.project
}

type projectWalk struct {
	g    *Graph
	seen map[string]bool
	n    int
}

// source walks one source of a copy.
func (w *projectWalk) source(src string, in *parser.Instruction) {
	roots := []string{src}
	if src != "." {
		roots, _ = fs.Glob(w.g.context(), src) // a bad pattern matches nothing
	}
	for _, root := range roots {
		// An error ends the walk: what cannot be read says nothing.
		_ = fs.WalkDir(w.g.context(), root, func(name string, d fs.DirEntry, err error) error {
			w.n++
			switch {
			case err != nil || w.n > maxWalk:
				return fs.SkipAll
			case d.IsDir() && name != root && foreignDirs[d.Name()]:
				w.g.tests = w.g.tests || testDirs[d.Name()] && w.hasCode(name)
				return fs.SkipDir
			case !d.IsDir() && !w.seen[name]:
				w.seen[name] = true
				w.g.project = append(w.g.project, &projectEntry{name: name, entry: d, at: in})
			}
			return nil
		})
	}
}

// testDirs hold a project's tests.
var testDirs = map[string]bool{"test": true, "tests": true, "__tests__": true, "spec": true}

// codeEnds are endings of sources that tools of the Java machine build and test.
var codeEnds = map[string]bool{".java": true, ".kt": true, ".scala": true, ".groovy": true, ".clj": true}

// hasCode reports whether there are sources for the Java machine below a directory.
func (w *projectWalk) hasCode(dir string) (found bool) {
	_ = fs.WalkDir(w.g.context(), dir, func(name string, d fs.DirEntry, err error) error {
		if w.n++; err != nil || w.n > maxWalk || codeEnds[path.Ext(name)] {
			found = true // what cannot be read may be one
			return fs.SkipAll
		}
		return nil
	})
	return found
}

// HasTests reports whether the project has tests for the Java machine, as it may where
// there is no build context.
func (g *Graph) HasTests() bool {
	g.projectEntries()
	return g.opt.Context == nil || g.tests
}

// projectData reads a file, unless it is too large.
func (g *Graph) projectData(e *projectEntry) (data []byte, ok bool) {
	if e.data != nil {
		return e.data, true
	}
	info, err := e.entry.Info()
	if err != nil || info.Size() > maxSource {
		return nil, false
	}
	data, err = fs.ReadFile(g.context(), e.name)
	if err != nil {
		return nil, false
	}
	if g.kept += len(data); g.kept <= maxKept {
		e.data = data
	}
	return data, true
}

// contextSources lists what a COPY or ADD takes from the build context.
func (s *Stage) contextSources(in *parser.Instruction) []string {
	var sources []string
	switch c := in.Cmd.(type) {
	case *instructions.CopyCommand:
		if c.From == "" {
			sources = c.SourcePaths
		}
	case *instructions.AddCommand:
		sources = c.SourcePaths
	}
	out := make([]string, 0, len(sources))
	for _, src := range sources {
		text, known := s.Before(in).Expand(src)
		if name := path.Clean("/" + text)[1:]; known && name != "" {
			out = append(out, name)
		} else if known {
			out = append(out, ".")
		}
	}
	return out
}

// sourceStages lists the stages that the image is made of, and those that it takes
// something from, at any depth.
func (g *Graph) sourceStages() []*Stage {
	var out []*Stage
	seen := map[*Stage]bool{}
	var add func(*Stage)
	add = func(s *Stage) {
		if s == nil || seen[s] {
			return
		}
		seen[s] = true
		out = append(out, s)
		add(s.Base)
		for _, e := range s.Edges {
			add(e.To)
		}
	}
	add(g.Final())
	return out
}
