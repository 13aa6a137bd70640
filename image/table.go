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

	mu   sync.RWMutex
	done map[string]Facts // by reference; at most maxDone of them
}

// maxDone bounds the answers that a table remembers. A project has a few
// dozen base images.
const maxDone = 1024

// Parse reads a table in the form of images.yaml, whose head documents it.
func Parse(data []byte) (*T, error) {
	entries, err := decode(data)
	if err != nil {
		return nil, err
	}
	t := &T{entries: entries, byName: map[string]*entry{}, byPrefix: map[string]*entry{}, done: map[string]Facts{}}
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
	t.mu.RLock()
	f, ok := t.done[ref]
	t.mu.RUnlock()
	if ok {
		return f
	}
	f = t.lookup(ref)
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.done) < maxDone {
		t.done[ref] = f
	}
	return f
}

func (t *T) lookup(ref string) Facts {
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
