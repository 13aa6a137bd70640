package parser

import (
	"fmt"
	"path"
	"strings"

	bk "github.com/moby/buildkit/frontend/dockerfile/parser"
)

// shellScript parses the shell form, as the SHELL in effect would.
func (in *Instruction) shellScript(arg Token) *Script {
	s := &Script{Lang: in.shell}
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
		t.addBody(h, false)
		t.add(h.Name, h.Body.End)
	}
	return t, ""
}

// heredocText is the body, without the leading tabs that <<- drops.
func heredocText(h Heredoc) (t text) {
	t.addBody(h, h.Chomp)
	return t
}

// addBody appends a heredoc line by line. A '\r' that ends a line is left out:
// the shell would take it for a part of the last word, but a file that was
// checked out with CRLF is not meant so, and is to be read as it is with LF.
func (t *text) addBody(h Heredoc, chomp bool) {
	if !chomp && !strings.Contains(h.Content, "\r\n") {
		t.add(h.Content, h.Body.Start)
		return
	}
	var b strings.Builder
	off, at := h.Body.Start, len(t.s)
	add := func(s string, offset int) {
		t.segs = append(t.segs, segment{at + b.Len(), offset})
		b.WriteString(s)
	}
	for line := range strings.Lines(h.Content) {
		cut := line
		if chomp {
			cut = strings.TrimLeft(line, "\t")
		}
		start := off + len(line) - len(cut)
		off += len(line)
		if text, crlf := strings.CutSuffix(cut, "\r\n"); crlf {
			add(text, start)
			cut, start = "\n", off-1
		}
		add(cut, start)
	}
	t.s += b.String()
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

// shellProgram names the shell that a SHELL starts, perhaps through another
// program as in ["conda", "run", "bash", "-c"]; else its first program.
func shellProgram(args []string) string {
	for _, arg := range args {
		if name := program(arg); isShell(name) {
			return name
		}
	}
	return program(args[0])
}

// program is the name of a program from its path, on Windows too.
func program(file string) string {
	name := strings.ToLower(file[strings.LastIndexAny(file, `/\`)+1:])
	return strings.TrimSuffix(name, ".exe")
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
