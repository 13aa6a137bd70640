package stage

import (
	"path"
	"slices"
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/source"
)

// Arg is a word of a command with its variables replaced. Text is the word as
// written if Known is false.
type Arg struct {
	Text  string
	Known bool
	Span  source.Span
}

// Call is a program that an instruction starts, without what is put in front of
// it (sudo, env, exec, tini …).
type Call struct {
	*parser.Command
	Name   string      // base name of the program; "" if it is not known
	Path   string      // the program as it is called
	Word   source.Span // of the program's word
	Args   []Arg
	Sudo   bool     // called through sudo or doas
	Via    []string // what stood in front, outermost first
	Script string   // the file of the build context that the call stands in; "" is the Dockerfile
	Dir    string   // working directory after `cd` in the same script; "" is unknown
}

// Has reports whether one of the arguments is exactly one of the words.
func (c Call) Has(words ...string) bool {
	for _, a := range c.Args {
		for _, w := range words {
			if a.Known && a.Text == w {
				return true
			}
		}
	}
	return false
}

// Sub is the first argument that is not an option: the subcommand of npm, apt
// and their like.
func (c Call) Sub() string {
	if ops := c.Operands(); len(ops) > 0 {
		return ops[0].Text
	}
	return ""
}

// Operands are the arguments that do not begin with a dash.
func (c Call) Operands() []Arg {
	var ops []Arg
	for _, a := range c.Args {
		if !strings.HasPrefix(a.Text, "-") && !strings.HasPrefix(a.Text, "+") {
			ops = append(ops, a)
		}
	}
	return ops
}

// Abs makes a file argument absolute in the directory of the call. It is "" if
// the argument or the directory is unknown.
func (c Call) Abs(a Arg) string {
	switch {
	case !a.Known || a.Text == "":
		return ""
	case strings.HasPrefix(a.Text, "/"):
		return path.Clean(a.Text)
	case c.Dir == "":
		return ""
	}
	return path.Join(c.Dir, a.Text)
}

// calls turns the commands of a script into calls. get gives the variables in
// force, dir is the working directory.
func calls(script *parser.Script, get func(string) (string, bool), dir string) []Call {
	if script == nil {
		return nil
	}
	local := map[string]string{}
	lookup := func(name string) (string, bool) {
		if v, ok := local[name]; ok {
			return v, v != "\x00"
		}
		return get(name)
	}
	var out []Call
	dirs := map[int]string{0: dir} // by subshell
	for _, cmd := range withInput(script.Commands) {
		shell := 0
		for _, inner := range cmd.Shells {
			if _, ok := dirs[inner]; !ok {
				dirs[inner] = dirs[shell]
			}
			shell = inner
		}
		if len(cmd.Words) == 0 {
			for _, a := range cmd.Assigns {
				v, ok := a.Value.Expand(lookup)
				if !ok || !cmd.Always {
					v = "\x00"
				}
				local[a.Name] = v
			}
			continue
		}
		c := newCall(cmd, lookup)
		c.Dir = dirs[shell]
		if c.Name == "cd" || c.Name == "pushd" {
			dirs[shell] = changeDir(c)
		}
		out = append(out, c)
	}
	return out
}

// withInput lists behind every shell that reads its script from a heredoc the
// commands of that script, with the span of the shell's own command.
func withInput(commands []*parser.Command) []*parser.Command {
	var out []*parser.Command
	for i, cmd := range commands {
		out = append(out, cmd)
		inner, _ := input(cmd)
		for _, c := range inner {
			c.Shells = append(slices.Clip(cmd.Shells), -i-1)
			c.Span, c.Always = cmd.Span, c.Always && cmd.Always
			out = append(out, c)
		}
	}
	return out
}

// input parses the heredoc that a shell reads its script from; ok is false if
// there is one that does not parse.
func input(cmd *parser.Command) (commands []*parser.Command, ok bool) {
	if len(cmd.Words) == 0 {
		return nil, true
	}
	name, lit := cmd.Words[0].Lit()
	if !lit || !shells[path.Base(name)] {
		return nil, true
	}
	for _, w := range cmd.Words[1:] {
		if text, lit := w.Lit(); !lit || text == "-c" || text != "-" && !strings.HasPrefix(text, "-") {
			return nil, true // it runs something else
		}
	}
	for _, r := range cmd.Redirects {
		if r.Heredoc != "" {
			commands, err := parser.ParseShell(r.Heredoc)
			return commands, err == nil
		}
	}
	return nil, true
}

var shells = map[string]bool{"sh": true, "bash": true, "ash": true, "dash": true, "zsh": true, "ksh": true}

func changeDir(c Call) string {
	if ops := c.Operands(); len(ops) == 1 {
		return c.Abs(ops[0])
	}
	return ""
}

func newCall(cmd *parser.Command, get func(string) (string, bool)) Call {
	args := make([]Arg, len(cmd.Words))
	for i, w := range cmd.Words {
		text, ok := w.Expand(get)
		if !ok {
			text = w.Raw
		}
		args[i] = Arg{Text: text, Known: ok, Span: w.Span}
	}
	return unwrap(Call{Command: cmd}, args)
}
