package parser

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/dfharden/dfharden/source"
)

// Then puts a command behind all that a RUN runs, to be run if that succeeds: behind
// "&&", on a line of its own where the RUN has several. It returns false for the exec
// form and heredocs, for what does not parse as shell, and where the command would not
// be reached, or not in time: behind exec, eval, exit 0, a trap, a command that a
// variable names, and beside anything that runs in the background; nor where a loop or
// its like comes last and "set -e" watches over it. The command has to be plain words
// without '<' and quotes.
func (in *Instruction) Then(command string) (source.Edit, bool) {
	if in.Name != "run" || in.JSON || in.Opaque != "" || len(in.Args) == 0 || len(in.Heredocs) > 0 || strings.ContainsAny(command, "<'\"`\\\r\n") {
		return source.Edit{}, false
	}
	t, _ := in.shellText(in.Args[0])
	if len(t.s) >= maxScript || strings.Contains(t.s, "<<") || in.Script() == nil || in.Script().Err != nil {
		return source.Edit{}, false
	}
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(t.s), "")
	if err != nil || len(file.Stmts) == 0 || !runsThrough(file) {
		return source.Edit{}, false
	}
	last := file.Stmts[len(file.Stmts)-1]
	if compound(last) && setsErrexit(file) {
		return source.Edit{}, false
	}
	end := stmtEnd(last)
	if end <= 0 || end > len(t.s) {
		return source.Edit{}, false
	}
	span := t.span(end-1, end)
	// The last byte is replaced by itself: an insertion behind it would be none in
	// the instruction where that ends there.
	return source.Replace(span, in.bytes(span)+in.behind(span.End, command)), true
}

// behind is what joins a command to the one that ends at an offset, in the style of the
// line that this stands in.
func (in *Instruction) behind(offset int, command string) string {
	f := in.file
	start := offset
	for start > in.Span.Start && f.Src[start-1] != '\n' {
		start--
	}
	if start <= in.Span.Start {
		return " && " + command
	}
	line := string(f.Src[start:offset])
	text := strings.TrimLeft(line, " \t")
	next := f.EOL + line[:len(line)-len(text)]
	if strings.HasPrefix(text, "&&") {
		return " " + string(f.Escape) + next + "&& " + command
	}
	return " && " + string(f.Escape) + next + command
}

// stmtEnd is where a statement ends, without a semicolon behind it.
func stmtEnd(s *syntax.Stmt) int {
	end := 0
	if s.Cmd != nil {
		end = int(s.Cmd.End().Offset())
	}
	for _, r := range s.Redirs {
		end = max(end, int(r.Word.End().Offset()))
	}
	return end
}

// runsThrough reports whether what stands behind a script is run when the script has
// succeeded, and all of it has ended.
func runsThrough(file *syntax.File) bool {
	through := true
	syntax.Walk(file, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Stmt:
			through = through && !n.Background && !n.Coprocess
			for _, r := range n.Redirs {
				// For a POSIX shell "a &> b" is "a &" and "> b".
				through = through && r.Op != syntax.RdrAll && r.Op != syntax.AppAll
			}
		case *syntax.CallExpr:
			through = through && !leaves(n.Args)
		case *syntax.FuncDecl, *syntax.CoprocClause:
			through = false
		}
		return through
	})
	return through
}

// compound reports whether a statement holds others, as a loop does.
func compound(s *syntax.Stmt) bool {
	switch c := s.Cmd.(type) {
	case *syntax.CallExpr, *syntax.DeclClause:
		return false
	case *syntax.BinaryCmd:
		return compound(c.X) || compound(c.Y)
	}
	return true
}

// setsErrexit reports whether a script ends where one of its commands fails: within
// what "&&" follows it would not.
func setsErrexit(file *syntax.File) bool {
	sets := false
	syntax.Walk(file, func(n syntax.Node) bool {
		if call, ok := n.(*syntax.CallExpr); ok && len(call.Args) > 1 && call.Args[0].Lit() == "set" {
			for _, a := range call.Args[1:] {
				flag := a.Lit()
				sets = sets || flag == "errexit" || strings.HasPrefix(flag, "-") && strings.Contains(flag, "e")
			}
		}
		return !sets
	})
	return sets
}

// leaves reports whether a command may end the shell as a success, or change what
// happens at its end.
func leaves(words []*syntax.Word) bool {
	for _, w := range words {
		switch name, known := (Word{node: w}).Lit(); {
		case !known:
			return true
		case name == "command" || name == "builtin":
			continue
		case name == "exit":
			return !fails(words)
		default:
			return name == "exec" || name == "eval" || name == "return" || name == "trap"
		}
	}
	return false
}

// fails reports whether the last word of a call of exit is a number that is not 0.
func fails(words []*syntax.Word) bool {
	status, known := (Word{node: words[len(words)-1]}).Lit()
	return known && strings.Trim(status, "0123456789") == "" && strings.Trim(status, "0") != ""
}
