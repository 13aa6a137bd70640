package parser

import (
	"strings"

	bk "github.com/moby/buildkit/frontend/dockerfile/parser"

	"github.com/dfharden/dfharden/source"
)

// Reasons why an instruction is opaque. Each is a self-check that failed.
const (
	opaqueLines    = "its lines do not add up to the text that BuildKit read"
	opaqueFlags    = "its flags are not where BuildKit's are"
	opaqueArgs     = "its arguments are not where BuildKit's are"
	opaqueHeredocs = "its here-documents are not where BuildKit's are"
)

// locate fills in all of a top instruction but Cmd.
func (f *File) locate(in *Instruction) {
	t, last, ok := f.join(in, in.Node)
	in.text = t
	switch {
	case !ok:
		in.Opaque = opaqueLines
	default:
		in.Opaque = in.lex(0, len(t.s))
		if in.Opaque == "" && !in.findHeredocs(last) {
			in.Opaque = opaqueHeredocs
		}
	}
	if in.Opaque != "" {
		in.obscure()
		return
	}
	in.setSpan()
}

func (in *Instruction) setSpan() {
	in.Span = source.Span{Start: in.Keyword.Span.Start, End: in.file.Lines.Text(in.EndLine).End}
	in.Span.End = max(in.Span.End, in.Keyword.Span.End)
	if in.Sub != nil {
		in.Sub.Heredocs = in.Heredocs
		in.Sub.setSpan()
	}
}

// lex finds the tokens of the instruction in its text between from and to, and
// returns why it is opaque.
func (in *Instruction) lex(from, to int) string {
	s := in.text.s
	from, to = trim(s, from, to)
	end, next := keyword(s, from, to)
	if s[from:end] != in.Node.Value {
		return opaqueLines
	}
	in.Name = strings.ToLower(in.Node.Value)
	in.JSON = in.Node.Attributes["json"]
	in.Keyword = in.text.token(from, end, in.Node.Value)
	start, ok := in.lexFlags(next, to)
	if !ok {
		return opaqueFlags
	}
	in.rest[0], in.rest[1] = trim(s, start, to)
	in.Rest = in.text.token(in.rest[0], in.rest[1], s[in.rest[0]:in.rest[1]])
	if in.Name == "onbuild" {
		return in.lexSub()
	}
	if !in.lexArgs() {
		return opaqueArgs
	}
	return ""
}

func (in *Instruction) lexFlags(from, to int) (rest int, ok bool) {
	if n := len(in.Node.Flags); n > 0 {
		in.Flags = make([]Flag, 0, n)
	}
	ok = true
	rest = flagWords(in.text.s, from, to, in.file.Escape, func(w word) {
		i := len(in.Flags)
		if !ok || i >= len(in.Node.Flags) || in.Node.Flags[i] != string(w.decoded) {
			ok = false
			return
		}
		in.Flags = append(in.Flags, in.flag(w, in.Node.Flags[i]))
	})
	return rest, ok && len(in.Flags) == len(in.Node.Flags)
}

func (in *Instruction) flag(w word, decoded string) Flag {
	name, value, found := strings.Cut(strings.TrimPrefix(decoded, "--"), "=")
	valueAt := w.end
	if found {
		valueAt = w.eq + 1
	}
	return Flag{
		Name: name, Value: value, Bare: !found,
		Token:     in.text.token(w.start, w.end, decoded),
		ValueSpan: in.text.span(valueAt, w.end),
	}
}

// lexSub locates what an ONBUILD holds.
func (in *Instruction) lexSub() string {
	if in.rest[0] == in.rest[1] {
		return ""
	}
	if in.Node.Next == nil || len(in.Node.Next.Children) != 1 {
		return opaqueArgs
	}
	node := *in.Node.Next.Children[0]
	if node.Original != in.Rest.Text {
		return opaqueArgs
	}
	node.StartLine, node.EndLine, node.Heredocs = in.Line, in.EndLine, in.Node.Heredocs
	in.Sub = &Instruction{
		file: in.file, parent: in, text: in.text, Node: &node,
		Index: in.Index, Line: in.Line, EndLine: in.EndLine,
	}
	return in.Sub.lex(in.rest[0], in.rest[1])
}

// obscure gives an opaque instruction BuildKit's texts and the span of its lines.
func (in *Instruction) obscure() {
	in.Span = source.Span{Start: in.file.Lines.Full(in.Line).Start, End: in.file.Lines.Text(in.EndLine).End}
	in.Span.End = max(in.Span.Start, in.Span.End)
	in.Name = strings.ToLower(in.Node.Value)
	in.JSON = in.Node.Attributes["json"]
	in.Keyword = Token{in.Node.Value, in.Span}
	in.Rest = Token{"", in.Span}
	in.Flags, in.Args, in.Heredocs, in.Sub = nil, nil, nil, nil
	for _, decoded := range in.Node.Flags {
		name, value, found := strings.Cut(strings.TrimPrefix(decoded, "--"), "=")
		in.Flags = append(in.Flags, Flag{name, value, !found, Token{decoded, in.Span}, in.Span})
	}
	for n := in.Node.Next; n != nil && len(n.Children) == 0; n = n.Next {
		in.Args = append(in.Args, Token{n.Value, in.Span})
	}
	for _, h := range in.Node.Heredocs {
		in.Heredocs = append(in.Heredocs, heredoc(h, in.Span, in.Span))
	}
}

func heredoc(h bk.Heredoc, body, all source.Span) Heredoc {
	return Heredoc{Name: h.Name, Expand: h.Expand, Chomp: h.Chomp, Content: h.Content, Body: body, Span: all}
}
