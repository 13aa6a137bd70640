package parser

import (
	"sync"

	"github.com/dfharden/dfharden/source"
)

// Script is what an instruction runs, as commands.
type Script struct {
	// Commands holds every command of the script in the order of the text, nested
	// ones included. It is nil if Err is not.
	Commands []*Command
	Err      error // why the text could not be read as shell commands
	// Lang names the shell: "sh", what SHELL sets in the stage or in one that it is
	// built on, or what a heredoc's "#!" line says; "" for the exec form. The base
	// image's own SHELL is not known here: on Windows the text is none of sh.
	Lang string
}

// Command is a simple command. A compound one (a block, an if, a loop) is listed
// by the commands in it, and before them by a Command without words if it has
// redirections. Tests ([[ ]]) and arithmetic are not listed.
type Command struct {
	Words     []Word   // the program first; none for a bare assignment
	Assigns   []Assign // in front; or the arguments of export, local, declare …
	Redirects []Redirect
	Span      source.Span

	// Always says that the command runs whenever the instruction succeeds: it is
	// not in the body of an if, case, for, while or function, not behind "||", not
	// in a substitution. Behind "&&" it counts, unless "||" or a mere test in
	// front can skip it unnoticed.
	Always bool
	Piped  bool   // its output goes into another command
	Func   string // the name of the shell function around it
	Subst  bool   // within $(…), `…`, <(…) or >(…)

	// Shells are the subshells around it, the outermost first, by numbers: what one
	// of them changes, the directory above all, ends with it.
	Shells []int
}

// Assign is NAME=value or NAME+=value.
type Assign struct {
	Name   string
	Value  Word // no bytes in "NAME="; for an array its bytes, which do not expand
	Append bool
	Span   source.Span
}

// Redirect is a redirection of a command.
type Redirect struct {
	Op      string // ">", ">>", "<", "<<", "<<-", ">&", "&>", …
	Fd      string // the number or {name} in front, or ""
	Target  Word   // for a heredoc its name as written
	Heredoc string // the body of a heredoc as written; <<- drops its leading tabs
	Span    source.Span
}

type lazyScript struct {
	once   sync.Once
	script *Script
}

// Script returns what RUN runs, or what CMD, ENTRYPOINT or HEALTHCHECK are to
// run; nil for other instructions and if there is nothing. The text is parsed on
// the first call. For an ONBUILD ask its Sub.
func (in *Instruction) Script() *Script {
	in.script.once.Do(func() { in.script.script = in.parseScript() })
	return in.script.script
}

func (in *Instruction) parseScript() *Script {
	args := in.Args
	switch in.Name {
	case "run", "cmd", "entrypoint":
	case "healthcheck":
		args = args[min(1, len(args)):]
	default:
		return nil
	}
	switch {
	case len(args) == 0:
		return nil
	case in.JSON:
		return &Script{Commands: execCommands(args)}
	}
	return in.shellScript(args[0])
}

// ParseShell parses a shell text, such as a script or what follows "sh -c". The
// spans are offsets into it.
func ParseShell(text string) ([]*Command, error) {
	return parseShell(plainText(text))
}
