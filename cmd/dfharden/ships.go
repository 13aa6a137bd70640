package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"github.com/dfharden/dfharden/bases"
	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/project"
	"github.com/dfharden/dfharden/rewrite"
	"github.com/dfharden/dfharden/stage"
)

// How far up a project is looked for: to the folder with .git, within maxUp folders; if
// there is none, nearUp folders count.
const (
	maxUp  = 12
	nearUp = 3
)

// projects remembers what was read of the projects of a run.
type projects struct {
	mu    sync.Mutex
	roots map[string]string           // by folder
	known map[string]*project.Project // by root
}

// of returns the project of a folder, nil if it cannot be read, and its root.
func (p *projects) of(dir string) (*project.Project, string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.roots == nil {
		p.roots, p.known = map[string]string{}, map[string]*project.Project{}
	}
	root, ok := p.roots[dir]
	if !ok {
		root = projectRoot(dir)
		p.roots[dir] = root
	}
	if _, ok := p.known[root]; !ok {
		p.known[root] = nil
		if r, err := os.OpenRoot(root); err == nil { // it stays open as long as the program runs
			p.known[root] = project.New(r.FS(), func(name string) string { return shown(filepath.Join(root, name)) })
		}
	}
	return p.known[root], root
}

// shown is a path relative to the current folder.
func shown(file string) string {
	if !filepath.IsAbs(file) {
		return filepath.ToSlash(file)
	}
	if wd, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(wd, file); err == nil {
			file = rel
		}
	}
	return filepath.ToSlash(file)
}

// projectRoot is the folder of the repository that a folder belongs to.
func projectRoot(dir string) string {
	near := dir
	for i := range maxUp {
		if exists(filepath.Join(dir, ".git")) {
			return dir
		}
		if i <= nearUp {
			near = dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			break
		}
		dir = up
	}
	return near
}

// images decides which images of a file are looked at, and where their COPY reads
// from: what the flags say, else the configuration where the file has that stage, else
// what the project says, else the last stage.
func (a *app) images(r *result, in input, o *options, now *settings) (rewrite.Options, string) {
	engine, dir := now.engine, o.contextOf(in)
	if in.stdin {
		return engine, dir
	}
	full, err := filepath.Abs(in.path)
	if err != nil {
		return engine, dir
	}
	p, root := a.projects.of(filepath.Dir(full))
	name, err := filepath.Rel(root, full)
	if p == nil || err != nil {
		return engine, dir
	}
	name = filepath.ToSlash(name)
	builds, problems := p.Builds(name)
	engine.Stage.BuiltOn = bases.BuiltOn(engine.Stage.Known, p, name, builds)
	engine.Stage.Supposed = bases.Supposed(engine.Stage.Images, p, name)
	engine.Stage.Images = bases.Over(engine.Stage.Images, p, name)
	if folder, ok := project.Context(builds); ok && o.context == "" {
		dir = filepath.Join(root, filepath.FromSlash(folder))
	}
	has := stagesOf(r.Original)
	images, more := project.Images(builds, has)
	for _, n := range project.Unique(append(problems, more...)) {
		r.Notes = append(r.Notes, n.String())
	}
	if _, ok := has(now.target); ok && now.target != "" {
		engine.Stage.Target, engine.Stage.Why = now.target, "target in "+in.config.Place("target")
		return engine, dir
	}
	if each := engine.Stage; o.target == "" && len(images) > 0 {
		engine.Stage = imageOptions(r.Original, each, images[0])
		for _, i := range images[1:] {
			engine.More = append(engine.More, imageOptions(r.Original, each, i))
		}
	}
	engine.Stage.Args = bases.Given(r.Original, engine.Stage, p, name)
	for i, o := range engine.More {
		engine.More[i].Args = bases.Given(r.Original, o, p, name)
	}
	return engine, dir
}

// maxVariants bounds the builds of one stage that are compared.
const maxVariants = 16

// imageOptions are the options for an image of the project. Its build arguments fill
// only what the file leaves open: whoever builds it without them gets the defaults.
// Where a build gives others, and gets an image that differs in what fixes rest on,
// the arguments are not known.
func imageOptions(f *parser.File, o stage.Options, i project.Image) stage.Options {
	o.Target, o.Why = i.Target, i.Why
	open := bases.OpenArgs(f)
	given := o.Args
	o.Args = map[string]string{}
	for name, value := range i.Args {
		if open[name] {
			o.Args[name] = value
		}
	}
	maps.Copy(o.Args, given)
	byDefault := basis(f, o)
	for n, variant := range i.Variants {
		other := o
		other.Args = maps.Clone(o.Args)
		maps.Copy(other.Args, variant)
		maps.Copy(other.Args, given)
		if n < maxVariants && !maps.Equal(other.Args, o.Args) && basis(f, other) != byDefault {
			o.Unsure = unsure(o.Unsure, variant, given)
		}
	}
	return o
}

// unsure adds the arguments of a build to those that are not known.
func unsure(have map[string]bool, variant, given map[string]string) map[string]bool {
	all := maps.Clone(have)
	if all == nil {
		all = map[string]bool{}
	}
	for name := range variant {
		if _, ok := given[name]; !ok {
			all[name] = true
		}
	}
	return all
}

// basis is what the fixes of an image rest on, as far as a build argument can change
// it: what it is made of, and who runs it.
func basis(f *parser.File, o stage.Options) string {
	g, err := stage.Build(f, o)
	if err != nil {
		return ""
	}
	s := g.Final()
	distro, _ := s.Distro()
	return fmt.Sprint(distro, s.Tools(), s.Facts.Listed, s.Facts.Shell, s.Facts.Kind, s.Facts.User, s.Facts.Drops, s.End().User.Spec)
}

// stagesOf returns what finds a stage of the file by name or number.
func stagesOf(f *parser.File) func(string) (string, bool) {
	g, err := stage.Build(f, stage.Options{})
	return func(target string) (string, bool) {
		switch {
		case err != nil:
			return "", false
		case target == "":
			return strconv.Itoa(g.Final().Index), true
		}
		if s := g.Stage(target); s != nil {
			return strconv.Itoa(s.Index), true
		}
		return "", false
	}
}
