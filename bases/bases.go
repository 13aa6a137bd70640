// Package bases tells what the images are that a project itself makes: where FROM
// names one, and a compose file, docker-bake.hcl, a workflow or a Makefile says which
// Dockerfile makes it, it is what that Dockerfile's stage is.
package bases

import (
	"fmt"
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
	return &lookup{next: next, project: p, above: []string{dockerfile}, done: map[string]image.Facts{}}
}

type lookup struct {
	next    image.Lookup
	project *project.Project
	above   []string // the Dockerfiles for which this one is asked, that one first

	mu   sync.Mutex
	done map[string]image.Facts // what the project makes, by repository and tag
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
	made := l.remembered(name, tag)
	if !made.Listed {
		return f
	}
	made.Ref, made.Name, made.Tag = ref, name, tag
	return made
}

func (l *lookup) remembered(name, tag string) image.Facts {
	l.mu.Lock()
	defer l.mu.Unlock()
	f, ok := l.done[name+":"+tag]
	if !ok {
		f = l.made(name, tag)
		l.done[name+":"+tag] = f
	}
	return f
}

// made is what the project makes under a name. Builds of several Dockerfiles, or of
// several stages of one, do not tell.
func (l *lookup) made(name, tag string) image.Facts {
	builds := l.project.Makers(l.above[len(l.above)-1], name, tag)
	if len(builds) == 0 {
		return image.Facts{}
	}
	first := builds[0]
	for _, b := range builds {
		if b.Dockerfile != first.Dockerfile || b.Target != first.Target {
			return image.Facts{}
		}
	}
	if slices.Contains(l.above, first.Dockerfile) {
		return image.Facts{}
	}
	file, err := parser.Parse(first.Dockerfile, l.project.Read(first.Dockerfile))
	if err != nil {
		return image.Facts{}
	}
	args, unsure := agreed(builds)
	g, err := stage.Build(file, stage.Options{
		Target: first.Target, Args: args, Unsure: unsure,
		Images: &lookup{next: l.next, project: l.project, above: append(slices.Clip(l.above), first.Dockerfile), done: map[string]image.Facts{}},
	})
	if err != nil {
		return image.Facts{}
	}
	shown := l.project.Shown(first.Dockerfile)
	f := g.Final().AsBase(shown)
	f.Evidence = fmt.Sprintf("%s, built by %s, %s", shown, first.By, first.Place)
	return f
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
