package parser

import (
	"fmt"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	bk "github.com/moby/buildkit/frontend/dockerfile/parser"
)

// typer types instructions one by one, as instructions.Parse does for a file.
type typer struct {
	lint  *linter.Linter // never nil: BuildKit panics on a "# check=skip=…" comment without one
	stage bool           // a FROM was seen

	name   string            // of the stage
	shell  string            // the program that SHELL set in it
	shells map[string]string // the same for the stages before, by name
}

func newTyper() *typer {
	return &typer{lint: linter.New(&linter.Config{}), shell: "sh", shells: map[string]string{}}
}

// top types an instruction of the file, and an ONBUILD's instruction with it.
// BuildKit does not type the latter before an image is built on the image, so it
// may fail: its Cmd is then nil.
func (t *typer) top(in *Instruction) *Error {
	cmd, err := t.typed(in.Node)
	if err != nil {
		return &Error{Line: in.Line, Msg: oneLine(err.Error())}
	}
	in.Cmd = cmd
	in.shell = t.shell
	switch cmd := cmd.(type) {
	case *instructions.Stage:
		t.begin(cmd)
	case *instructions.ShellCommand:
		t.shell = shellProgram(cmd.Shell)
	case *instructions.ArgCommand:
	default:
		if !t.stage {
			return &Error{Line: in.Line, Msg: "no build stage in current context: only ARG may stand before the first FROM"}
		}
	}
	if in.Sub != nil {
		in.Sub.Cmd, _ = t.typed(in.Sub.Node)
		in.Sub.shell = t.shell
	}
	return nil
}

// begin starts a stage, which inherits the SHELL of one that it is built on.
func (t *typer) begin(s *instructions.Stage) {
	t.shells[t.name] = t.shell
	t.stage, t.name, t.shell = true, s.Name, "sh"
	if shell, ok := t.shells[strings.ToLower(s.BaseName)]; ok && s.BaseName != "" {
		t.shell = shell
	}
}

func (t *typer) end() *Error {
	if !t.stage {
		return &Error{Msg: "dockerfile contains no stages to build: a FROM instruction is missing"}
	}
	return nil
}

func (t *typer) typed(node *bk.Node) (cmd any, err error) {
	defer func() {
		if r := recover(); r != nil {
			cmd, err = nil, fmt.Errorf("BuildKit fails on this instruction: %v", r)
		}
	}()
	return instructions.ParseInstructionWithLinter(node, t.lint)
}
