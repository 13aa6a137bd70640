package parser

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/dfharden/dfharden/source"
)

// Word is a word of a shell command, or an element of the exec form.
type Word struct {
	Raw  string // as written, quotes included; decoded in exec form
	Span source.Span

	node  *syntax.Word
	exact bool // without node: Raw is the value
}

// Lit returns the word without its quotes if nothing in it needs expansion.
// Globs and braces are left as they are, and so is a leading tilde.
func (w Word) Lit() (string, bool) {
	return w.Expand(func(string) (string, bool) { return "", false })
}

// Expand returns the word without its quotes and with its variables replaced:
// $X, ${X}, ${X:-word}, ${X:+word}, ${X-word} and ${X+word}. get returns false
// for a variable that is not known, and "" for one that is unset. Expand returns
// false for what is unknown, for other expansions, where a value outside quotes
// would be split or taken as a pattern, and where ${X-word} depends on whether an
// empty X is set.
func (w Word) Expand(get func(name string) (value string, ok bool)) (string, bool) {
	if w.node == nil {
		return w.Raw, w.exact
	}
	e := expander{get: get, ok: true}
	e.parts(w.node.Parts, false)
	return e.out.String(), e.ok
}

type expander struct {
	get func(string) (string, bool)
	out strings.Builder
	ok  bool
}

func (e *expander) parts(parts []syntax.WordPart, quoted bool) {
	for _, part := range parts {
		switch part := part.(type) {
		case *syntax.Lit:
			e.lit(part.Value, quoted)
		case *syntax.SglQuoted:
			e.ok = e.ok && !(part.Dollar && strings.Contains(part.Value, `\`))
			e.out.WriteString(part.Value)
		case *syntax.DblQuoted:
			e.parts(part.Parts, true)
		case *syntax.ExtGlob:
			e.out.WriteString(part.Op.String() + part.Pattern.Value + ")")
		case *syntax.ParamExp:
			e.param(part, quoted)
		default:
			e.ok = false
		}
	}
}

// lit drops the backslashes that quote; within double quotes few do.
func (e *expander) lit(s string, quoted bool) {
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && (!quoted || strings.IndexByte("$`\"\\\n", s[i+1]) >= 0) {
			i++
			if s[i] == '\n' {
				continue
			}
		}
		e.out.WriteByte(s[i])
	}
}

func (e *expander) param(p *syntax.ParamExp, quoted bool) {
	if !plain(p) {
		e.ok = false
		return
	}
	value, known := e.get(p.Param.Value)
	if !known {
		e.ok = false
		return
	}
	if p.Exp != nil {
		e.expansion(p.Exp, value, quoted)
		return
	}
	e.value(value, quoted)
}

func (e *expander) value(value string, quoted bool) {
	e.ok = e.ok && (quoted || !strings.ContainsAny(value, " \t\r\n*?["))
	e.out.WriteString(value)
}

func (e *expander) expansion(exp *syntax.Expansion, value string, quoted bool) {
	unsure, other := false, false
	switch exp.Op {
	case syntax.DefaultUnsetOrNull:
		other = value == ""
	case syntax.AlternateUnsetOrNull:
		if other = value != ""; !other {
			return
		}
	case syntax.DefaultUnset:
		unsure = value == ""
	case syntax.AlternateUnset:
		other, unsure = true, value == ""
	default:
		unsure = true
	}
	e.ok = e.ok && !unsure
	switch {
	case !other:
		e.value(value, quoted)
	case exp.Word != nil:
		e.parts(exp.Word.Parts, quoted)
	}
}

// plain reports whether an expansion is $X, ${X} or ${X} with a word.
func plain(p *syntax.ParamExp) bool {
	return p.Param != nil && !p.Excl && !p.Length && !p.Width && !p.IsSet &&
		p.Flags == nil && p.NestedParam == nil && p.Index == nil &&
		len(p.Modifiers) == 0 && p.Slice == nil && p.Repl == nil && p.Names == 0
}
