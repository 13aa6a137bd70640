package parser

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The lexers here mirror those of BuildKit (frontend/dockerfile/parser:
// splitCommand, extractBuilderFlags, parseWords, parseNameVal, parseJSON), byte
// for byte, but keep the places. Their results are compared with BuildKit's own.

// isBlank reports whether b separates words for BuildKit: `[\t\v\f\r ]`.
func isBlank(b byte) bool {
	return b == ' ' || b == '\t' || b == '\v' || b == '\f' || b == '\r'
}

// isSpaceByte is unicode.IsSpace on one byte: BuildKit lexes flags bytewise, so
// that the bytes 0x85 and 0xA0 separate them even within a character.
func isSpaceByte(b byte) bool { return unicode.IsSpace(rune(b)) }

// word is a lexed piece of a text: its bounds, the place of its first '=' (-1 if
// there is none), and its decoded bytes, valid until the next word.
type word struct {
	start, end, eq int
	decoded        []byte
}

// trim narrows [from, to) as strings.TrimSpace does.
func trim(s string, from, to int) (int, int) {
	part := s[from:to]
	left := strings.TrimLeftFunc(part, unicode.IsSpace)
	from = to - len(left)
	return from, from + len(strings.TrimRightFunc(left, unicode.IsSpace))
}

// keyword returns where the first word of [from, to) ends and where the next
// one starts.
func keyword(s string, from, to int) (end, next int) {
	for end = from; end < to && !isBlank(s[end]); end++ {
	}
	for next = end; next < to && isBlank(s[next]); next++ {
	}
	return end, next
}

// flagWords yields the words at the head of [from, to) that start with "--" and
// returns where the rest starts.
func flagWords(s string, from, to int, escape byte, yield func(word)) int {
	var buf []byte
	for pos := from; ; {
		for pos < to && isSpaceByte(s[pos]) {
			pos++
		}
		if pos+1 >= to || s[pos] != '-' || s[pos+1] != '-' {
			return pos
		}
		w := flagWord(s, pos, to, escape, buf[:0])
		buf, pos = w.decoded, w.end
		if string(w.decoded) == "--" {
			return pos
		}
		yield(w)
	}
}

// flagWord lexes one flag. Quotes are dropped; the escape token works within
// either kind of them; each byte is decoded as a character of its own.
func flagWord(s string, from, to int, escape byte, buf []byte) word {
	w := word{start: from, eq: -1}
	var quote byte
	pos := from
	for ; pos < to; pos++ {
		ch := s[pos]
		switch {
		case quote == 0 && isSpaceByte(ch):
			w.end, w.decoded = pos, buf
			return w
		case quote == 0 && (ch == '\'' || ch == '"'):
			quote = ch
			continue
		case quote != 0 && ch == quote:
			quote = 0
			continue
		case ch == escape:
			if pos+1 == to {
				continue
			}
			pos++
			ch = s[pos]
		}
		if ch == '=' && w.eq < 0 {
			w.eq = pos
		}
		buf = utf8.AppendRune(buf, rune(ch))
	}
	w.end, w.decoded = to, buf
	return w
}

// quotedWords yields the words of [from, to) with their quotes and escape tokens
// in them, as ARG, ENV and LABEL have them.
func quotedWords(s string, from, to int, escape byte, yield func(word)) {
	var buf []byte
	for pos := from; pos < to; {
		ch, width := utf8.DecodeRuneInString(s[pos:to])
		if unicode.IsSpace(ch) {
			pos += width
			continue
		}
		w := quotedWord(s, pos, to, rune(escape), buf[:0])
		buf, pos = w.decoded, w.end
		if len(w.decoded) > 0 {
			yield(w)
		}
	}
}

func quotedWord(s string, from, to int, escape rune, buf []byte) word {
	w := word{start: from, eq: -1}
	var quote rune
	for pos := from; pos < to; {
		ch, width := utf8.DecodeRuneInString(s[pos:to])
		switch {
		case quote == 0 && unicode.IsSpace(ch):
			w.end, w.decoded = pos, buf
			return w
		case quote == 0 && (ch == '\'' || ch == '"'):
			quote = ch
		case quote != 0 && ch == quote:
			quote = 0
		case ch == escape && quote != '\'':
			if pos+width == to { // dropped at the end, and so is a quote's hold
				pos += width
				continue
			}
			buf = utf8.AppendRune(buf, ch)
			pos += width
			ch, width = utf8.DecodeRuneInString(s[pos:to])
		}
		if ch == '=' && w.eq < 0 {
			w.eq = pos
		}
		buf = utf8.AppendRune(buf, ch)
		pos += width
	}
	w.end, w.decoded = to, buf
	return w
}

// blankWords yields the bounds of the words of [from, to), separated by blanks;
// quotes mean nothing. There is always at least one, if only an empty one.
func blankWords(s string, from, to int, yield func(start, end int)) {
	for {
		end, next := keyword(s, from, to)
		yield(from, end)
		if end == to {
			return
		}
		from = next
	}
}

// jsonStrings yields the bounds, quotes included, of the strings of a valid JSON
// array of strings.
func jsonStrings(s string, from, to int, yield func(start, end int)) {
	for pos := from; pos < to; pos++ {
		if s[pos] != '"' {
			continue
		}
		start := pos
		for pos++; pos < to && s[pos] != '"'; pos++ {
			if s[pos] == '\\' {
				pos++
			}
		}
		yield(start, min(pos+1, to))
	}
}
