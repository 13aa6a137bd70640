package stage

import (
	"path"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/dfharden/dfharden/parser"
)

// State is what is in force at one place of a stage.
type State struct {
	User    User
	WorkDir Dir
	Shell   Shell
	Start   Start
	Volumes []Volume
	Apk     Apk

	accounts accounts
	vars     scope
}

// Dir is a working directory.
type Dir struct {
	Path  string // absolute and clean; "" is unknown
	Known bool
	At    *parser.Instruction // the WORKDIR that set it; nil: from the base image
}

// Shell is what runs the shell form of RUN, CMD and ENTRYPOINT.
type Shell struct {
	Kind ShellKind
	At   *parser.Instruction // the SHELL that set it; nil: from the base image
}

// ShellKind is the language of a shell.
type ShellKind uint8

// The languages.
const (
	Posix ShellKind = iota
	PowerShell
	CmdExe
	OtherShell
)

// Volume is a path of a VOLUME.
type Volume struct {
	Path string
	At   *parser.Instruction // nil: from the base image
}

// Start is what a container of the image runs: an entrypoint, its arguments, or
// both. Nil instructions with words come from the base image.
type Start struct {
	Entrypoint, Cmd    *parser.Instruction
	BaseEntry, BaseCmd []string // of the base image, while nothing overrides them
	Known              bool     // false: the base image may have an entrypoint or command that is not known
	Healthcheck        *parser.Instruction
}

// Env returns the value of a variable at this place, of ENV and ARG alike; known
// is false for an ARG without a value.
func (st State) Env(name string) (text string, known bool) {
	v, ok := st.vars.vars[name]
	return v.text, ok && v.known
}

// ImageEnv returns the value of a variable that ENV set, so that it is there at
// run time.
func (st State) ImageEnv(name string) (text string, ok bool) {
	v, ok := st.vars.vars[name]
	return v.text, ok && v.known && !v.arg
}

// Expand replaces variables as BuildKit does for the arguments of COPY, WORKDIR
// and their like.
func (st State) Expand(word string) (text string, known bool) { return st.vars.expand(word) }

// Abs makes a path of the file absolute: variables replaced, and joined to the
// working directory. It is "" if something in it is unknown.
func (st State) Abs(name string) string {
	text, known := st.Expand(name)
	switch {
	case !known:
		return ""
	case strings.HasPrefix(text, "/"):
		return path.Clean(text)
	case !st.WorkDir.Known:
		return ""
	}
	return path.Join(st.WorkDir.Path, text)
}

// fold computes the states before each instruction, and after the last.
func (s *Stage) fold() []State {
	if s.states != nil {
		return s.states
	}
	st := s.initial()
	s.states = make([]State, 0, len(s.Instructions)+1)
	for _, in := range s.Instructions {
		s.states = append(s.states, st)
		st = s.step(st, in)
	}
	s.states = append(s.states, st)
	return s.states
}

// Before is the state in which an instruction of this stage runs. For any other
// instruction it is the state at the end.
func (s *Stage) Before(in *parser.Instruction) State {
	states := s.fold()
	if i := s.index(in); i >= 0 {
		return states[i]
	}
	return states[len(states)-1]
}

// Begin is the state above the first instruction.
func (s *Stage) Begin() State { return s.fold()[0] }

// End is the state below the last instruction: that of the image.
func (s *Stage) End() State { return s.fold()[len(s.Instructions)] }

// index is the place of an instruction in the stage, -1 if it is not in it.
func (s *Stage) index(in *parser.Instruction) int {
	if in == nil || len(s.Instructions) == 0 {
		return -1
	}
	i := in.Index - s.Instructions[0].Index
	if i < 0 || i >= len(s.Instructions) || s.Instructions[i] != in {
		return -1
	}
	return i
}

func (s *Stage) initial() State {
	if s.Base != nil {
		st := s.Base.End()
		st.vars = st.vars.withoutArgs()
		return st
	}
	f := s.Facts
	st := State{
		User:     s.baseUser(),
		WorkDir:  Dir{Path: f.WorkDir, Known: f.WorkDir != ""},
		Shell:    Shell{Kind: s.defaultShell()},
		Start:    Start{BaseEntry: f.Entrypoint, BaseCmd: f.Cmd, Known: f.Command != ""},
		accounts: baseAccounts(f),
		vars:     newScope(s.graph.File.Escape, map[string]value{}),
	}
	for k, v := range f.Env {
		st.vars.set(k, value{text: v, known: true})
	}
	for _, v := range f.Volumes {
		st.Volumes = append(st.Volumes, Volume{Path: v})
	}
	return st
}

func (s *Stage) defaultShell() ShellKind {
	if s.Windows() == Yes {
		return CmdExe
	}
	return Posix
}

