package registry

import (
	"archive/tar"
	"errors"
	"io"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/dfharden/dfharden/image"
)

// watched are the directories of which every name is kept. Whether anything
// exists elsewhere is not known.
var watched = map[string]bool{
	".": true, "etc": true, "usr": true, "usr/lib": true, // the files, and links on the way to them
	"bin": true, "sbin": true, "usr/bin": true, "usr/sbin": true,
}

// texts are the files that are read.
var texts = map[string]bool{
	"etc/passwd": true, "etc/group": true, "etc/os-release": true, "usr/lib/os-release": true,
}

// The limits of what is kept of an image. None of them is near what a real one has.
const (
	maxText  = 1 << 20 // bytes of a file that is read
	maxNodes = 100_000 // names in the watched directories
	maxLinks = 40      // symbolic links on the way to a file, as Linux has it
)

var errTooMany = errors.New("it has more files than an image should")

// tree is the part of an image's file system that its layers were asked about.
type tree map[string]node

// node is a file, a directory or a symbolic link.
type node struct {
	dir     bool
	link    string
	text    string // of a regular file among texts
	unknown bool   // the text was not read
}

// layer puts the files of a layer over what is there: first it takes away what
// the layer's whiteouts name, then it adds (OCI image-spec, layer.md).
func (t tree) layer(r io.Reader) error {
	over := tree{}
	archive := tar.NewReader(r)
	for {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		name := strings.TrimPrefix(path.Clean("/"+h.Name), "/")
		if whiteout, ok := strings.CutPrefix(path.Base(name), ".wh."); ok {
			t.whiteout(t.real(path.Dir(name)), whiteout)
			continue
		}
		if name == "" || !watched[path.Dir(name)] {
			continue
		}
		if over[name], err = over.read(h, name, archive); err != nil {
			return err
		}
		if len(over)+len(t) > maxNodes {
			return errTooMany
		}
	}
	for _, name := range slices.Sorted(maps.Keys(over)) { // directories before what is in them
		n, at := over[name], path.Join(t.real(path.Dir(name)), path.Base(name))
		if old, ok := t[at]; ok && old.dir && !n.dir {
			t.remove(at)
		}
		if watched[path.Dir(at)] {
			t[at] = n
		}
	}
	return nil
}

// real is the directory that a directory's path leads to, where an entry of an
// archive ends up: with /bin a link to /usr/bin, bin/sh is usr/bin/sh.
func (t tree) real(dir string) string {
	for range maxLinks {
		link := t[dir].link
		if link == "" {
			break
		}
		dir = target(dir, link)
	}
	return dir
}

// target is where a link leads, as a path from the root.
func target(at, link string) string {
	if !strings.HasPrefix(link, "/") {
		link = path.Join("/", path.Dir(at), link)
	}
	return strings.TrimPrefix(path.Clean(link), "/")
}

// read makes the node of an entry.
func (t tree) read(h *tar.Header, name string, r io.Reader) (node, error) {
	switch h.Typeflag {
	case tar.TypeDir:
		return node{dir: true}, nil
	case tar.TypeSymlink:
		return node{link: h.Linkname}, nil
	case tar.TypeLink:
		target, ok := t[strings.TrimPrefix(path.Clean("/"+h.Linkname), "/")]
		return node{link: target.link, text: target.text, unknown: !ok || target.unknown}, nil
	case tar.TypeReg:
		if texts[name] && h.Size <= maxText {
			text, err := io.ReadAll(r)
			return node{text: string(text)}, err
		}
	}
	return node{unknown: true}, nil
}

// whiteout removes a name of the layers below, or for the opaque marker all that
// is in the directory.
func (t tree) whiteout(dir, name string) {
	if !watched[dir] {
		return
	}
	if name == ".wh..opq" {
		for have := range t {
			if dir == "." || strings.HasPrefix(have, dir+"/") {
				delete(t, have)
			}
		}
		return
	}
	t.remove(path.Join(dir, name))
}

// remove takes a file away, and all that is below it.
func (t tree) remove(name string) {
	for have := range t {
		if have == name || strings.HasPrefix(have, name+"/") {
			delete(t, have)
		}
	}
}

// find follows a path. It is Unknown where that leads to a directory that is not
// watched.
func (t tree) find(name string) (node, image.Tri) {
	for range maxLinks {
		next, n, found := t.step(name)
		if next == "" {
			return n, found
		}
		name = next
	}
	return node{}, image.No // a loop, which is no file to any program
}

// step goes along a path to the first symbolic link, and returns the path with
// the link's target in its place; "" if there is none on the way.
func (t tree) step(name string) (next string, n node, found image.Tri) {
	parts := strings.Split(name, "/")
	for i := range parts {
		at := strings.Join(parts[:i+1], "/")
		n, ok := t[at]
		last := i == len(parts)-1
		switch {
		case ok && n.link != "":
			return path.Join(target(at, n.link), path.Join(parts[i+1:]...)), n, image.Unknown
		case ok && last:
			return "", n, image.Yes
		case ok && !n.dir:
			return "", n, image.No
		case !watched[path.Dir(at)]:
			return "", n, image.Unknown
		case last:
			return "", n, image.No
		} // a directory that no archive lists is there if a file in it is
	}
	return "", node{}, image.Unknown
}
