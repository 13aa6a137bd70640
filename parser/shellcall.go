package parser

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/dfharden/dfharden/source"
)

func (w *walker) call(call *syntax.CallExpr, s *syntax.Stmt, sc scope) {
	c := &Command{}
	for _, a := range call.Assigns {
		c.Assigns = append(c.Assigns, w.assign(a))
	}
	for _, arg := range call.Args {
		c.Words = append(c.Words, w.word(arg))
	}
	w.command(s, sc, c)
	w.substs(call, sc)
	w.out = append(w.out, inner(c.Words, sc.subshell())...)
}

// decl lists export, local, declare and the like: names and options are words,
// assignments are assignments.
func (w *walker) decl(d *syntax.DeclClause, s *syntax.Stmt, sc scope) {
	start, end := w.bounds(d.Variant)
	c := &Command{Words: []Word{{Raw: w.t.s[start:end], Span: w.t.span(start, end), exact: true}}}
	for _, a := range d.Args {
		switch {
		case a.Name != nil && !a.Naked:
			c.Assigns = append(c.Assigns, w.assign(a))
		case a.Value != nil:
			c.Words = append(c.Words, w.word(a.Value))
		default:
			start, end := w.bounds(a)
			c.Words = append(c.Words, Word{Raw: w.t.s[start:end], Span: w.t.span(start, end), exact: a.Index == nil})
		}
	}
	w.command(s, sc, c)
	w.substs(d, sc)
}

// command completes a command from its statement and lists it.
func (w *walker) command(s *syntax.Stmt, sc scope, c *Command) {
	c.Always, c.Piped, c.Func, c.Subst, c.Shells = sc.always, sc.piped, sc.fn, sc.subst, sc.shells
	start, end := len(w.t.s), 0
	widen := func(n syntax.Node) {
		from, to := w.bounds(n)
		start, end = min(start, from), max(end, to)
	}
	if s.Cmd != nil {
		widen(s.Cmd)
	}
	for _, r := range s.Redirs {
		widen(r.Word)
		start = min(start, int(r.Pos().Offset()))
		c.Redirects = append(c.Redirects, w.redirect(r))
	}
	c.Span = w.t.span(start, max(start, end))
	w.out = append(w.out, c)
	for _, r := range s.Redirs {
		w.substs(r.Word, sc)
		if r.Hdoc != nil && len(r.Hdoc.Parts) > 0 {
			w.substs(r.Hdoc, sc)
		}
	}
}

func (w *walker) redirect(r *syntax.Redirect) Redirect {
	out := Redirect{Op: r.Op.String(), Target: w.word(r.Word)}
	if r.N != nil {
		out.Fd = r.N.Value
	}
	_, end := w.bounds(r.Word)
	out.Span = w.t.span(min(int(r.Pos().Offset()), end), end)
	if r.Hdoc != nil && len(r.Hdoc.Parts) > 0 {
		out.Heredoc = w.body(r)
	}
	return out
}

// body is the text of a heredoc, whose node ends behind the terminator.
func (w *walker) body(r *syntax.Redirect) string {
	start, end := w.bounds(r.Hdoc)
	body := w.t.s[start:end]
	body = body[:strings.LastIndexByte(body, '\n')+1]
	if r.Op != syntax.DashHdoc {
		return body
	}
	var b strings.Builder
	for line := range strings.Lines(body) {
		b.WriteString(strings.TrimLeft(line, "\t"))
	}
	return b.String()
}

func (w *walker) assign(a *syntax.Assign) Assign {
	out := Assign{Append: a.Append, Span: w.span(a)}
	if a.Name != nil {
		out.Name = a.Name.Value
	}
	_, end := w.bounds(a)
	switch {
	case a.Array != nil:
		start, end := w.bounds(a.Array)
		out.Value = Word{Raw: w.t.s[start:end], Span: w.t.span(start, end)}
	case a.Value != nil && a.Index == nil:
		out.Value = w.word(a.Value)
	default:
		out.Value = Word{Span: w.t.span(end, end), exact: a.Index == nil}
	}
	return out
}

func (w *walker) word(n *syntax.Word) Word {
	start, end := w.bounds(n)
	return Word{Raw: w.t.s[start:end], Span: w.t.span(start, end), node: n}
}

// execCommands is the exec form as a command, and what it makes a shell run.
func execCommands(args []Token) []*Command {
	c := &Command{Always: true, Span: source.Span{Start: args[0].Span.Start, End: args[len(args)-1].Span.End}}
	for _, arg := range args {
		c.Words = append(c.Words, Word{Raw: arg.Text, Span: arg.Span, exact: true})
	}
	sc := scope{always: true, last: new(int)}
	return append([]*Command{c}, inner(c.Words, sc.subshell())...)
}
