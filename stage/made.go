package stage

import (
	"path"
	"slices"
	"strings"

	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/parser"
)

// maxFileDepth bounds how far a file is followed through moves, stages and scripts.
const maxFileDepth = 8

// FileAt reads the file at a path of the image, as far as the Dockerfile tells what
// is in it: a copy brings it from the build context, from a here-document or from a
// stage that has it, a RUN moves it there, or writes its text. file is its name for
// messages. Where only some runs of a RUN or of its script write it, data has all
// that they may write.
func (g *Graph) FileAt(name string) (file string, data []byte, ok bool) { return g.find(name, true) }

// find is fileAt at the end of the image, done once for a path.
func (g *Graph) find(name string, made bool) (file string, data []byte, ok bool) {
	key := fileKey{name, made}
	f, done := g.files[key]
	if !done {
		f, _ = g.final.fileAt(name, len(g.final.Instructions), made, 0)
		if g.files == nil {
			g.files = map[fileKey]found{}
		}
		g.files[key] = f
	}
	return f.name, f.data, f.name != ""
}

type fileKey struct {
	name string
	made bool
}

// found is a file whose content is known; without a name there is none.
type found struct {
	name string
	data []byte
}

// fileAt is FileAt at one place of a stage, above the instruction of that index. made
// takes in what RUNs and here-documents write.
func (s *Stage) fileAt(name string, index int, made bool, depth int) (found, bool) {
	if name == "" || depth > maxFileDepth {
		return found{}, false
	}
	for {
		for j := min(index, len(s.Instructions)) - 1; j >= 0; j-- {
			in := s.Instructions[j]
			if in.Name == "run" {
				w := s.writes(in, name, made)
				switch {
				case w.unknown, w.text != "" && !made:
					return found{}, false
				case w.from != "":
					name = w.from
				case w.text != "" && (w.appends || w.perhaps):
					f, ok := s.fileAt(name, j, made, depth+1)
					if ok {
						f.data = append(slices.Clone(f.data), w.text...)
					} else if w.perhaps && w.branches > 1 && strings.Contains(in.Rest.Text, "else") {
						f, ok = found{path.Base(name), []byte(w.text)}, true
					}
					return f, ok
				case w.text != "":
					return found{path.Base(name), []byte(w.text)}, true
				}
				continue
			}
			if f, ok := s.brought(in, name, made, depth); ok {
				return f, true
			}
		}
		if s.Base == nil {
			return s.inImage(name, made)
		}
		s, index = s.Base, 1<<30 // the whole of the stages below
	}
}

// Files is a lookup that knows files of images, too. file is the name for messages.
type Files interface {
	image.Lookup
	FileAt(ref, name string) (file string, data []byte, ok bool)
}

// inImage reads a file of the image that a stage is built on.
func (s *Stage) inImage(name string, made bool) (found, bool) {
	files, ok := s.graph.opt.Images.(Files)
	if !ok || !made || s.Ref == "" {
		return found{}, false
	}
	file, data, ok := files.FileAt(s.Ref, name)
	return found{file, data}, ok
}

// brought reads the file that one COPY or ADD puts at a path.
func (s *Stage) brought(in *parser.Instruction, name string, made bool, depth int) (found, bool) {
	paths, from, ok := sources(in)
	if !ok {
		return found{}, false
	}
	dest := s.Before(in).Abs(paths.DestPath)
	if dest == "" || name != dest && !strings.HasPrefix(name, strings.TrimSuffix(dest, "/")+"/") {
		return found{}, false
	}
	if from == "" {
		for _, c := range paths.SourceContents {
			if into := strings.HasSuffix(paths.DestPath, "/") || len(paths.SourceContents) > 1; made && place(dest, c.Path, into) == name {
				if c.Expand && strings.Contains(c.Data, "$") {
					return found{}, false
				}
				return found{path.Base(name), []byte(c.Data)}, true
			}
		}
		if s.graph.opt.Context == nil {
			return found{}, false
		}
		file, data, ok := s.copied(in, name)
		return found{file, data}, ok
	}
	other, rest := s.edgeTo(in), strings.TrimPrefix(strings.TrimPrefix(name, dest), "/")
	for _, src := range paths.SourcePaths {
		text, known := s.Before(in).Expand(src)
		if !known || other == nil || strings.ContainsAny(text, "*?[") {
			continue
		}
		text = path.Join("/", text)
		candidates := []string{path.Join(text, rest)}
		if rest == "" || path.Base(text) == rest {
			candidates = append(candidates, text)
		}
		for _, c := range candidates {
			if f, ok := other.fileAt(c, len(other.Instructions), made, depth+1); ok {
				return f, true
			}
		}
	}
	return found{}, false
}

