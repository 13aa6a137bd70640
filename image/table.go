package image

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
)

// lines is images.yaml with an entry a line, in JSON. A process asks for a few
// images, and to decode the whole table takes longer than all else that it does.
//
//go:generate go test -count=1 -run=TestLines . -update
//go:embed images.jsonl
var lines string

var embeddedTable = sync.OnceValue(func() *T { return must(fromLines(lines)) })

// Table returns the table that the program brings along. An entry of it is
// decoded on first use; that it can be is for the tests to show.
func Table() Lookup { return embeddedTable() }

// must is for what only a defect of this package can break, as with
// regexp.MustCompile.
func must[V any](v V, err error) V {
	if err != nil {
		panic(err)
	}
	return v
}

// T is a table of image facts. It is safe for concurrent use, and the slices
// and maps in the facts that it gives are shared: do not change them.
type T struct {
	byName   map[string]source
	byPrefix map[string]source // "bitnami/" of the name "bitnami/*"

	mu   sync.RWMutex
	done map[string]Facts // by reference; at most maxDone of them
}

// maxDone bounds the answers that a table remembers. A project has a few
// dozen base images.
const maxDone = 1024

// source gives an entry.
type source func() *entry

func newTable() *T {
	return &T{byName: map[string]source{}, byPrefix: map[string]source{}, done: map[string]Facts{}}
}

// Parse reads a table in the form of images.yaml, whose head documents it.
func Parse(data []byte) (*T, error) {
	entries, err := decode(data)
	if err != nil {
		return nil, err
	}
	return fromEntries(entries)
}

func fromEntries(entries []*entry) (*T, error) {
	t := newTable()
	for _, e := range entries {
		if err := t.add(e.Names, func() *entry { return e }); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// fromLines makes a table of lines, each of which is decoded on first use.
func fromLines(lines string) (*T, error) {
	t := newTable()
	for line := range strings.Lines(lines) {
		e := sync.OnceValue(func() *entry { return must(decodeLine(line)) })
		if err := t.add(lineNames(line), e); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// add lists an entry under its names.
func (t *T) add(names []string, e source) error {
	for _, name := range names {
		index := t.byName
		if prefix, ok := strings.CutSuffix(name, "*"); ok {
			name, index = prefix, t.byPrefix
		}
		if index[name] != nil {
			return fmt.Errorf("image table: %s is there twice", name)
		}
		index[name] = e
	}
	return nil
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
// images of one architecture: "arm64v8/alpine" is alpine. armhf, armel and aarch64
// are what they were called until 2017.
// https://github.com/docker-library/official-images#architectures-other-than-amd64
var architectures = map[string]bool{
	"amd64": true, "arm32v5": true, "arm32v6": true, "arm32v7": true, "arm64v8": true, "i386": true,
	"mips64le": true, "ppc64le": true, "riscv64": true, "s390x": true, "armhf": true, "armel": true, "aarch64": true,
}

// find returns the entry of a repository, nil if there is none.
func (t *T) find(name string) *entry {
	e := t.byName[name]
	if slash := strings.LastIndexByte(name, '/'); e == nil && slash >= 0 {
		e = t.byPrefix[name[:slash+1]]
		if architectures[name[:slash]] {
			e = t.byName[name[slash+1:]]
		}
	}
	if e == nil {
		return nil
	}
	return e()
}
