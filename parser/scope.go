package parser

import (
	"slices"

	"mvdan.cc/sh/v3/syntax"
)

// scope is what the surroundings of a command say about it.
type scope struct {
	always, piped, subst bool
	fn                   string
	fail                 failure
	shells               []int
	last                 *int // the number of the last subshell
}

// subshell is the scope of commands that run in a shell of their own.
func (sc scope) subshell() scope {
	*sc.last++
	sc.shells = append(slices.Clip(sc.shells), *sc.last)
	return sc
}

// failure says what becomes of the instruction when a command in a scope fails.
type failure uint8

const (
	fatal  failure = iota // the instruction fails
	passed                // the next statement runs (BuildKit sets no -e)
	caught                // it is a condition, or "||", "!", "|" or "&" hides it
)

func (sc scope) with(f failure) scope {
	sc.fail = max(sc.fail, f)
	return sc
}

func (sc scope) maybe() scope {
	sc.always = false
	return sc
}

// isTest reports whether a statement merely asks something, so that what "&&"
// hangs on it may well not run.
func isTest(s *syntax.Stmt) bool {
	switch cmd := s.Cmd.(type) {
	case *syntax.BinaryCmd:
		return isTest(cmd.X) || isTest(cmd.Y)
	case *syntax.TestClause, *syntax.ArithmCmd:
		return true
	case *syntax.CallExpr:
		switch firstWord(cmd) {
		case "[", "test", "grep", "egrep", "id", "getent", "which", "type", "command", "false":
			return true
		}
	}
	return s.Negated
}

// givesUp reports whether a statement ends the script with an error.
func givesUp(s *syntax.Stmt) bool {
	if s.Negated || s.Background {
		return false
	}
	switch cmd := s.Cmd.(type) {
	case *syntax.Block:
		return len(cmd.Stmts) > 0 && givesUp(cmd.Stmts[len(cmd.Stmts)-1])
	case *syntax.CallExpr:
		return firstWord(cmd) == "exit" && len(cmd.Args) == 2 &&
			cmd.Args[1].Lit() != "" && cmd.Args[1].Lit() != "0"
	}
	return false
}

func firstWord(call *syntax.CallExpr) string {
	if len(call.Args) == 0 {
		return ""
	}
	return call.Args[0].Lit()
}
