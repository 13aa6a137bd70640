package parser

import (
	"fmt"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	bk "github.com/moby/buildkit/frontend/dockerfile/parser"
)

// typer types instructions one by one, as instructions.Parse does for a file.
type typer struct {
	lint  *linter.Linter // never nil: BuildKit panics on a "# check=skip=…" comment without one
	stage bool           // a FROM was seen
}

func newTyper() *typer { return &typer{lint: linter.New(&linter.Config{})} }

// top types an instruction of the file, and an ONBUILD's instruction with it.
// BuildKit does not type the latter before an image is built on the image, so it
// may fail: its Cmd is then nil.
func (t *typer) top(in *Instruction) *Error {
	cmd, err := t.typed(in.Node)
	if err != nil {
		return &Error{Line: in.Line, Msg: oneLine(err.Error())}
	}
	in.Cmd = cmd
	switch cmd.(type) {
	case *instructions.Stage:
		t.stage = true
	case *instructions.ArgCommand:
	default:
		if !t.stage {
			return &Error{Line: in.Line, Msg: "no build stage in current context: only ARG may stand before the first FROM"}
		}
	}
	if in.Sub != nil {
		in.Sub.Cmd, _ = t.typed(in.Sub.Node)
	}
	return nil
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
