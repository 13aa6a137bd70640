package checks

import (
	"path"
	"regexp"
	"strings"

	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// started lists what a container of the image runs: the calls of ENTRYPOINT and
// CMD, the base image's own where the file does not override them. A script that
// the build context has is followed by its own calls; servers that a program starts come last.
func (p *Pass) started() []stage.Call {
	if p.starts == nil {
		p.starts = p.follow(p.direct(), 0, map[string]bool{})
		for _, c := range p.starts {
			p.starts = append(p.starts, p.sourceCalls(c)...)
		}
	}
	return p.starts
}

// direct is started without what scripts call.
func (p *Pass) direct() []stage.Call {
	st := p.Graph.Final().End()
	var out []stage.Call
	add := func(in *parser.Instruction, base []string) {
		if in != nil {
			out = append(out, p.calls(in)...)
		} else if len(base) > 0 {
			out = append(out, baseCall(base))
		}
	}
	add(st.Start.Entrypoint, st.Start.BaseEntry)
	entry := len(out)
	if e := st.Start.Entrypoint; e == nil || e.JSON {
		if script, ok := p.cmdScript(out); ok {
			return append(out, script...)
		}
		add(st.Start.Cmd, st.Start.BaseCmd)
	}
	return append(out[:entry:entry], p.viaDeno(out[entry:])...)
}

// cmdScript lists what CMD starts where ENTRYPOINT is ["sh", "-c"]: its first
// argument is a script then.
func (p *Pass) cmdScript(entry []stage.Call) ([]stage.Call, bool) {
	start := p.Graph.Final().End().Start
	if start.Entrypoint == nil || start.Cmd == nil || !start.Cmd.JSON || len(entry) != 1 || len(start.Cmd.Args) == 0 {
		return nil, false
	}
	c := entry[0]
	if !shellNames[c.Name] || len(c.Args) == 0 || !shellCommand.MatchString(c.Args[len(c.Args)-1].Text) {
		return nil, false
	}
	return p.Graph.Final().TextCalls(start.Cmd.Args[0])
}

// shellCommand is the option of a shell behind which its script stands.
var shellCommand = regexp.MustCompile(`^-[a-z]*c$`)

// baseCall is a command of the base image; it has no place in the file.
func baseCall(words []string) stage.Call {
	c := stage.Call{Command: &parser.Command{Always: true}, Path: words[0], Name: path.Base(words[0])}
	for _, w := range words[1:] {
		c.Args = append(c.Args, stage.Arg{Text: w, Known: true})
	}
	return c
}

// calls lists the programs that an instruction of the image starts, in whichever
// stage of the chain it stands.
func (p *Pass) calls(in *parser.Instruction) []stage.Call {
	for _, s := range p.Graph.Chain() {
		if calls := s.Calls(in); calls != nil {
			return calls
		}
	}
	return nil
}

// runs lists the RUN instructions of the image, in the order in which they run.
func (p *Pass) runs() []*parser.Instruction {
	var out []*parser.Instruction
	for _, s := range p.Graph.Chain() {
		for _, in := range s.Instructions {
			if in.Name == "run" {
				out = append(out, in)
			}
		}
	}
	return out
}

// commands lists the instructions that say what runs in a container: ENTRYPOINT,
// CMD and HEALTHCHECK in force.
func (p *Pass) commands() []*parser.Instruction {
	st := p.Graph.Final().End().Start
	var out []*parser.Instruction
	for _, in := range []*parser.Instruction{st.Entrypoint, st.Cmd, st.Healthcheck} {
		if in != nil {
			out = append(out, in)
		}
	}
	return out
}

// hasShell says whether a RUN can be added to the image.
func (p *Pass) hasShell() stage.Tri {
	f := p.Graph.Final()
	if f.Facts.Tools == image.NoTools {
		return stage.No
	}
	if f.Facts.Shell != stage.Unknown {
		return f.Facts.Shell
	}
	for _, in := range p.runs() {
		if !in.JSON {
			return stage.Yes
		}
	}
	return stage.Unknown
}

// word reports whether text has a word that is not part of a longer name.
func word(text, w string) bool {
	for off := 0; ; {
		i := strings.Index(text[off:], w)
		if i < 0 {
			return false
		}
		start, end := off+i, off+i+len(w)
		if (start == 0 || !nameByte(text[start-1])) && (end == len(text) || !nameByte(text[end])) {
			return true
		}
		off = end
	}
}

func nameByte(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '_'
}
