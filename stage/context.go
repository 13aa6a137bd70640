package stage

import (
	"errors"
	"io"
	"io/fs"
	"path"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/source"
)

// maxContextFile is the most that is read of a file of the build context, bytes.
const maxContextFile = 1 << 20

// HasContext reports whether there is a build context to read from.
func (g *Graph) HasContext() bool { return g.opt.Context != nil }

// ContextFile finds the file of the build context that is at a path of the image, and
// reads it: a copy puts it there, perhaps from a stage that has it, or a RUN moves it.
// ok is false without a context, for a file that the context does not have, and for
// a path that a later RUN may have changed.
func (g *Graph) ContextFile(name string) (file string, data []byte, ok bool) {
	if g.opt.Context == nil {
		return "", nil, false
	}
	return g.find(name, false)
}

// runsFile are programs that run the file that their first argument names.
var runsFile = map[string]bool{"python": true, "python3": true, "python2": true, "node": true, "php": true, "ruby": true, "perl": true}

// touches reports whether a call may write to a path: it redirects to it, or names it
// and is something else than what sets modes and owners, or reads.
func touches(c Call, name string) bool {
	for _, r := range c.Redirects {
		if target, lit := r.Target.Lit(); lit && r.Op != "<" && c.Abs(Arg{Text: target, Known: true}) == name {
			return true
		}
	}
	switch c.Name {
	case "chmod", "chown", "ls", "cat", "test", "[", "dos2unix":
		return false
	case "sed":
		if c.Has(`s/\r$//`, `s/\r//g`, `s/\r//`, `s/\r$//g`) {
			return false // line ends only
		}
	}
	for i, a := range c.Args {
		if c.Abs(a) == name && (i > 0 || !runsFile[c.Name]) {
			return true
		}
	}
	return false
}

// copied reads the file that one COPY or ADD puts at a path.
func (s *Stage) copied(in *parser.Instruction, name string) (string, []byte, bool) {
	var paths instructions.SourcesAndDest
	switch c := in.Cmd.(type) {
	case *instructions.CopyCommand:
		if c.From != "" {
			return "", nil, false
		}
		paths = c.SourcesAndDest
	case *instructions.AddCommand:
		paths = c.SourcesAndDest
	default:
		return "", nil, false
	}
	st := s.Before(in)
	dest := st.Abs(paths.DestPath)
	if dest == "" || name != dest && !strings.HasPrefix(name, strings.TrimSuffix(dest, "/")+"/") {
		return "", nil, false
	}
	rest := strings.TrimPrefix(strings.TrimPrefix(name, dest), "/")
	for _, src := range paths.SourcePaths {
		text, known := st.Expand(src)
		if !known || strings.Contains(text, "://") {
			continue
		}
		if file, data, ok := s.graph.lookIn(path.Clean("/" + text)[1:], rest); ok {
			return file, data, true
		}
	}
	return "", nil, false
}

// lookIn reads what a source of a copy brings: a file, a file in a directory, or
// one that a pattern matches. rest is the path below the destination.
func (g *Graph) lookIn(src, rest string) (string, []byte, bool) {
	if src == "" {
		src = "."
	}
	matches := []string{src}
	if strings.ContainsAny(src, "*?[") {
		matches, _ = fs.Glob(g.context(), src) // a bad pattern matches nothing
	}
	for _, m := range matches {
		candidates := []string{path.Join(m, rest)} // a directory's content
		if rest == "" || path.Base(m) == rest {
			candidates = append(candidates, m)
		}
		for _, file := range candidates {
			if info, err := fs.Stat(g.context(), file); err == nil && info.Mode().IsRegular() && info.Size() <= maxContextFile {
				if data, err := fs.ReadFile(g.context(), file); err == nil {
					return file, data, true
				}
			}
		}
	}
	return "", nil, false
}

// maxWalk bounds how many files of the build context are looked at for one copy.
const maxWalk = 5000

// ClosedFile finds a file among the sources of a copy, or below them, that others
// than its owner cannot read, or cannot start though the owner can; "" if there is none, or no context.
func (g *Graph) ClosedFile(sources []string) string {
	if g.opt.Context == nil {
		return ""
	}
	found, n := "", 0
	for _, src := range sources {
		src = path.Clean("/" + src)[1:]
		if src == "" {
			src = "."
		}
		// An error ends the walk: what cannot be looked at is not known to be closed.
		_ = fs.WalkDir(g.context(), src, func(name string, d fs.DirEntry, err error) error {
			if n++; err != nil || n > maxWalk || found != "" {
				return fs.SkipAll
			}
			if d.Name() == ".git" || d.Name() == "node_modules" {
				return fs.SkipDir
			}
			if info, err := d.Info(); err == nil && name != "." && (info.Mode().IsRegular() && (info.Mode()&0o004 == 0 || info.Mode()&0o101 == 0o100) || info.IsDir() && info.Mode()&0o005 != 0o005) {
				found = name
			}
			return nil
		})
	}
	return found
}

