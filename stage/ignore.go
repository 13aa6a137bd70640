package stage

import (
	"bytes"
	"errors"
	"io/fs"
	"path"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"

	"github.com/dfharden/dfharden/image"
)

// ignoreFile is the list of what the build context leaves out. A list beside the
// Dockerfile, with its name in front, takes its place; see Options.Ignore.
const ignoreFile = ".dockerignore"

// ignored is a build context without the files that its ignore file excludes: a
// builder does not have those either.
type ignored struct {
	fs.FS
	patterns *patternmatcher.PatternMatcher // nil: none
	listed   bool                           // there is an ignore file
}

// context is the build context as a builder sees it, nil if there is none. An
// ignore file that cannot be read or has a malformed pattern makes the builder
// fail, and excludes nothing here.
func (g *Graph) context() fs.FS {
	if g.opt.Context == nil {
		return nil
	}
	if g.seen != nil {
		return g.seen
	}
	g.seen = &ignored{FS: g.opt.Context, listed: true}
	list := g.opt.Ignore
	if list == nil {
		var err error
		if list, err = fs.ReadFile(g.opt.Context, ignoreFile); err != nil {
			g.seen.listed = !errors.Is(err, fs.ErrNotExist)
			return g.seen
		}
	}
	if lines, err := ignorefile.ReadAll(bytes.NewReader(list)); err == nil && len(lines) > 0 {
		if patterns, err := patternmatcher.New(lines); err == nil {
			g.seen.patterns = patterns
		}
	}
	return g.seen
}

func (c *ignored) excludes(name string) bool {
	if name == "." || c.patterns == nil {
		return false
	}
	out, err := c.patterns.MatchesOrParentMatches(name)
	return err == nil && out
}

// Open implements fs.FS.
func (c *ignored) Open(name string) (fs.File, error) {
	if !c.excludes(name) {
		return c.FS.Open(name)
	}
	if info, err := fs.Stat(c.FS, name); err == nil && info.IsDir() && c.patterns.Exclusions() {
		return c.FS.Open(name) // a later "!" may bring back something below it
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// ReadDir implements fs.ReadDirFS.
func (c *ignored) ReadDir(name string) ([]fs.DirEntry, error) {
	all, err := fs.ReadDir(c.FS, name)
	var seen []fs.DirEntry
	for _, e := range all {
		if !c.excludes(path.Join(name, e.Name())) || e.IsDir() && c.patterns.Exclusions() {
			seen = append(seen, e)
		}
	}
	return seen, err
}

// HasIgnoreFile reports whether the build context has an ignore file, whatever is
// in it. Without a context it is Unknown.
func (g *Graph) HasIgnoreFile() Tri {
	if g.opt.Context == nil {
		return Unknown
	}
	g.context()
	return image.Of(g.seen.listed)
}

// InContext reports whether the build context has a file or folder, as a builder
// sees it: without what the ignore file excludes. Without a context it is Unknown.
func (g *Graph) InContext(name string) Tri {
	if g.opt.Context == nil {
		return Unknown
	}
	_, err := fs.Stat(g.context(), path.Clean("/" + name)[1:])
	return image.Of(err == nil)
}
