package parser

import (
	"errors"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/dfharden/dfharden/source"
)

// maxScript is the longest argument that Linux hands to a program, so no shell
// can run more behind -c. It also bounds the recursion of the shell parser, which
// would exhaust the stack on a megabyte of parentheses.
const maxScript = 128 << 10

var errScript = errors.New("the script is longer than the 131071 bytes that a shell takes as an argument")

// walker lists the commands of a syntax tree.
type walker struct {
	t   text
	out []*Command
}

func parseShell(t text) ([]*Command, error) {
	return parseIn(t, scope{always: true})
}

func parseIn(t text, sc scope) ([]*Command, error) {
	if len(t.s) >= maxScript {
		return nil, errScript
	}
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(t.s), "")
	if err != nil {
		return nil, err
	}
	if sc.last == nil {
		sc.last = new(int)
	}
	w := walker{t: t}
	w.stmts(file.Stmts, sc)
	return w.out, nil
}

func (w *walker) stmts(list []*syntax.Stmt, sc scope) {
	for i, s := range list {
		if i < len(list)-1 {
			w.stmt(s, sc.with(passed))
		} else {
			w.stmt(s, sc)
		}
	}
}

func (w *walker) stmt(s *syntax.Stmt, sc scope) {
	if s.Negated || s.Background || s.Coprocess {
		sc = sc.with(caught)
	}
	switch cmd := s.Cmd.(type) {
	case *syntax.CallExpr:
		w.call(cmd, s, sc)
		return
	case *syntax.DeclClause:
		w.decl(cmd, s, sc)
		return
	}
	if len(s.Redirs) > 0 {
		w.command(s, sc, &Command{})
	}
	if s.Cmd != nil {
		w.compound(s.Cmd, sc)
	}
}

func (w *walker) compound(cmd syntax.Command, sc scope) {
	switch cmd := cmd.(type) {
	case *syntax.BinaryCmd:
		w.binary(cmd, sc)
	case *syntax.Block:
		w.stmts(cmd.Stmts, sc)
	case *syntax.Subshell:
		w.stmts(cmd.Stmts, sc.subshell())
	case *syntax.IfClause:
		w.ifClause(cmd, sc)
	case *syntax.WhileClause:
		w.stmts(cmd.Cond, sc.with(caught))
		w.stmts(cmd.Do, sc.maybe())
	case *syntax.ForClause:
		w.substs(cmd.Loop, sc)
		w.stmts(cmd.Do, sc.maybe())
	case *syntax.CaseClause:
		w.substs(cmd.Word, sc)
		for _, item := range cmd.Items {
			w.stmts(item.Stmts, sc.maybe())
		}
	case *syntax.FuncDecl:
		w.function(cmd, sc)
	case *syntax.TimeClause:
		if cmd.Stmt != nil {
			w.stmt(cmd.Stmt, sc)
		}
	case *syntax.CoprocClause:
		w.stmt(cmd.Stmt, sc.with(caught))
	default: // tests and arithmetic run nothing by themselves
		w.substs(cmd, sc)
	}
}

// function lists the commands of a function, and those behind it: the shell's parser
// takes `&& b` in `f() { a; } && b` for a part of the body.
func (w *walker) function(f *syntax.FuncDecl, sc scope) {
	inner := scope{fn: "?", shells: sc.shells, last: sc.last}
	if f.Name != nil {
		inner.fn = f.Name.Value
	}
	body, behind := f.Body, []*syntax.BinaryCmd(nil)
	for {
		b, ok := body.Cmd.(*syntax.BinaryCmd)
		if !ok {
			break
		}
		body, behind = b.X, append(behind, b)
	}
	w.stmt(body, inner)
	for i := len(behind) - 1; i >= 0; i-- {
		next := sc
		for _, later := range behind[:i] {
			if later.Op == syntax.OrStmt {
				next = sc.maybe()
			}
		}
		if behind[i].Op == syntax.OrStmt {
			next = sc.maybe()
		}
		w.stmt(behind[i].Y, next)
	}
}

func (w *walker) ifClause(clause *syntax.IfClause, sc scope) {
	w.stmts(clause.Cond, sc.with(caught))
	for c := clause; c != nil; c = c.Else {
		if c != clause {
			w.stmts(c.Cond, sc.maybe())
		}
		w.stmts(c.Then, sc.maybe())
	}
}

func (w *walker) binary(b *syntax.BinaryCmd, sc scope) {
	switch b.Op {
	case syntax.AndStmt:
		w.stmt(b.X, sc)
		if sc.fail == caught || sc.fail == passed && isTest(b.X) {
			sc = sc.maybe()
		}
		w.stmt(b.Y, sc)
	case syntax.OrStmt:
		left := sc.with(caught)
		if givesUp(b.Y) {
			if left = sc; left.fail == passed {
				left.fail = fatal
			}
		}
		w.stmt(b.X, left)
		w.stmt(b.Y, sc.maybe())
	default: // pipes
		left := sc.subshell().with(caught)
		left.piped = true
		w.stmt(b.X, left)
		w.stmt(b.Y, sc)
	}
}

// substs lists the commands in the substitutions below a node.
func (w *walker) substs(node syntax.Node, sc scope) {
	inner := scope{subst: true, fn: sc.fn, shells: sc.shells, last: sc.last}
	syntax.Walk(node, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.CmdSubst:
			w.stmts(n.Stmts, inner.subshell())
			return false
		case *syntax.ProcSubst:
			w.stmts(n.Stmts, inner.subshell())
			return false
		}
		return true
	})
}

func (w *walker) span(n syntax.Node) source.Span {
	start, end := w.bounds(n)
	return w.t.span(start, end)
}

func (w *walker) bounds(n syntax.Node) (start, end int) {
	start = min(int(n.Pos().Offset()), len(w.t.s))
	return start, min(max(start, int(n.End().Offset())), len(w.t.s))
}
