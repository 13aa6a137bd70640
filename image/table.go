package image

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
)

//go:embed images.yaml
var embedded []byte

var embeddedTable = sync.OnceValues(func() (*T, error) { return Parse(embedded) })

// Table returns the table that the program brings along. It is read on first
// use; that it can be read is for the tests to show.
func Table() Lookup {
	t, err := embeddedTable()
	if err != nil {
		panic(err) // only a defect of this package, as with regexp.MustCompile
	}
	return t
}

// T is a table of image facts. It is safe for concurrent use, and the slices
// and maps in the facts that it gives are shared: do not change them.
type T struct {
	entries  []*entry
	byName   map[string]*entry
	byPrefix map[string]*entry // "bitnami/" of the name "bitnami/*"
}

// Parse reads a table in the form of images.yaml, whose head documents it.
func Parse(data []byte) (*T, error) {
	entries, err := decode(data)
	if err != nil {
		return nil, err
	}
	t := &T{entries: entries, byName: map[string]*entry{}, byPrefix: map[string]*entry{}}
	for _, e := range entries {
		for _, name := range e.Names {
			index := t.byName
			if prefix, ok := strings.CutSuffix(name, "*"); ok {
				name, index = prefix, t.byPrefix
			}
			if index[name] != nil {
				return nil, fmt.Errorf("image table: %s is there twice", name)
			}
			index[name] = e
		}
	}
	return t, nil
}

// Lookup answers what the table knows about a reference.
func (t *T) Lookup(ref string) Facts {
	name, tag, _, err := Normalise(ref)
	if err != nil {
		return Facts{Ref: ref}
	}
	f := t.facts(name, tag, maxDepth)
	f.Ref, f.Name, f.Tag = ref, name, tag
	return f
}

// architectures are the namespaces in which Docker publishes the official
// images of one architecture: "arm64v8/alpine" is alpine.
var architectures = map[string]bool{
	"amd64": true, "arm32v5": true, "arm32v6": true, "arm32v7": true, "arm64v8": true, "i386": true,
	"mips64le": true, "ppc64le": true, "riscv64": true, "s390x": true,
}

// find returns the entry of a repository, nil if there is none.
func (t *T) find(name string) *entry {
	if e := t.byName[name]; e != nil {
		return e
	}
	slash := strings.LastIndexByte(name, '/')
	if slash < 0 {
		return nil
	}
	if architectures[name[:slash]] {
		return t.byName[name[slash+1:]]
	}
	return t.byPrefix[name[:slash+1]]
}

// maxDepth ends a chain of images that are built on each other; a test shows
// that no entry needs more.
const maxDepth = 5

// facts puts the layers of an image onto what is known of the image that it
// is built on.
func (t *T) facts(name, tag string, depth int) Facts {
	e := t.find(name)
	if e == nil || depth == 0 {
		return Facts{}
	}
	layers, from, by := e.layers(tag)
	var f Facts
	if from != "" {
		base, baseTag, _ := strings.Cut(from, ":")
		f = t.facts(base, baseTag, depth-1).asBase()
	}
	for _, l := range layers {
		l.apply(&f)
	}
	start(&f, layers)
	settleUser(&f)
	if f.Kind == OS && f.Release == "" {
		f.Release = releaseOf(f.Distro, tag)
	}
	f.Listed, f.Source = true, e.Source
	f.Evidence = "image table: " + e.label(name) + by
	return f
}

// asBase is what an image built on f takes over from it.
func (f Facts) asBase() Facts {
	f.Kind, f.RuntimeTwin, f.OnBuild, f.Account = "", "", false, ""
	return f
}

// start sets entrypoint and command: an image with an ENTRYPOINT of its own
// does not take over the CMD of the image below.
func start(f *Facts, layers []*layer) {
	var entrypoint, cmd *[]string
	for _, l := range layers {
		if l.Entrypoint != nil {
			entrypoint = l.Entrypoint
		}
		if l.Cmd != nil {
			cmd = l.Cmd
		}
	}
	if entrypoint != nil {
		f.Entrypoint, f.Cmd = *entrypoint, nil
	}
	set(&f.Cmd, cmd)
}

// layers returns the facts of the entry that hold for a tag, the image that it
// is built on, and ":" with the pattern that decided, for the evidence.
func (e *entry) layers(tag string) (layers []*layer, from, by string) {
	layers, from = append(layers, &e.Layer), e.Layer.From
	for _, r := range e.Tags {
		p, found := r.match(tag)
		if p == nil {
			continue
		}
		l := r.Layer
		if l.JRE != nil {
			twin := p.expand(*l.JRE, found)
			l.JRE = &twin
		}
		if l.Release != nil {
			release := p.expand(*l.Release, found)
			l.Release = &release
		}
		if l.From != "" {
			from, by = p.expand(l.From, found), ":"+p.text
		} else if by == "" {
			by = ":" + p.text
		}
		layers = append(layers, &l)
	}
	return layers, from, by
}

// match returns the first pattern of the rule that matches, and what it found.
func (r *rule) match(tag string) (*pattern, []string) {
	if older(tag, r.Since) || r.Before != "" && !older(tag, r.Before) {
		return nil, nil
	}
	for _, p := range r.patterns {
		if found := p.match(tag); found != nil {
			return p, found
		}
	}
	return nil, nil
}

// label is what the evidence calls an entry that was found by name.
func (e *entry) label(name string) string {
	for _, n := range e.Names {
		if n == name {
			return name
		}
	}
	return e.Names[0]
}