// edgeTo is the stage that a COPY takes from, nil if it is an image.
func (s *Stage) edgeTo(in *parser.Instruction) *Stage {
	for _, e := range s.Edges {
		if e.At == in {
			return e.To
		}
	}
	return nil
}

// writing is what a RUN does to a file.
type writing struct {
	unknown bool   // something that is not known
	from    string // it moves or copies another file there
	text    string // it writes this
	appends bool   // behind what was there
	perhaps bool   // or what was there stays

	branches int // of the RUN that write it
}

// writes finds what a RUN does to a file, by itself or, if scripts are to be read, by
// a shell script of the build context that it starts.
func (s *Stage) writes(in *parser.Instruction, name string, scripts bool) (w writing) {
	if script := in.Script(); script != nil {
		for _, c := range script.Commands {
			for _, r := range c.Redirects {
				if target, _ := r.Target.Lit(); len(c.Words) == 0 && target == name {
					w.unknown = true // a block
				}
			}
		}
	}
	list := s.Calls(in)
	for i, c := range list {
		if text, ok := branch(list[:i], c, name); ok && scripts && w.from == "" {
			w.text, w.perhaps, w.branches = w.text+text, w.perhaps || w.text == "", w.branches+1
			continue
		}
		w.call(list[:i], c, name)
		if !scripts || w.unknown {
			continue
		}
		if inner := s.runs(in, c); inner != nil {
			var union writing
			for k, c := range inner {
				c.Always = true
				union.call(inner[:k], c, name)
				if union.text != "" {
					union.unknown = false // all that the script may write
				}
			}
			if union.text != "" {
				w = writing{text: w.text + union.text, perhaps: w.perhaps, branches: w.branches}
				if !c.Always {
					w.branches++
				}
			}
		}
	}
	for _, c := range list {
		if w.from != "" && movesTo(c, name) != w.from && (touches(c, w.from) || movesTo(c, w.from) != "") {
			w.unknown = true // it is made here, too
		}
	}
	return w
}

// branch is the text that a call in a branch of a RUN writes to a file.
func branch(before []Call, c Call, name string) (text string, ok bool) {
	if c.Always || c.Func != "" || !touches(c, name) {
		return "", false
	}
	text, _, ok = writesText(before, c, name)
	return text, ok
}

// runs lists the calls of the shell script that a call of a RUN starts, nil if it
// starts none that can be read.
func (s *Stage) runs(in *parser.Instruction, c Call) []Call {
	inner, done := s.graph.inner[c.Command]
	if !done {
		inner = s.scriptOf(in, c)
		if s.graph.inner == nil {
			s.graph.inner = map[*parser.Command][]Call{}
		}
		s.graph.inner[c.Command] = inner
	}
	return inner
}

func (s *Stage) scriptOf(in *parser.Instruction, c Call) []Call {
	script := c.Path
	if shells[c.Name] {
		ops := c.Operands()
		if len(ops) == 0 {
			return nil
		}
		script = ops[0].Text
	}
	if !strings.HasSuffix(script, ".sh") {
		return nil
	}
	f, ok := s.fileAt(c.Abs(Arg{Text: script, Known: true}), slices.Index(s.Instructions, in), false, 0)
	if !ok {
		return nil
	}
	commands, err := parser.ParseShell(strings.ReplaceAll(string(f.data), "\r\n", "\n"))
	if err != nil {
		return nil
	}
	return calls(&parser.Script{Commands: commands}, s.Before(in).Env, c.Dir)
}

// call takes in one call of a RUN; before are those in front of it.
func (w *writing) call(before []Call, c Call, name string) {
	from := movesTo(c, name)
	if from == "" && !touches(c, name) {
		return
	}
	text, appends, ok := writesText(before, c, name)
	switch {
	case !c.Always || c.Func != "":
		w.unknown = true
	case ok && appends && w.from == "":
		w.appends = w.appends || w.text == ""
		w.text += text
	case ok && w.from == "":
		w.text, w.appends = text, false
	case from != "" && w.text == "":
		w.from = from
	default:
		w.unknown = true
	}
}

// movesTo is the file that a call moves, copies or links to a path, by itself or with
// others into its directory; "" if it does not.
func movesTo(c Call, name string) string {
	if c.Name != "mv" && c.Name != "cp" && c.Name != "ln" && c.Name != "install" {
		return ""
	}
	ops := c.Operands()
	if len(ops) < 2 {
		return ""
	}
	to := c.Abs(ops[len(ops)-1])
	for _, op := range ops[:len(ops)-1] {
		from := c.Abs(op)
		if from != "" && from != name && to != "" && (len(ops) == 2 && to == name || path.Join(to, path.Base(from)) == name) {
			return from
		}
	}
	return ""
}
