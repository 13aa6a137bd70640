package parser

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/dfharden/dfharden/source"
)

// SetFlag gives the last flag of that name a value, or inserts the flag right
// behind the keyword. It returns false for an opaque instruction, for a value
// that no flag can hold (line ends, and all but ASCII: BuildKit decodes flags
// bytewise), and where a comment within the flag would be lost.
func (in *Instruction) SetFlag(name, value string) (source.Edit, bool) {
	encoded, ok := quoteFlag(value, in.file.Escape)
	if !ok || in.Opaque != "" {
		return source.Edit{}, false
	}
	flag, have := in.Flag(name)
	if !have {
		at := source.Span{Start: in.Keyword.Span.End, End: in.Keyword.Span.End}
		return source.Replace(at, " --"+name+"="+encoded), in.replaceable(at, encoded)
	}
	head := source.Span{Start: flag.Span.Start, End: flag.ValueSpan.Start}
	edit := source.Replace(flag.Span, "--"+name+"="+encoded)
	if in.bytes(head) == "--"+name+"=" {
		edit = source.Replace(flag.ValueSpan, encoded)
	}
	return edit, in.replaceable(edit.Span, encoded)
}

// quoteFlag writes a flag's value so that BuildKit reads it back.
func quoteFlag(value string, escape byte) (string, bool) {
	special := false
	for i := 0; i < len(value); i++ {
		c := value[i]
		if c < ' ' && c != '\t' || c >= 0x7F {
			return "", false
		}
		special = special || c == '"' || c == '\'' || c == escape || isSpaceByte(c)
	}
	if !special {
		return value, true
	}
	var b strings.Builder
	b.WriteByte('"')
	for i := 0; i < len(value); i++ {
		if value[i] == '"' || value[i] == escape {
			b.WriteByte(escape)
		}
		b.WriteByte(value[i])
	}
	b.WriteByte('"')
	return b.String(), true
}

// ReplaceArg puts text in the place of Args[i]: a JSON string in exec form, else
// the text as it is. It returns false for an opaque instruction, for a text that
// would not be that one argument again, and where a comment would be lost.
func (in *Instruction) ReplaceArg(i int, text string) (source.Edit, bool) {
	if in.Opaque != "" || i < 0 || i >= len(in.Args) || strings.ContainsAny(text, "\r\n\x00") {
		return source.Edit{}, false
	}
	span := in.Args[i].Span
	if in.JSON && in.bytes(span) != "" && in.bytes(span)[0] == '"' {
		return source.Replace(span, quoteJSON(text)), in.replaceable(span, text)
	}
	return source.Replace(span, text), in.fits(i, text) && in.replaceable(span, text)
}

// fits reports whether text is one argument of the shell form. It must not end
// like a line that goes on, nor start like a flag or a JSON array.
func (in *Instruction) fits(i int, text string) bool {
	if text == "" || text != strings.TrimSpace(text) || text[len(text)-1] == in.file.Escape ||
		strings.HasPrefix(text, "--") || text[0] == '[' {
		return false
	}
	switch in.Name {
	case "env", "label":
		return i%3 != 2 && in.oneWord(text) // not the separator
	case "arg":
		return in.oneWord(text)
	case "add", "copy", "volume", "expose", "from":
		return !strings.ContainsAny(text, " \t\v\f")
	}
	return true
}

// oneWord reports whether text is one word, no more and no less, where quotes count.
func (in *Instruction) oneWord(text string) bool {
	words, ends := 0, false
	quotedWords(text+" x", 0, len(text)+2, in.file.Escape, func(w word) {
		words++
		ends = ends || w.end == len(text)
	})
	return words == 2 && ends
}

func quoteJSON(text string) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if enc.Encode(text) != nil {
		return `""`
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func (in *Instruction) bytes(s source.Span) string { return string(in.file.Src[s.Start:s.End]) }

// replaceable reports whether text may take the place of the span: no comment is
// lost, and BuildKit finds the same heredocs. It looks for them with a lexer that
// gives up on the whole line at an open quote, so next to "<<" nothing that could
// be one may come or go.
func (in *Instruction) replaceable(s source.Span, text string) bool {
	for _, c := range in.file.Comments {
		if s.Contains(c.Span) {
			return false
		}
	}
	if !strings.Contains(in.text.s, "<<") {
		return !strings.Contains(text, "<<")
	}
	return !strings.ContainsAny(text+in.bytes(s), "<'\"$\\`")
}
