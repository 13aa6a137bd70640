package stage

import (
	"io/fs"
	"path"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/dfharden/dfharden/parser"
)

// Brought is a file of the image that a copy brings. Data is nil if it cannot be
// read.
type Brought struct {
	Path string // absolute, in the image
	File string // in the build context; "" for a here-document
	Data []byte
}

// Brings lists the files that a copy puts at or below a directory of the image.
// isDir says whether a path is a directory before the copy. known is false if
// they cannot be told: a copy from another stage or the network, a destination
// that depends on a variable, no build context.
func (s *Stage) Brings(in *parser.Instruction, dir string, isDir func(string) bool) (files []Brought, known bool) {
	paths, from, ok := sources(in)
	if !ok {
		return nil, true
	}
	dest := s.Before(in).Abs(paths.DestPath)
	if dest != "" && !touching(dest, dir) {
		return nil, true
	}
	if dest == "" || from != "" {
		return nil, false
	}
	into := strings.HasSuffix(paths.DestPath, "/") || len(paths.SourcePaths)+len(paths.SourceContents) > 1 || isDir(dest)
	known = true
	for _, c := range paths.SourceContents {
		b := Brought{Path: place(dest, c.Path, into), Data: []byte(c.Data)}
		if c.Expand && strings.Contains(c.Data, "$") {
			b.Data = nil
		}
		if within(b.Path, dir) {
			files = append(files, b)
		}
	}
	for _, src := range paths.SourcePaths {
		text, ok := s.Before(in).Expand(src)
		if !ok || strings.Contains(text, "://") || archives([]string{text}) {
			known = false
			continue
		}
		ok = s.graph.walk(text, dest, into, func(to, name string, d fs.DirEntry) {
			if within(to, dir) {
				files = append(files, Brought{to, name, s.graph.read(name, d)})
			}
		})
		known = known && ok
	}
	return files, known
}

// sources are those of a COPY or ADD; from is COPY's --from.
func sources(in *parser.Instruction) (paths instructions.SourcesAndDest, from string, ok bool) {
	switch c := in.Cmd.(type) {
	case *instructions.CopyCommand:
		return c.SourcesAndDest, c.From, true
	case *instructions.AddCommand:
		return c.SourcesAndDest, "", true
	}
	return paths, "", false
}

// touching reports whether one of two paths lies in the other.
func touching(a, b string) bool {
	return a == "/" || within(a, b) || within(b, a)
}

// within reports whether a path is a directory or lies in it.
func within(name, dir string) bool { return name == dir || strings.HasPrefix(name, dir+"/") }

func place(dest, base string, into bool) string {
	if into {
		return path.Join(dest, path.Base(base))
	}
	return dest
}

// walk gives the files that a source of the build context stands for, with their
// paths in the image. It says no if the context does not have it, or has more
// than maxWalk files there.
func (g *Graph) walk(src, dest string, into bool, add func(to, name string, d fs.DirEntry)) bool {
	if g.opt.Context == nil {
		return false
	}
	src = path.Join(".", path.Clean("/"+src))
	matches := []string{src}
	if strings.ContainsAny(src, "*?[") {
		matches, _ = fs.Glob(g.opt.Context, src) // a bad pattern matches nothing
		into = into || len(matches) > 1
	}
	n := 0
	for _, m := range matches {
		err := fs.WalkDir(g.opt.Context, m, func(name string, d fs.DirEntry, err error) error {
			if n++; err != nil || n > maxWalk {
				return fs.ErrInvalid
			}
			if d.IsDir() {
				return nil
			}
			to := path.Join(dest, strings.TrimPrefix(name, m))
			if m == "." {
				to = path.Join(dest, name)
			}
			if name == m {
				to = place(dest, name, into)
			}
			add(to, name, d)
			return nil
		})
		if err != nil {
			return false
		}
	}
	return len(matches) > 0
}

// read gives a regular file of the context that is not too large, or nil.
func (g *Graph) read(name string, d fs.DirEntry) []byte {
	if info, err := d.Info(); err != nil || !info.Mode().IsRegular() || info.Size() > maxContextFile {
		return nil
	}
	data, err := fs.ReadFile(g.opt.Context, name)
	if err != nil {
		return nil
	}
	return data
}
