package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/format/gitignore"

	"github.com/dfharden/dfharden/config"
)

// input is a file to check.
type input struct {
	path  string
	name  string // in reports
	stdin bool
	text  []byte // what an editor has of it; nil: it is read

	found  bool           // in a directory, not named
	config *config.Config // what is in force for it; never nil after configure
}

// problem is a line for standard error about an argument.
type problem struct {
	err  error
	fail bool // it counts as an error, not only as a remark
}

// find turns the arguments of check into files. A directory stands for the
// Dockerfiles below it, in the order of their paths; a file is taken as it is. A
// file that is reached twice is checked once.
func find(args []string, stdinName string) ([]input, []problem) {
	if len(args) == 0 {
		args = []string{"."}
	}
	f := finder{seen: map[string]bool{}}
	for _, arg := range args {
		switch info, err := os.Stat(arg); {
		case arg == "-":
			f.add(input{path: arg, name: stdinName, stdin: true})
		case err == nil && info.IsDir():
			f.walk(arg)
		default:
			f.add(input{path: arg, name: arg}) // reading it tells what is wrong with it
		}
	}
	return f.inputs, f.problems
}

type finder struct {
	inputs   []input
	problems []problem
	seen     map[string]bool
}

func (f *finder) add(in input) {
	key := in.path
	if target, err := filepath.EvalSymlinks(in.path); err == nil && !in.stdin {
		key = target
		if abs, err := filepath.Abs(target); err == nil {
			key = abs
		}
	}
	if !f.seen[key] {
		f.seen[key] = true
		f.inputs = append(f.inputs, in)
	}
}

// walk adds the Dockerfiles below a directory. What .gitignore files leave out is
// left out; links to directories are not followed, so there are no loops. Plain files
// come before links to them.
func (f *finder) walk(root string) {
	s := search{finder: f}
	told := len(f.problems)
	path, outer := above(root)
	s.folder(root, path, outer)
	if len(s.files)+len(s.links) == 0 && len(f.problems) == told {
		f.problems = append(f.problems, problem{fmt.Errorf("%s: no Dockerfile found", root), false})
	}
	before := len(f.inputs)
	for _, path := range append(s.files, s.links...) {
		f.add(input{path: path, name: path, found: true})
	}
	found := f.inputs[before:]
	sort.Slice(found, func(i, j int) bool { return found[i].path < found[j].path })
}

// search is the walk of one directory.
type search struct {
	*finder
	files, links []string
}

// folder looks at a directory. path leads to it from the root of the repository, and
// ignored are the patterns of the folders above it.
func (s *search) folder(dir string, path []string, ignored []gitignore.Pattern) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		s.problems = append(s.problems, problem{fmt.Errorf("%s: %w", dir, reason(err)), true})
	}
	ignored = append(slices.Clip(ignored), gitignored(filepath.Join(dir, ".gitignore"), path)...)
	matcher := gitignore.NewMatcher(ignored)
	for _, d := range entries {
		file, below := filepath.Join(dir, d.Name()), append(slices.Clip(path), d.Name())
		switch {
		case d.IsDir():
			if d.Name() != ".git" && !matcher.Match(below, true) {
				s.folder(file, below, ignored)
			}
		case !isDockerfile(d.Name()) || matcher.Match(below, false):
		case d.Type().IsRegular():
			s.files = append(s.files, file)
		case d.Type()&fs.ModeSymlink != 0 && regular(file):
			s.links = append(s.links, file)
		}
	}
}

func regular(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// otherEndings are names that only look like a Dockerfile's: documentation,
// templates, backups, and ignore files.
var otherEndings = []string{
	".dockerignore", ".md", ".j2", ".jinja", ".jinja2", ".tmpl", ".tpl", ".template", ".erb",
	".orig", ".rej", ".bak", ".swp", "~",
}

// isDockerfile reports whether a search takes a file of this name.
func isDockerfile(name string) bool {
	name = strings.ToLower(name)
	for _, ending := range otherEndings {
		if strings.HasSuffix(name, ending) {
			return false
		}
	}
	for _, word := range []string{"dockerfile", "containerfile"} {
		rest, ok := strings.CutPrefix(name, word)
		if ok && (rest == "" || len(rest) > 1 && strings.ContainsRune(".-_", rune(rest[0]))) {
			return true
		}
		if strings.HasSuffix(name, "."+word) {
			return true
		}
	}
	return false
}
