package checks

import "strings"

// directive is one of a configuration of nginx.
type directive struct {
	name  string
	args  []string
	block []directive // nil without braces
}

// has reports whether a directive has an argument, or one in its block, of that name.
func (d directive) has(name string) bool {
	for _, a := range d.args {
		if a == name {
			return true
		}
	}
	for _, inner := range d.block {
		if inner.name == name {
			return true
		}
	}
	return false
}

// nginxParse reads a configuration: words that end with ";" or open a block. Code
// of njs is read as words too, which may fail; a block of Lua is one argument.
func nginxParse(text string) ([]directive, bool) {
	tokens, ok := nginxTokens(text)
	if !ok {
		return nil, false
	}
	list, rest, ok := nginxBlock(tokens)
	return list, ok && len(rest) == 0
}

// nginxBlock reads directives up to the end or to a "}", which stays in rest.
func nginxBlock(tokens []token) (list []directive, rest []token, ok bool) {
	list = []directive{}
	var words []string
	for len(tokens) > 0 {
		t := tokens[0]
		switch {
		case t.quoted || t.text != ";" && t.text != "{" && t.text != "}":
			words = append(words, t.text)
		case t.text == "}":
			return list, tokens, len(words) == 0
		case len(words) == 0:
			return nil, nil, false
		default:
			d := directive{name: words[0], args: words[1:]}
			if t.text == "{" {
				if d.block, tokens, ok = nginxBlock(tokens[1:]); !ok || len(tokens) == 0 {
					return nil, nil, false
				}
			}
			list, words = append(list, d), nil
		}
		tokens = tokens[1:]
	}
	return list, nil, len(words) == 0
}

type token struct {
	text   string
	quoted bool
}

// nginxTokens splits a text. "${" belongs to a word, a quote only at its begin.
func nginxTokens(text string) ([]token, bool) {
	var out []token
	for i := 0; i < len(text); {
		switch ch := text[i]; {
		case strings.IndexByte(" \t\r\n", ch) >= 0:
			i++
		case ch == '#':
			end := strings.IndexByte(text[i:], '\n')
			if end < 0 {
				return out, true
			}
			i += end
		case ch == '{' && len(out) > 0 && strings.HasSuffix(out[len(out)-1].text, "_by_lua_block"):
			n := luaBlock(text[i:])
			if n < 0 {
				return nil, false
			}
			out, i = append(out, token{text[i+1 : i+n-1], true}, token{text: ";"}), i+n
		case ch == ';' || ch == '{' || ch == '}':
			out, i = append(out, token{text: string(ch)}), i+1
		case ch == '"' || ch == '\'':
			word, n := nginxQuoted(text[i+1:], ch)
			if n < 0 {
				return nil, false
			}
			out, i = append(out, token{word, true}), i+1+n
		default:
			n := nginxWord(text[i:])
			out, i = append(out, token{text: text[i : i+n]}), i+n
		}
	}
	return out, true
}

// luaBlock is the length of a block of Lua with its braces, -1 if it does not end.
// Braces in strings and comments do not count; long brackets are not looked at.
func luaBlock(text string) int {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch ch := text[i]; {
		case strings.HasPrefix(text[i:], "--"):
			end := strings.IndexByte(text[i:], '\n')
			if end < 0 {
				return -1
			}
			i += end
		case ch == '"' || ch == '\'':
			_, n := nginxQuoted(text[i+1:], ch)
			if n < 0 {
				return -1
			}
			i += n
		case ch == '{':
			depth++
		case ch == '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return -1
}

// nginxQuoted returns what stands before the closing quote, and the length with
// it; -1 if there is none.
func nginxQuoted(text string, quote byte) (string, int) {
	var word strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\' && i+1 < len(text):
			i++
			word.WriteByte(text[i])
		case text[i] == quote:
			return word.String(), i + 1
		default:
			word.WriteByte(text[i])
		}
	}
	return "", -1
}

func nginxWord(text string) int {
	for i := 0; i < len(text); i++ {
		switch ch := text[i]; {
		case ch == '\\':
			i++
		case ch == '{' && i > 0 && text[i-1] == '$':
			if end := strings.IndexByte(text[i:], '}'); end > 0 {
				i += end
			}
		case strings.IndexByte(" \t\r\n;{", ch) >= 0:
			return i
		}
	}
	return len(text)
}
