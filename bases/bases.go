// Package bases tells what the images are that a project itself makes: where FROM
// names one, and a compose file, docker-bake.hcl, a workflow or a Makefile says which
// Dockerfile makes it, it is what that Dockerfile's stage is. Where nothing says so, the
// name of a Dockerfile may.
package bases

import (
	"fmt"
	"path"
	"slices"
	"sync"

	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/project"
	"github.com/dfharden/dfharden/stage"
)

// maxDepth bounds the Dockerfiles that are built on each other.
const maxDepth = 4

// Over is a lookup that asks next first, and about an image that next does not know
// the project. dockerfile is the project's path of the file that is asked for: it is
// not made of itself.
func Over(next image.Lookup, p *project.Project, dockerfile string) image.PlatformLookup {
	if next == nil {
		next = image.Table()
	}
	return &lookup{next: next, project: p, above: []string{dockerfile}, done: map[string]*base{}}
}

// Supposed is Over, and about an image that nothing says more of it asks the one
// Dockerfile that lies where the project would keep that of the image, by its name.
// Such an answer may be wrong: it is no ground for a fix.
func Supposed(next image.Lookup, p *project.Project, dockerfile string) image.PlatformLookup {
	if next == nil {
		next = image.Table()
	}
	return &lookup{next: next, project: p, above: []string{dockerfile}, suppose: true, done: map[string]*base{}}
}

// BuiltOn lists the Dockerfiles of the project that are built on the image of one, by
// what messages call them: where builds name it, and where nothing is known of the
// image in a FROM but that it bears the name of this Dockerfile.
func BuiltOn(next image.Lookup, p *project.Project, dockerfile string, builds []project.Build) []string {
	if next == nil {
		next = image.Table()
	}
	out := p.BuiltOn(dockerfile, builds)
	for _, ref := range p.Namesaked(dockerfile) {
		if !next.Lookup(ref.Repository+":"+ref.Tag).Listed && len(p.Makers(ref.File, ref.Repository, ref.Tag)) == 0 {
			out = append(out, p.Shown(ref.File)+", by the name in its FROM,")
		}
	}
	return out
}

type lookup struct {
	next    image.Lookup
	project *project.Project
	above   []string // the Dockerfiles for which this one is asked, that one first
	suppose bool

	mu   sync.Mutex
	done map[string]*base // what the project makes, by repository and tag
}

// base is what the project makes under a name; its facts are not listed if that is not
// known.
type base struct {
	facts image.Facts
	model *stage.Graph
}

// Lookup is LookupPlatform for the builder's own platform.
func (l *lookup) Lookup(ref string) image.Facts { return l.LookupPlatform(ref, "") }

// LookupPlatform answers for a reference.
func (l *lookup) LookupPlatform(ref, platform string) image.Facts {
	f := image.LookupPlatform(l.next, ref, platform)
	if f.Listed || len(l.above) > maxDepth {
		return f
	}
	name, tag, digest, err := image.Normalise(ref)
	if err != nil || digest != "" {
		return f
	}
	made := l.remembered(name, tag).facts
	if !made.Listed {
		return f
	}
	made.Ref, made.Name, made.Tag = ref, name, tag
	return made
}

// FileAt reads the file at a path of an image that the project makes, where the
// Dockerfiles that make it tell what is in it; see stage.Files.
func (l *lookup) FileAt(ref, where string) (file string, data []byte, ok bool) {
	name, tag, digest, err := image.Normalise(ref)
	if err != nil || digest != "" || len(l.above) > maxDepth || l.next.Lookup(ref).Listed {
		return "", nil, false
	}
	if b := l.remembered(name, tag); b.facts.Listed {
		return b.model.FileAt(where)
	}
	return "", nil, false
}

func (l *lookup) remembered(name, tag string) *base {
	l.mu.Lock()
	defer l.mu.Unlock()
	b, ok := l.done[name+":"+tag]
	if !ok {
		b = l.made(name, tag)
		l.done[name+":"+tag] = b
	}
	return b
}

// made is what the project makes under a name.
func (l *lookup) made(name, tag string) *base {
	build, args, unsure := l.build(name, tag)
	if build.Dockerfile == "" || slices.Contains(l.above, build.Dockerfile) {
		return &base{}
	}
	file, err := parser.Parse(build.Dockerfile, l.project.Read(build.Dockerfile))
	if err != nil {
		return &base{}
	}
	g, err := stage.Build(file, stage.Options{
		Target: build.Target, Args: args, Unsure: unsure, Context: l.project.Folder(build.Context),
		Images: &lookup{next: l.next, project: l.project, above: append(slices.Clip(l.above), build.Dockerfile), suppose: l.suppose, done: map[string]*base{}},
	})
	if err != nil {
		return &base{}
	}
	shown := l.project.Shown(build.Dockerfile)
	f := g.Final().AsBase(shown)
	f.Evidence = shown
	if build.By != "" {
		f.Evidence = fmt.Sprintf("%s, built by %s, %s", shown, build.By, build.Place)
	}
	return &base{f, g}
}

// build is the one build that makes an image, with its arguments; no Dockerfile if
// there is none. Builds of several Dockerfiles, or of several stages of one, do not
// tell; nor do several namesakes.
func (l *lookup) build(name, tag string) (b project.Build, args map[string]string, unsure map[string]bool) {
	asking := l.above[len(l.above)-1]
	builds := l.project.Makers(asking, name, tag)
	if len(builds) == 0 {
		if files := l.project.Namesakes(asking, name, tag); l.suppose && len(files) == 1 {
			b.Dockerfile, b.Context = files[0], path.Dir(files[0])
		}
		return b, nil, nil
	}
	for _, b := range builds {
		if b.Dockerfile != builds[0].Dockerfile || b.Target != builds[0].Target {
			return project.Build{}, nil, nil
		}
	}
	args, unsure = agreed(builds)
	return builds[0], args, unsure
}

// agreed are the build arguments that all builds give the same value, and the names of
// the others.
func agreed(builds []project.Build) (args map[string]string, unsure map[string]bool) {
	args, unsure = map[string]string{}, map[string]bool{}
	for _, b := range builds {
		for name, value := range b.Args {
			args[name] = value
		}
	}
	for name, value := range args {
		for _, b := range builds {
			if other, ok := b.Args[name]; !ok || other != value {
				unsure[name] = true
			}
		}
	}
	for name := range unsure {
		delete(args, name)
	}
	return args, unsure
}
