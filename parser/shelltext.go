package parser

import (
	"fmt"
	"path"
	"strings"

	bk "github.com/moby/buildkit/frontend/dockerfile/parser"
)

// shellScript parses the shell form, as the SHELL in effect would.
func (in *Instruction) shellScript(arg Token) *Script {
	s := &Script{Lang: in.shell()}
	t, interpreter := in.shellText(arg)
	if interpreter != "" {
		s.Lang = interpreter
	}
	if !isShell(s.Lang) {
		s.Err = fmt.Errorf("%s is not a shell that can be parsed", s.Lang)
		return s
	}
	s.Commands, s.Err = parseShell(t)
	return s
}

// shellText returns the text that BuildKit hands to the shell, and the program
// that a heredoc's "#!" line names. A RUN that is but a heredoc runs the body;
// another one has its heredocs put back behind the line, for the shell to read.
func (in *Instruction) shellText(arg Token) (t text, interpreter string) {
	if in.Opaque != "" {
		return placed(arg.Text, arg.Span), ""
	}
	end := in.rest[1]
	t = in.text.slice(end-len(arg.Text), end)
	if len(in.Heredocs) == 0 {
		return t, ""
	}
	if only, _ := bk.ParseHeredoc(arg.Text); only != nil {
		t = heredocText(in.Heredocs[0])
		return t, shebang(t.s)
	}
	for _, h := range in.Heredocs {
		t.add("\n", t.offset(len(t.s)))
		t.add(h.Content, h.Body.Start)
		t.add(h.Name, h.Body.End)
	}
	return t, ""
}

// heredocText is the body, without the leading tabs that <<- drops.
func heredocText(h Heredoc) (t text) {
	if !h.Chomp {
		return text{s: h.Content, segs: []segment{{0, h.Body.Start}}}
	}
	for off := 0; off < len(h.Content); {
		line := h.Content[off:]
		if i := strings.IndexByte(line, '\n'); i >= 0 {
			line = line[:i+1]
		}
		cut := strings.TrimLeft(line, "\t")
		t.add(cut, h.Body.Start+off+len(line)-len(cut))
		off += len(line)
	}
	return t
}

// shebang returns the name of the program in a "#!" line, or "".
func shebang(script string) string {
	line, _, _ := strings.Cut(script, "\n")
	line, ok := strings.CutPrefix(line, "#!")
	if !ok {
		return ""
	}
	for _, field := range strings.Fields(line) {
		if name := path.Base(field); name != "env" && !strings.HasPrefix(field, "-") {
			return name
		}
	}
	return "an empty #! line"
}

// shell names the program that SHELL sets for the instruction in its stage,
// "sh" if none does. It does not look into the stage that FROM names.
func (in *Instruction) shell() string {
	for i := in.Index - 1; i >= 0; i-- {
		switch before := in.file.Instructions[i]; before.Name {
		case "shell":
			name := before.Arg(0)
			name = strings.ToLower(name[strings.LastIndexAny(name, `/\`)+1:])
			return strings.TrimSuffix(name, ".exe")
		case "from":
			return "sh"
		}
	}
	return "sh"
}

func isShell(name string) bool {
	switch name {
	case "sh", "bash", "ash", "dash", "ksh", "mksh", "zsh":
		return true
	}
	return false
}

// slice returns the part of the text from start to end as a text of its own.
func (t text) slice(start, end int) text {
	out := text{s: t.s[start:end]}
	for i, seg := range t.segs {
		next := len(t.s)
		if i+1 < len(t.segs) {
			next = t.segs[i+1].at
		}
		if next <= start || seg.at >= end || seg.at == next {
			continue
		}
		shift := max(0, start-seg.at)
		out.segs = append(out.segs, segment{seg.at + shift - start, seg.offset + shift})
	}
	return out
}
