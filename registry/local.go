package registry

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/dfharden/dfharden/image"
)

// Local is a folder or a file with images.
type Local struct {
	path   string
	images []local
}

// local is an image, or for several platforms one each, under one name.
type local struct {
	name, tag string // as image.Normalise has them; "" if it has only a digest
	digest    string
	sized     bool // it has a manifest
	get       func(platform string) (v1.Image, v1.Hash, error)
}

// Annotations that name an image in a layout. The first is containerd's and holds
// a whole reference; in the second most tools write one, and some only a tag.
const (
	containerdName = "io.containerd.image.name"
	refName        = "org.opencontainers.image.ref.name"
)

// OpenLocal reads what images there are in an OCI layout or in an archive that
// `docker save` or `podman save` made, which may be compressed with gzip. The
// argument is a path, or NAME=PATH to give the one image in it a name.
func OpenLocal(arg string) (*Local, error) {
	path, given := arg, ""
	if _, err := os.Stat(arg); errors.Is(err, fs.ErrNotExist) {
		if name, rest, ok := strings.Cut(arg, "="); ok {
			path, given = rest, name
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, cause(err))
	}
	l := &Local{path: path}
	if info.IsDir() {
		err = l.readLayout()
	} else {
		err = l.readArchive()
	}
	if err == nil {
		err = l.rename(given)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return l, nil
}

// cause is an error of the file system without its operation and path.
func cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// readLayout lists the images of an OCI layout.
func (l *Local) readLayout() error {
	index, err := layout.ImageIndexFromPath(l.path)
	if errors.Is(err, fs.ErrNotExist) {
		return errors.New("not an OCI layout: it has no index.json")
	}
	if err != nil {
		return cause(err)
	}
	list, err := index.IndexManifest()
	if err != nil {
		return fmt.Errorf("index.json: %w", err)
	}
	for _, d := range list.Manifests {
		name := d.Annotations[containerdName]
		if name == "" {
			name = d.Annotations[refName]
		}
		if !d.MediaType.IsIndex() && !d.MediaType.IsImage() {
			continue
		}
		l.add(name, local{digest: d.Digest.String(), sized: true, get: func(platform string) (v1.Image, v1.Hash, error) {
			if !d.MediaType.IsIndex() {
				img, err := index.Image(d.Digest)
				return img, d.Digest, err
			}
			inner, err := index.ImageIndex(d.Digest)
			if err != nil {
				return nil, v1.Hash{}, err
			}
			return choose(inner, platform)
		}})
	}
	return nil
}

// readArchive lists the images of an archive.
func (l *Local) readArchive() error {
	list, err := tarball.LoadManifest(l.open)
	if err != nil && l.holds("oci-layout") {
		return errors.New("it is an archive of an OCI layout: unpack it, and name the folder")
	}
	if err != nil {
		return errors.New("neither an OCI layout nor an archive of docker save")
	}
	for _, d := range list {
		for _, name := range d.RepoTags {
			l.add(name, local{get: l.fromArchive(name)})
		}
	}
	if len(list) == 1 && len(l.images) == 0 {
		l.add("", local{get: l.fromArchive("")})
	}
	return nil
}

// holds reports whether there is a file of that name in an archive.
func (l *Local) holds(name string) bool {
	r, err := l.open()
	if err != nil {
		return false
	}
	defer func() { _ = r.Close() }()
	for archive := tar.NewReader(r); ; {
		h, err := archive.Next()
		if err != nil {
			return false
		}
		if strings.TrimPrefix(h.Name, "./") == name {
			return true
		}
	}
}

// open opens an archive for reading from its start.
func (l *Local) open() (io.ReadCloser, error) {
	f, err := os.Open(l.path)
	if err != nil {
		return nil, cause(err)
	}
	r := bufio.NewReader(f)
	if head, _ := r.Peek(2); len(head) < 2 || head[0] != 0x1f || head[1] != 0x8b {
		return struct {
			io.Reader
			io.Closer
		}{r, f}, nil
	}
	unzipped, err := gzip.NewReader(r)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return struct {
		io.Reader
		io.Closer
	}{unzipped, f}, nil
}

// add lists an image under a name; one that is only a tag names nothing.
func (l *Local) add(name string, i local) {
	if strings.ContainsAny(name, "/:") || name != "" && !i.sized {
		if repository, tag, _, err := image.Normalise(name); err == nil {
			i.name, i.tag = repository, tag
		}
	}
	l.images = append(l.images, i)
}

// rename gives the only image a name, and refuses a place without names.
func (l *Local) rename(name string) error {
	switch {
	case len(l.images) == 0:
		return errors.New("there is no image in it")
	case name == "":
		for _, i := range l.images {
			if i.name != "" || i.digest != "" && len(l.images) > 1 {
				return nil
			}
		}
		return fmt.Errorf("the image in it has no name; give it one: NAME=%s", filepath.ToSlash(l.path))
	case len(l.images) > 1:
		return fmt.Errorf("there are %d images in it, which cannot all be %s", len(l.images), name)
	}
	repository, tag, _, err := image.Normalise(name)
	l.images[0].name, l.images[0].tag = repository, tag
	return err
}
