package project

import "strings"

// nothing is an environment without variables.
func nothing(string) (string, bool) { return "", false }

// interpolate replaces the variables of a compose value: $NAME, ${NAME},
// ${NAME:-default}, ${NAME-default}, ${NAME:+other}, ${NAME+other}, ${NAME:?error},
// and $$ for a dollar sign. known is false if one has neither a value nor a default.
// https://docs.docker.com/reference/compose-file/interpolation/
func interpolate(text string, lookup func(string) (string, bool)) (value string, known bool) {
	return interpolateDepth(text, lookup, 8)
}

func interpolateDepth(text string, lookup func(string) (string, bool), depth int) (string, bool) {
	var b strings.Builder
	known := true
	for {
		before, rest, found := strings.Cut(text, "$")
		b.WriteString(before)
		switch {
		case !found:
			return b.String(), known
		case strings.HasPrefix(rest, "$"):
			b.WriteByte('$')
			text = rest[1:]
			continue
		case strings.HasPrefix(rest, "{"):
			end := closing(rest)
			if end < 0 || depth == 0 {
				return b.String(), false
			}
			value, ok := braces(rest[1:end], lookup, depth-1)
			b.WriteString(value)
			known = known && ok
			text = rest[end+1:]
			continue
		}
		n := nameLength(rest)
		if n == 0 {
			b.WriteByte('$')
		} else {
			value, ok := lookup(rest[:n])
			b.WriteString(value)
			known = known && ok
		}
		text = rest[n:]
	}
}

// closing is the index of the brace that closes the one at the start, -1 if none does.
func closing(s string) int {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

func nameLength(s string) int {
	n := 0
	for n < len(s) && (s[n] == '_' || s[n] >= 'a' && s[n] <= 'z' || s[n] >= 'A' && s[n] <= 'Z' || n > 0 && s[n] >= '0' && s[n] <= '9') {
		n++
	}
	return n
}

// braces evaluates what stands between the braces.
func braces(inner string, lookup func(string) (string, bool), depth int) (string, bool) {
	n := nameLength(inner)
	value, set := lookup(inner[:n])
	op := inner[n:]
	if n == 0 {
		return "", false
	}
	operand := strings.TrimPrefix(op, ":")
	filled := set && (operand == op || value != "") // with a colon, an empty value counts as none
	switch {
	case op == "":
		return value, set
	case strings.HasPrefix(operand, "-"):
		if filled {
			return value, true
		}
		return interpolateDepth(operand[1:], lookup, depth)
	case strings.HasPrefix(operand, "+"):
		if filled {
			return interpolateDepth(operand[1:], lookup, depth)
		}
		return "", set // an environment may have it
	case strings.HasPrefix(operand, "?"):
		return value, filled
	}
	return "", false
}
