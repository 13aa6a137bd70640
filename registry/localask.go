package registry

import (
	"context"
	"path/filepath"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/dfharden/dfharden/image"
)

// fromArchive gets the image that an archive has under a name; "" is the only
// one. Its digest is that of its configuration: it has no manifest.
func (l *Local) fromArchive(repoTag string) func(string) (v1.Image, v1.Hash, error) {
	return func(string) (v1.Image, v1.Hash, error) {
		var tag *name.Tag
		if repoTag != "" {
			parsed, err := name.NewTag(repoTag)
			if err != nil {
				return nil, v1.Hash{}, err
			}
			tag = &parsed
		}
		img, err := tarball.Image(l.open, tag)
		if err != nil {
			return nil, v1.Hash{}, err
		}
		id, err := img.ConfigName()
		return img, id, err
	}
}

// find returns the image that a reference names. A digest decides before a name
// does; one that is not here leaves the name without meaning.
func (l *Local) find(ref string) (local, bool) {
	repository, tag, digest, err := image.Normalise(ref)
	if err != nil {
		return local{}, false
	}
	for _, i := range l.images {
		if digest != "" && i.digest == digest || digest == "" && i.name == repository && i.tag == tag {
			return i, true
		}
	}
	return local{}, false
}

// fromLocal answers a question from this machine; false if the image is not here.
func (c *Client) fromLocal(q question, a *answer) bool {
	for _, l := range c.o.Local {
		i, ok := l.find(q.ref)
		if !ok {
			continue
		}
		if err := i.answer(q, a, l.path); err != nil {
			c.problem(q.ref, filepath.ToSlash(l.path)+": "+oneLine(err.Error()), without)
		}
		return true
	}
	return false
}

func (i local) answer(q question, a *answer, path string) error {
	img, id, err := i.get(q.platform)
	if err != nil {
		return err
	}
	var r *record
	if i.sized {
		r, err = readConfig(img)
	} else {
		config, err2 := img.ConfigFile()
		if err = err2; err == nil {
			r = recordOf(config)
		}
	}
	if err != nil {
		return err
	}
	a.digest, a.manifest, a.sized = i.digest, id.String(), i.sized
	a.source = filepath.ToSlash(path)
	a.evidence = a.source + ": " + shorten(id.String())
	a.find = func(context.Context) (v1.Image, error) { return img, nil }
	a.set(r)
	return nil
}
