// Package project reads what the files of a project say about how its Dockerfiles
// are built: compose files, docker-bake.hcl, skaffold.yaml and GitHub workflows.
// From them it tells which stage of a Dockerfile ships, and which Dockerfile makes
// an image that another one is built on. What cannot be evaluated is
// left out and told as a problem; a broken file is never more than that.
package project

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// maxFile is the largest file that is read, in bytes, and maxFiles the most files of
// one folder.
const (
	maxFile  = 1 << 20
	maxFiles = 64
)

// Purpose says what an image is built for.
type Purpose uint8

// The purposes, rising: of the builds of one Dockerfile those with the highest count.
const (
	Development Purpose = iota // by the name of the file, the service or the stage
	Unnamed
	Production // by the name of the file or the profile, or because it is pushed
)

// Build is one place that says how an image is made of a Dockerfile.
type Build struct {
	Dockerfile string            // path in the project
	Context    string            // where COPY reads from: a folder of the project
	Target     string            // the stage that it names; "" is the last
	Args       map[string]string // build arguments, as far as their values are known
	Open       []string          // build arguments of a command whose values are not known
	Names      []string          // of the image that it makes; Unknown stands for what is not known in one
	Purpose    Purpose
	By         string // "service web", "step Build"
	Place      Place
}

// Unknown stands in a name for a text that is not known.
const Unknown = "\uE000"

// Place is a line of a file of the project; Line 0 is the file as a whole.
type Place struct {
	File string
	Line int
}

// String is "compose.yaml:4".
func (p Place) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// Problem is something in a file of the project that could not be read or evaluated.
type Problem struct {
	Dockerfile string // the only one that it is about; "" if that is not known
	Place      Place
	Msg        string
}

func (p Problem) String() string { return p.Place.String() + ": " + p.Msg }

// Project is a tree of files, its root a repository's. It is safe for concurrent use.
type Project struct {
	files   fs.FS
	shown   func(string) string
	mu      sync.Mutex
	folders map[string]*folder
	named   map[string][]Ref // what Dockerfiles are built on, by their folders

	once   sync.Once          // of makers
	whole  bool               // the tree is one project, and is looked through
	from   map[string][]based // Dockerfiles by the repositories that they are built on
	makers map[string][]maker // builds by the repositories of what they make
	all    map[string][]Build // builds by their Dockerfiles
}

// New makes a project of its files, which must not lead out of the tree. Where a
// message names one of them it is called what shown makes of its path.
func New(files fs.FS, shown func(string) string) *Project {
	return &Project{files: files, shown: shown, folders: map[string]*folder{}, named: map[string][]Ref{}}
}

// Builds lists what the folder of a Dockerfile and those above it say about how it is
// built, the nearest folder first. The path is one of fs.FS.
func (p *Project) Builds(dockerfile string) ([]Build, []Problem) {
	var builds []Build
	var problems []Problem
	for dir := path.Dir(dockerfile); ; dir = path.Dir(dir) {
		f := p.folder(dir)
		for _, problem := range f.problems {
			if problem.Dockerfile == "" || problem.Dockerfile == dockerfile {
				problem.Place.File = p.shown(problem.Place.File)
				problems = append(problems, problem)
			}
		}
		for _, b := range f.builds {
			if b.Dockerfile == dockerfile {
				b.Place.File = p.shown(b.Place.File)
				builds = append(builds, b)
			}
		}
		if dir == "." {
			return builds, problems
		}
	}
}

// folder is what the files of one folder say.
type folder struct {
	once     sync.Once
	builds   []Build
	problems []Problem
}

func (p *Project) folder(dir string) *folder {
	p.mu.Lock()
	f := p.folders[dir]
	if f == nil {
		f = &folder{}
		p.folders[dir] = f
	}
	p.mu.Unlock()
	f.once.Do(func() {
		r := &reader{files: p.files, dir: dir}
		r.read()
		f.builds, f.problems = r.builds, r.problems
	})
	return f
}

// The names of the files that are read.
var (
	composeName  = regexp.MustCompile(`^(docker-)?compose([-._].*)?\.ya?ml$`)
	bakeName     = regexp.MustCompile(`^docker-bake([-._].*)?\.(hcl|json)$`)
	skaffoldName = regexp.MustCompile(`^skaffold([-._].*)?\.ya?ml$`)
	workflowName = regexp.MustCompile(`\.ya?ml$`)
)