// withoutArgs drops what does not stay in an image.
func (s scope) withoutArgs() scope {
	out := newScope('\\', make(map[string]value, len(s.vars)))
	out.lex = s.lex
	for k, v := range s.vars {
		if !v.arg {
			out.vars[k] = v
		}
	}
	return out
}

// step is the state after an instruction.
func (s *Stage) step(st State, in *parser.Instruction) State {
	switch c := in.Cmd.(type) {
	case *instructions.UserCommand:
		st.User = st.user(c.User, in)
	case *instructions.WorkdirCommand:
		dir := st.Abs(c.Path)
		if s.Windows() == Yes {
			dir, _ = st.Expand(c.Path)
		}
		st.WorkDir = Dir{Path: dir, Known: dir != "", At: in}
	case *instructions.EnvCommand:
		vars := st.vars.share()
		for _, kv := range c.Env {
			text, known := st.vars.expand(kv.Value)
			key, _ := st.vars.expand(kv.Key)
			vars.set(key, value{text: text, known: known})
		}
		st.vars = vars
	case *instructions.ArgCommand:
		vars := st.vars.share()
		vars.declare(c, s.graph.opt, &s.graph.global)
		st.vars = vars
	case *instructions.ShellCommand:
		st.Shell = Shell{Kind: shellKind(c.Shell[0]), At: in}
	case *instructions.VolumeCommand:
		for _, v := range c.Volumes {
			if dir := st.Abs(v); dir != "" {
				st.Volumes = append(st.Volumes[:len(st.Volumes):len(st.Volumes)], Volume{dir, in})
			}
		}
	case *instructions.EntrypointCommand:
		st.Start = Start{Entrypoint: in, Known: true, Healthcheck: st.Start.Healthcheck, Cmd: s.cmdOf(st.Start.Cmd)}
	case *instructions.CmdCommand:
		st.Start.Cmd, st.Start.BaseCmd = in, nil
	case *instructions.HealthCheckCommand:
		st.Start.Healthcheck = in
	case *instructions.RunCommand:
		st = s.run(st, in)
	}
	return st
}

// cmdOf keeps a CMD that stands in the same stage as the ENTRYPOINT after it; one
// that was inherited is reset by an ENTRYPOINT.
func (s *Stage) cmdOf(cmd *parser.Instruction) *parser.Instruction {
	if s.index(cmd) < 0 {
		return nil
	}
	return cmd
}

func shellKind(program string) ShellKind {
	name := strings.ToLower(program[strings.LastIndexAny(program, `/\`)+1:])
	switch strings.TrimSuffix(name, ".exe") {
	case "sh", "bash", "ash", "dash", "zsh", "ksh", "mksh":
		return Posix
	case "powershell", "pwsh":
		return PowerShell
	case "cmd":
		return CmdExe
	}
	return OtherShell
}

// run is the state after a RUN: what it does to accounts and to apk.
func (s *Stage) run(st State, in *parser.Instruction) State {
	for _, c := range s.Calls(in) {
		if acts, ok := accountTools[c.Name]; ok && c.Func == "" {
			st.accounts = acts(st.accounts.clone(), c, in, s.busybox())
		}
		st.accounts = st.accounts.appended(c, in)
		if !keepsAccounts[c.Name] {
			st.accounts.complete = false
		}
		if st.User.Root() != No || c.Sudo {
			st.Apk = st.Apk.after(c, in)
		}
	}
	return st
}

// Calls lists the programs that a RUN, CMD, ENTRYPOINT or HEALTHCHECK of this
// stage starts; nothing for a shell that is not POSIX or text that does not parse.
func (s *Stage) Calls(in *parser.Instruction) []Call {
	if calls, ok := s.graph.calls[in]; ok {
		return calls
	}
	i := s.index(in)
	if i < 0 {
		return nil
	}
	st := s.fold()[i]
	var out []Call
	if in.JSON || st.Shell.Kind == Posix {
		dir := st.WorkDir.Path
		out = calls(in.Script(), st.Env, dir)
	}
	if s.graph.calls == nil {
		s.graph.calls = map[*parser.Instruction][]Call{}
	}
	s.graph.calls[in] = out
	return out
}

// Readable reports whether Calls shows all that an instruction starts: it is No
// for PowerShell, cmd and text that does not parse.
func (s *Stage) Readable(in *parser.Instruction) bool {
	if in.JSON {
		return true
	}
	if s.Before(in).Shell.Kind != Posix {
		return false
	}
	script := in.Script()
	if script == nil || script.Err != nil {
		return false
	}
	for _, cmd := range script.Commands {
		if _, ok := input(cmd); !ok {
			return false
		}
	}
	return true
}
