package checks

import (
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// program is what is known of programs that packages and downloads bring. Lists are
// separated by blanks.
type program struct {
	Names   string
	Needs   needs
	What    string // what they do, for the message
	Data    string // options that name a place that they write to: "-d", "$VARIABLE", "1" for the first operand; with "/.." behind it, a file there
	Dirs    string // where they write if none does: "." is the working directory, "./data" that one below it, ".." the one above the program's own
	Brought string // directories below the working directory that its archive brings, with files that it changes
	Temp    bool   // what they write there is temporary: nobody looks for it, or mounts it
	Config  string // options that name a configuration, which may name other places
	Reads   string // the configuration that they read if no option names one
	Quiet   bool   // what they read names no other place, unless a distribution's package brings it
	Only    string // options without which that is not known
	Unless  string // options with which that is not known
	NotWith string // packages with which that is not known
	Port    int    // the port that they open if no option says another; 0 is none, or above 1023
	Source  string // where that is written
}

// needs is what a program needs that another user than root may not have.
type needs uint8

const (
	nothing    needs = iota // any user may run it, and it keeps nothing
	data                    // it writes to Data or Dirs, and nowhere else
	place                   // it writes to directories of root's, or of an account that its package makes
	home                    // it keeps its settings, or its data, in the user's home
	files                   // it reads and writes files of whoever runs the image
	session                 // it uses the desktop of whoever runs the image
	capability              // it may do without, but does less, or root gives it by a file capability
	prompt                  // it opens a prompt, as a shell does
	privileged              // it does nothing without root, or without the container engine's socket
)

// known finds a program in the table.
func known(name string) (program, bool) {
	p, ok := programsByName()[name]
	return p, ok
}

var programsByName = sync.OnceValue(func() map[string]program {
	by := make(map[string]program, 4*len(programs))
	for _, p := range slices.Concat(programs, networkPrograms, toolPrograms) {
		for _, name := range strings.Fields(p.Names) {
			by[name] = p
		}
	}
	return by
})

// knownDoubt finds a program that is known to need what the account may not have.
func (p *Pass) knownDoubt(pl *plan) *Reason {
	for _, k := range p.knownCalls() {
		pr, c, in := k.program, k.Call, p.at(k.Call)
		if r := p.needsDoubt(pr, c, in); r != nil {
			return r
		}
		if r := p.optionDoubt(pr, c, in); r != nil {
			return r
		}
		if r := p.configDoubt(pl, pr, c, in); r != nil {
			return r
		}
		if r := p.placesDoubt(pl, pr, c, in); r != nil {
			return r
		}
		if n := listens(c); pr.Port != 0 && n == 0 && !portGiven(c) {
			return reason(privilegedPort, in, "%s opens port %d, which is below 1024", said(c), pr.Port)
		}
	}
	return nil
}

// knownCall is a call of a program in the table.
type knownCall struct {
	stage.Call
	program program
}

// knownCalls lists what a container starts of the table. The project's own programs
// only have names of it.
func (p *Pass) knownCalls() []knownCall {
	argument := p.argument()
	var out []knownCall
	for _, c := range p.started() {
		in := p.at(c)
		pr, ok := p.known(c)
		if !ok || in == nil || isFlag(c) || in.Name == "cmd" && argument || p.covered(c) || p.ownProgram(c) && !p.copiedFromContext(c) {
			continue
		}
		out = append(out, knownCall{p.withCmd(c), pr})
	}
	return out
}

// withCmd is a call of ENTRYPOINT with the arguments that CMD adds to it.
func (p *Pass) withCmd(c stage.Call) stage.Call {
	start := p.Graph.Final().End().Start
	if p.at(c) != start.Entrypoint || c.Script != "" || start.Cmd == nil || !start.Cmd.JSON || !start.Entrypoint.JSON || !p.argument() {
		return c
	}
	args := append([]stage.Arg(nil), c.Args...)
	for _, word := range start.Cmd.Args {
		args = append(args, stage.Arg{Text: word.Text, Known: true, Span: word.Span})
	}
	c.Args = args
	return c
}

// copiedFromContext reports whether a program is copied as it is from the build
// context: with the name of one that is known it may well be that one.
func (p *Pass) copiedFromContext(c stage.Call) bool {
	for _, t := range p.transfers() {
		if t.From == "" && p.brings(t, c) && p.sourceNames(t, c.Name) {
			return true
		}
	}
	return false
}

func (p *Pass) needsDoubt(pr program, c stage.Call, in *parser.Instruction) *Reason {
	switch pr.Needs {
	case place:
		return reason(rootDirectory, in, "%s %s: the account may not write there", said(c), pr.What).with("run it as the account of its package, or give the account those directories")
	case prompt:
		return reason(baseImage, in, "%s opens a prompt: what is done there may need root", said(c))
	case home:
		return reason(mountedHome, in, "%s %s: what is mounted for it below /root is not found by another user", said(c), pr.What)
	case files:
		if c.Name == "emacs" && playsGame(c) {
			return nil
		}
		return reason(mountedFiles, in, "%s %s: where whoever runs the image mounts them, they belong to that user, not to the account", said(c), pr.What)
	case session:
		return reason(hostSession, in, "%s %s, which are those of the host's user: the account must have that user's number", said(c), pr.What)
	case capability:
		return reason(needsCapability, in, "%s %s, which another user may do only with a capability or a setting of the kernel", said(c), pr.What)
	}
	return nil
}

// portGiven reports whether an argument names a port.
func portGiven(c stage.Call) bool {
	return hasPrefix(c, "-p") || hasPrefix(c, "--port") || hasPrefix(c, "-dns.port")
}

// onlyHelp finds a command that prints a version or a help text, and does nothing
// else.
func (p *Pass) onlyHelp() *Reason {
	var words []string
	for _, in := range p.commands() {
		if in == p.Graph.Final().End().Start.Healthcheck {
			continue
		}
		for _, c := range p.calls(in) {
			if len(words) == 0 && p.ownProgram(c) {
				return nil
			}
			words = append(append(words, c.Path), texts(c)...)
		}
	}
	if len(words) < 2 {
		return nil
	}
	for _, w := range words[1:] {
		if !helpWords[w] {
			return nil
		}
	}
	in := p.commands()[len(p.commands())-1]
	return reason(baseImage, in, "the image only prints what %s says of itself: others build on it, or call it with a command", path.Base(words[0]))
}

var helpWords = wordSet(`-v -V -h --version -version --help -help --help-all version help`)

// playsGame reports whether emacs starts with a game of its own, which reads no files
// and keeps its scores in the home. These were tried as another user, with emacs 28 of
// Debian 12.
func playsGame(c stage.Call) bool {
	ops := c.Operands()
	return len(ops) == 1 && (ops[0].Text == "doctor" || ops[0].Text == "dunnet" || ops[0].Text == "tetris") && c.Has("-f", "-l")
}
