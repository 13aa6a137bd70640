package stage

import (
	"strings"
	"unicode/utf8"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

// value is what a variable holds; known is false for an ARG that has neither a
// default nor a value from outside.
type value struct {
	text  string
	known bool
	arg   bool // from ARG, so it does not stay in the image
}

// scope holds the variables in force at one place of a file. Copies share their
// map until one of them is written to.
type scope struct {
	vars   map[string]value
	shared bool
	lex    *shell.Lex
}

func newScope(escape byte, vars map[string]value) scope {
	return scope{vars: vars, lex: shell.NewLex(rune(escape))}
}

// platformArgs are the ARGs that BuildKit sets by itself, for its commonest
// platform.
func platformArgs() map[string]value {
	v := map[string]value{}
	for _, p := range []string{"TARGET", "BUILD"} {
		v[p+"PLATFORM"] = value{"linux/amd64", true, true}
		v[p+"OS"] = value{"linux", true, true}
		v[p+"OSVERSION"] = value{"", true, true}
		v[p+"ARCH"] = value{"amd64", true, true}
		v[p+"VARIANT"] = value{"", true, true}
	}
	return v
}

func (s *scope) set(name string, v value) {
	if s.shared {
		vars := make(map[string]value, len(s.vars)+1)
		for k, old := range s.vars {
			vars[k] = old
		}
		s.vars, s.shared = vars, false
	}
	s.vars[name] = v
}

// share returns a copy that later calls of set on either side do not reach.
func (s *scope) share() scope {
	s.shared = true
	return *s
}

// Get and Keys make a scope the environment of BuildKit's lexer. A variable
// without a value is not set, as in a build without arguments.
func (s *scope) Get(name string) (string, bool) {
	v, ok := s.vars[name]
	return v.text, ok && v.known
}

// Keys lists the names in no order.
func (s *scope) Keys() []string {
	keys := make([]string, 0, len(s.vars))
	for k := range s.vars {
		keys = append(keys, k)
	}
	return keys
}

// expand removes quotes and replaces variables as BuildKit does. A variable that
// was never declared is empty. One that was declared without a value makes the
// result unknown unless the word says what it is without it; the text is what a build
// without arguments would give.
func (s *scope) expand(word string) (text string, known bool) {
	if !strings.ContainsAny(word, "$\"'\\`") {
		return word, true
	}
	if !utf8.ValidString(word) {
		return word, false // the lexer would tell the terminal about it
	}
	r, err := s.lex.ProcessWordWithMatches(word, s)
	if err != nil {
		return word, false
	}
	for name := range r.Unmatched {
		if _, declared := s.vars[name]; declared && !saysDefault(word, name) {
			return r.Result, false
		}
	}
	return r.Result, true
}

// saysDefault reports whether a word says what it is without a variable: ${NAME:-text},
// or nothing where ${NAME:+text} has a text only with it.
func saysDefault(word, name string) bool {
	for _, operator := range []string{":-", "-", ":+", "+"} {
		if strings.Contains(word, "${"+name+operator) {
			return true
		}
	}
	return false
}

// fill is expand with a text for every variable that has no value.
func (s *scope) fill(word, text string) string {
	if !utf8.ValidString(word) {
		return ""
	}
	r, err := s.lex.ProcessWordWithMatches(word, filled{s, text})
	if err != nil {
		return ""
	}
	return r.Result
}

// filled is a scope in which no declared variable is without a value.
type filled struct {
	*scope
	text string
}

func (f filled) Get(name string) (string, bool) {
	v, ok := f.vars[name]
	if ok && !v.known {
		return f.text, true
	}
	return v.text, ok
}

// declare takes an ARG in. A value from outside wins over the default; inside a
// stage the global scope fills an ARG that has no default of its own.
func (s *scope) declare(c *instructions.ArgCommand, o Options, global *scope) {
	for _, a := range c.Args {
		v := value{arg: true}
		if old, ok := s.vars[a.Key]; ok && !old.arg {
			continue // an ENV of that name wins over any ARG
		}
		if text, ok := o.Args[a.Key]; ok {
			v.text, v.known = text, true
		} else if o.Unsure[a.Key] {
			v.known = false
		} else if a.Value != nil {
			v.text, v.known = s.expand(*a.Value)
		} else if global != nil {
			if g, ok := global.vars[a.Key]; ok {
				v.text, v.known = g.text, g.known
			}
		} else if old, ok := s.vars[a.Key]; ok {
			v = old // a platform argument
		}
		s.set(a.Key, v)
	}
}
