package project

import (
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// maxFolders is how many folders of a project are looked through for the builds that
// make an image.
const maxFolders = 5000

// skipped are folders that hold other people's files.
var skipped = map[string]bool{".git": true, "node_modules": true, "vendor": true, "third_party": true}

// Makers lists the builds of the project that make an image of that name, which is a
// repository with a tag ("latest" where none is meant): those that give it that tag,
// else those of whose tag a part is not known. What is built for development counts
// too: it is what one builds here. The whole tree is looked through if it is a
// repository's, with .git in it; else only the folder of the Dockerfile that asks, and
// those above it.
func (p *Project) Makers(dockerfile, repository, tag string) []Build {
	p.once.Do(p.index)
	makers := p.makers
	if !p.whole {
		makers = map[string][]maker{}
		for dir := path.Dir(dockerfile); ; dir = path.Dir(dir) {
			p.enter(makers, dir)
			if dir == "." {
				break
			}
		}
	}
	var exact, perhaps []Build
	for _, m := range makers[repository] {
		switch {
		case m.tag == tag:
			exact = append(exact, m.Build)
		case strings.Contains(m.tag, Unknown):
			perhaps = append(perhaps, m.Build)
		}
	}
	if len(exact) > 0 {
		return exact
	}
	return perhaps
}

// Given are the build arguments to which all builds of a Dockerfile that give them give
// the same value, those of Makefiles and scripts among them.
func (p *Project) Given(dockerfile string) map[string]string {
	p.once.Do(p.index)
	builds := p.all[dockerfile]
	for dir := path.Dir(dockerfile); !p.whole; dir = path.Dir(dir) {
		for _, b := range p.buildsOf(dir) {
			if b.Dockerfile == dockerfile {
				builds = append(builds, b)
			}
		}
		if dir == "." {
			break
		}
	}
	args, differ := map[string]string{}, map[string]bool{}
	for _, b := range builds {
		for _, name := range b.Open {
			differ[name] = true
		}
		for name, value := range b.Args {
			if other, ok := args[name]; ok && other != value {
				differ[name] = true
			}
			args[name] = value
		}
	}
	maps.DeleteFunc(args, func(name, _ string) bool { return differ[name] })
	return args
}

// buildsOf lists all that the files of a folder say.
func (p *Project) buildsOf(dir string) []Build {
	return slices.Concat(p.folder(dir).builds, p.made(dir))
}

// BuiltOn lists the Dockerfiles of a repository whose FROM names an image that one of
// the builds of another one makes, by what messages call them.
func (p *Project) BuiltOn(dockerfile string, builds []Build) []string {
	var out []string
	for _, b := range builds {
		for _, name := range b.Names {
			p.once.Do(p.index)
			repository, tag := splitName(name)
			for _, f := range p.from[repository] {
				if f.file != dockerfile && (f.tag == tag || strings.Contains(tag, Unknown)) && !slices.Contains(out, p.shown(f.file)) {
					out = append(out, p.shown(f.file))
				}
			}
		}
	}
	return out
}

// based is a Dockerfile with the tag of an image that a FROM in it names.
type based struct{ file, tag string }

var (
	dockerfileName = regexp.MustCompile(`(?i)^(dockerfile|containerfile)([-._].*)?$|\.(dockerfile|containerfile)$`)
	fromLine       = regexp.MustCompile(`(?im)^[ \t]*FROM[ \t]+(?:--platform=\S+[ \t]+)?([^\s$]+)(?:\s|$)`)
)

// readFrom enters what the Dockerfiles of a folder are built on.
func (p *Project) readFrom(dir string) {
	for _, ref := range p.refs(dir) {
		p.from[ref.Repository] = append(p.from[ref.Repository], based{ref.File, ref.Tag})
	}
}

// Read returns a file of the project; nil if it cannot be read.
func (p *Project) Read(name string) []byte {
	r := &reader{files: p.files}
	return r.data(name)
}

// Shown is what messages call a file of the project.
func (p *Project) Shown(name string) string { return p.shown(name) }

// maker is a build with the tag under which it makes an image.
type maker struct {
	Build
	tag string
}

// Whole says that the project is all of the tree, though there is no .git in it.
func (p *Project) Whole() *Project {
	p.whole = true
	return p
}

// index reads all folders, once.
func (p *Project) index() {
	if _, err := fs.Stat(p.files, ".git"); err == nil {
		p.whole = true
	}
	if !p.whole {
		return
	}
	p.makers, p.from, p.all = map[string][]maker{}, map[string][]based{}, map[string][]Build{}
	folders := 0
	_ = fs.WalkDir(p.files, ".", func(dir string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil //nolint:nilerr // a folder that cannot be read names nothing
		case !d.IsDir():
			return nil
		case skipped[d.Name()]:
			return fs.SkipDir
		case folders == maxFolders:
			return fs.SkipAll
		}
		folders++
		p.enter(p.makers, dir)
		p.readFrom(dir)
		return nil
	})
}

// enter adds the builds of a folder under the names of what they make.
func (p *Project) enter(makers map[string][]maker, dir string) {
	for _, b := range p.buildsOf(dir) {
		if p.whole {
			p.all[b.Dockerfile] = append(p.all[b.Dockerfile], b)
		}
		b.Place.File = p.shown(b.Place.File)
		for _, name := range b.Names {
			repository, tag := splitName(name)
			if !strings.Contains(repository, Unknown) && repository != "" {
				makers[repository] = append(makers[repository], maker{b, tag})
			}
		}
	}
}

// splitName cuts the tag off a name; it is "latest" if there is none. Docker Hub is
// left out, as in FROM.
func splitName(name string) (repository, tag string) {
	name = strings.TrimPrefix(name, "docker.io/")
	if colon := strings.LastIndexByte(name, ':'); colon > strings.LastIndexByte(name, '/') {
		tag, _, _ = strings.Cut(name[colon+1:], "@")
		return name[:colon], tag
	}
	return name, "latest"
}

// made reads the Makefile and the scripts of a folder. They are no place to learn from
// what ships: they may build whatever they are asked for.
func (p *Project) made(dir string) []Build {
	r := &reader{files: p.files, dir: dir}
	for _, name := range r.names(dir, makefileName) {
		r.makefile(name)
		break // make reads one
	}
	return append(r.builds, p.scripts(dir)...)
}

var makefileName = regexp.MustCompile(`^(GNUm|m|M)akefile$`)

// inside is path.Join, with "" for what leads out of the project.
func inside(dir, name string) string {
	full := path.Join(dir, name)
	if !fs.ValidPath(full) {
		return ""
	}
	return full
}