// reader reads the files of one folder.
type reader struct {
	files    fs.FS
	dir      string
	builds   []Build
	problems []Problem
}

func (r *reader) read() {
	if names := r.names(r.dir, composeName); len(names) > 0 {
		r.compose(names)
	}
	if names := r.names(r.dir, bakeName); len(names) > 0 {
		r.bake(names)
	}
	for _, name := range r.names(r.dir, skaffoldName) {
		r.skaffold(name)
	}
	for _, name := range r.names(path.Join(r.dir, ".github/workflows"), workflowName) {
		r.workflow(name)
	}
}

// names lists the files of a folder that a pattern takes, in the order of their names.
func (r *reader) names(dir string, pattern *regexp.Regexp) []string {
	entries, err := fs.ReadDir(r.files, dir)
	if err != nil {
		return nil // there is none
	}
	var names []string
	for _, e := range entries {
		if pattern.MatchString(e.Name()) && !e.IsDir() && len(names) < maxFiles {
			names = append(names, path.Join(dir, e.Name()))
		}
	}
	return names
}

// data reads a file; nil if that is not possible.
func (r *reader) data(name string) []byte {
	info, err := fs.Stat(r.files, name)
	if err != nil || !info.Mode().IsRegular() {
		return nil
	}
	if info.Size() > maxFile {
		r.problem(Place{name, 0}, "is larger than 1 MB, and is not read")
		return nil
	}
	data, err := fs.ReadFile(r.files, name)
	if err != nil {
		r.problem(Place{name, 0}, "cannot be read")
		return nil
	}
	return data
}

func (r *reader) problem(at Place, format string, args ...any) {
	r.problems = append(r.problems, Problem{Place: at, Msg: fmt.Sprintf(format, args...)})
}

// unknown tells about a build of which something cannot be evaluated. Where what it
// is a build of is known, it concerns that Dockerfile only; the project's own files
// are few enough to be told about for the others.
func (r *reader) unknown(b Build, format string, args ...any) {
	r.problems = append(r.problems, Problem{b.Dockerfile, b.Place, fmt.Sprintf(format, args...)})
}

// add adds a build, once: the combinations of a matrix are often all the same to it.
func (r *reader) add(b Build) {
	b.Purpose = purpose(b)
	for i, old := range r.builds {
		if old.Place == b.Place && old.Dockerfile == b.Dockerfile && old.Target == b.Target && old.Context == b.Context && maps.Equal(old.Args, b.Args) {
			r.builds[i].Names = slices.Concat(old.Names, b.Names)
			return
		}
	}
	r.builds = append(r.builds, b)
}

// join resolves a path against a folder; ok is false where it leads out of the project
// or is none of the project's.
func join(dir, name string) (string, bool) {
	name = strings.ReplaceAll(name, `\`, "/")
	if path.IsAbs(name) || strings.Contains(name, "://") || strings.HasPrefix(name, "git@") {
		return "", false
	}
	full := path.Join(dir, name)
	return full, fs.ValidPath(full)
}

// The words in the names of files, services and stages that say what they are for.
var (
	developmentWords = []string{
		"dev", "devel", "develop", "development", "devcontainer", "local", "debug", "debugger", "override",
		"test", "tests", "testing", "e2e", "lint", "linter", "validate", "ci", "example",
	}
	productionWords = []string{"prod", "production", "release", "live"}
)

// named reports whether one of the words is a part of a name.
func named(name string, words []string) bool {
	parts := strings.FieldsFunc(strings.ToLower(name), func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < '0' || c > '9')
	})
	return slices.ContainsFunc(parts, func(part string) bool { return slices.Contains(words, part) })
}

// purpose judges a build by its names. That of the stage weighs most: compose.yaml is
// often for development only, and then names a stage that is.
func purpose(b Build) Purpose {
	file := path.Base(b.Place.File)
	workflow := strings.Contains(b.Place.File, ".github/workflows/")
	switch {
	case named(b.Target, developmentWords), !workflow && (named(file, developmentWords) || named(b.By, developmentWords)):
		return Development
	case b.Purpose == Production, named(b.Target, productionWords), !workflow && named(file, productionWords):
		return Production
	}
	return Unnamed
}