// OpenToRun reports whether the build context has the file at a path of the image,
// and everybody may start it there.
func (g *Graph) OpenToRun(name string) bool {
	file, _, ok := g.ContextFile(name)
	if !ok {
		return false
	}
	info, err := fs.Stat(g.context(), file)
	return err == nil && info.Mode()&0o001 != 0
}

// ScriptCalls lists what a shell script at a path of the image starts, with the
// span of the word that names it. ok is false for one that cannot be read, is not
// for a POSIX shell or does not parse.
func (s *Stage) ScriptCalls(name string, at source.Span) (calls []Call, ok bool) {
	file, data, ok := s.graph.FileAt(name)
	if !ok {
		return nil, false
	}
	text := strings.ReplaceAll(string(data), "\r\n", "\n")
	if line, _, _ := strings.Cut(text, "\n"); strings.HasPrefix(line, "#!") && !shellLine(line) {
		return nil, false
	}
	return s.parsed(text, file, at)
}

// FileCalls lists the calls of a shell script of the project. ok is false if it
// cannot be parsed.
func (s *Stage) FileCalls(f ProjectFile) (calls []Call, ok bool) {
	return s.parsed(strings.ReplaceAll(string(f.Data), "\r\n", "\n"), f.Name, f.At.Span)
}

// shellLine reports whether a "#!" line names a shell, by itself or through env.
func shellLine(line string) bool {
	for _, w := range strings.Fields(strings.TrimPrefix(line, "#!")) {
		if shells[path.Base(w)] {
			return true
		}
	}
	return false
}

// TextCalls lists what a shell text in an argument of an instruction starts. ok is
// false for one that does not parse.
func (s *Stage) TextCalls(arg parser.Token) (calls []Call, ok bool) {
	return s.parsed(arg.Text, "", arg.Span)
}

func (s *Stage) parsed(text, file string, at source.Span) ([]Call, bool) {
	commands, err := parser.ParseShell(text)
	if err != nil {
		return nil, false
	}
	end := s.End()
	out := calls(&parser.Script{Commands: commands}, end.ImageEnv, end.WorkDir.Path)
	for i := range out {
		c := *out[i].Command
		c.Span = at
		out[i].Command, out[i].Script = &c, file
	}
	return out, true
}

// Magic numbers of what ADD unpacks. Source: pkg/archive of github.com/moby/moby.
var packed = []string{"\x1f\x8b\x08", "BZh", "\xfd7zXZ\x00", "\x28\xb5\x2f\xfd"}

// SourcePacked says whether the source of a copy is an archive that ADD unpacks, by
// its first bytes; a pattern is one if any file that it matches is. ok is false for
// what the build context does not have.
func (g *Graph) SourcePacked(src string) (is Tri, ok bool) {
	if g.opt.Context == nil {
		return Unknown, false
	}
	names, _ := fs.Glob(g.context(), path.Clean("/" + src)[1:]) // a bad pattern matches nothing
	for _, name := range names {
		head, err := g.head(name)
		if err != nil {
			return Unknown, false
		}
		const tarMagic = 257 // its offset in a header
		if len(head) > tarMagic+5 && string(head[tarMagic:tarMagic+5]) == "ustar" {
			return Yes, true
		}
		for _, magic := range packed {
			if strings.HasPrefix(string(head), magic) {
				return Yes, true
			}
		}
	}
	return No, len(names) > 0
}

// SourceFile reads the file that a source of a copy names, in the build context. ok
// is false for one that it does not have, and for patterns and folders.
func (g *Graph) SourceFile(src string) (data []byte, ok bool) {
	if g.opt.Context == nil {
		return nil, false
	}
	name := path.Clean("/" + src)[1:]
	info, err := fs.Stat(g.context(), name)
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxContextFile {
		return nil, false
	}
	data, err = fs.ReadFile(g.context(), name)
	return data, err == nil
}

// FolderFile reads a file of the folder that is the build context, whatever its ignore
// file says. ok is false for one that is not there; open says whether others than
// its owner can read it.
func (g *Graph) FolderFile(name string) (data []byte, open, ok bool) {
	if g.opt.Context == nil || name == "" {
		return nil, false, false
	}
	name = path.Clean("/" + name)[1:]
	info, err := fs.Stat(g.opt.Context, name)
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxContextFile {
		return nil, false, false
	}
	data, err = fs.ReadFile(g.opt.Context, name)
	return data, info.Mode().Perm()&0o004 != 0, err == nil
}

// head reads the first bytes of a file of the build context; none of a directory.
func (g *Graph) head(name string) ([]byte, error) {
	f, err := g.context().Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // nothing was written
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, err
	}
	buf := make([]byte, 512)
	n, err := io.ReadFull(f, buf)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return buf[:n], err
}
