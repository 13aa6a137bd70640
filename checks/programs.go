package checks

import (
	"path"
	"strings"
	"sync"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// program is what is known of programs that packages and downloads bring.
type program struct {
	Names  string // separated by blanks
	Needs  needs
	What   string // what they do, for the message
	Config string // options that name a configuration, which may name other places
	Port   int    // the port that they open if no option says another; 0 is none, or above 1023
	Source string // where that is written
}

// needs is what a program needs that another user than root may not have.
type needs uint8

const (
	nothing    needs = iota // any user may run it, and it keeps nothing
	workDir                 // it writes to the working directory if no option says another
	home                    // it keeps its settings, or its data, in the user's home
	files                   // it reads and writes files of whoever runs the image
	session                 // it uses the desktop of whoever runs the image
	capability              // it may do without, but does less, or root gives it by a file capability
	privileged              // it does nothing without root, or without the container engine's socket
)

// known finds a program in the table.
func known(name string) (program, bool) {
	p, ok := programsByName()[name]
	return p, ok
}

var programsByName = sync.OnceValue(func() map[string]program {
	by := make(map[string]program, 4*len(programs))
	for _, p := range programs {
		for _, name := range strings.Fields(p.Names) {
			by[name] = p
		}
	}
	return by
})

// knownDoubt finds a program that is known to need what the account may not have.
func (p *Pass) knownDoubt() *Reason {
	argument := p.argument()
	for _, c := range p.started() {
		in := p.at(c)
		pr, ok := known(c.Name)
		if !ok || in == nil || isFlag(c) || in.Name == "cmd" && argument || p.ownProgram(c) && (pr.Needs == nothing || !p.copiedFromContext(c)) {
			continue
		}
		if r := p.needsDoubt(pr, c, in); r != nil {
			return r
		}
		if option := configuration(pr, c); option != "" {
			return reason(unknownProgram, in, "%s %s, and what its configuration (%s) adds is not known: it may write to directories of root's, or open a port below 1024", said(c), pr.What, option)
		}
		if n := listens(c); pr.Port != 0 && n == 0 && !portGiven(c) {
			return reason(privilegedPort, in, "%s opens port %d, which is below 1024", said(c), pr.Port)
		}
	}
	return nil
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
	case workDir:
		if d := p.Graph.Final().End().WorkDir; d.At == nil && d.Path == "/" || !ownable(d.Path) {
			return reason(rootDirectory, in, "%s %s, which is %s and stays root's", said(c), pr.What, d.Path).with("set a WORKDIR")
		}
	case home:
		return reason(mountedHome, in, "%s %s: what is mounted for it below /root is not found by another user", said(c), pr.What)
	case files:
		return reason(mountedFiles, in, "%s %s: where whoever runs the image mounts them, they belong to that user, not to the account", said(c), pr.What)
	case session:
		return reason(hostSession, in, "%s %s, which are those of the host's user: the account must have that user's number", said(c), pr.What)
	case capability:
		return reason(needsCapability, in, "%s %s, which another user may do only with a capability or a setting of the kernel", said(c), pr.What)
	}
	return nil
}

// configuration is the option by which a call names its configuration, "" if none.
func configuration(pr program, c stage.Call) string {
	for _, option := range strings.Fields(pr.Config) {
		if hasPrefix(c, option) {
			return option
		}
	}
	return ""
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

var helpWords = wordSet(`-v -V -h --version -version --help -help version help`)
