package parser

import (
	"encoding/json"

	"github.com/moby/buildkit/frontend/dockerfile/command"
	bk "github.com/moby/buildkit/frontend/dockerfile/parser"
)

// lexArgs finds a token for each node of BuildKit's Next chain and reports
// whether the two agree.
func (in *Instruction) lexArgs() bool {
	if _, known := command.Commands[in.Name]; !known {
		return true // BuildKit keeps nothing of what ONBUILD holds then
	}
	from, to := in.rest[0], in.rest[1]
	c := chain{in: in, node: in.Node.Next, ok: true}
	if in.Node.Next != nil {
		c.args = make([]Token, 0, chainLen(in.Node.Next))
		switch in.Name {
		case "arg":
			quotedWords(in.text.s, from, to, in.file.Escape, c.quoted)
		case "env", "label":
			c.pairs(from, to)
		case "healthcheck":
			c.healthcheck(from, to)
		case "add", "copy", "volume":
			c.list(from, to)
		case "expose", "from":
			blankWords(in.text.s, from, to, c.plain)
		default:
			c.line(from, to)
		}
	}
	in.Args = c.args
	return c.ok && c.node == nil
}

func chainLen(node *bk.Node) (n int) {
	for ; node != nil; node = node.Next {
		n++
	}
	return n
}

// chain compares lexed words with BuildKit's nodes and makes tokens of them.
type chain struct {
	in   *Instruction
	node *bk.Node // the next to be matched
	args []Token
	ok   bool
}

// take matches the next node with the text from start to end if same says that
// it means the node's value.
func (c *chain) take(start, end int, same func(value string) bool) {
	if !c.ok || c.node == nil || !same(c.node.Value) {
		c.ok = false
		return
	}
	c.args = append(c.args, c.in.text.token(start, end, c.node.Value))
	c.node = c.node.Next
}

func (c *chain) plain(start, end int) {
	raw := c.in.text.s[start:end]
	c.take(start, end, func(value string) bool { return value == raw })
}

func (c *chain) quoted(w word) {
	c.take(w.start, w.end, func(value string) bool { return value == string(w.decoded) })
}

// line takes the rest of the instruction as one token, or as a JSON array.
func (c *chain) line(from, to int) {
	if c.in.JSON {
		c.json(from, to)
		return
	}
	c.plain(from, to)
}

func (c *chain) list(from, to int) {
	if c.in.JSON {
		c.json(from, to)
		return
	}
	blankWords(c.in.text.s, from, to, c.plain)
}

func (c *chain) json(from, to int) {
	jsonStrings(c.in.text.s, from, to, func(start, end int) {
		raw := c.in.text.s[start:end]
		c.take(start, end, func(value string) bool { return raw[1:len(raw)-1] == value || unquoted(raw) == value })
	})
}

func unquoted(raw string) (s string) {
	if json.Unmarshal([]byte(raw), &s) != nil {
		return raw
	}
	return s
}

// healthcheck takes the type, whose end BuildKit looks for bytewise, and then
// the command.
func (c *chain) healthcheck(from, to int) {
	s, end := c.in.text.s, from
	for end < to && !isSpaceByte(s[end]) {
		end++
	}
	c.plain(from, end)
	for end < to && isSpaceByte(s[end]) {
		end++
	}
	if c.node != nil {
		c.line(end, to)
	}
}

// pairs takes key=value words, or the old form "key value", in which the value
// is the rest of the line. The separator of the latter is empty.
func (c *chain) pairs(from, to int) {
	s := c.in.text.s
	if n := c.node.Next; n != nil && n.Next != nil && n.Next.Value == "" {
		end, next := keyword(s, from, to)
		c.plain(from, end)
		c.plain(next, to)
		c.plain(end, end)
		return
	}
	quotedWords(s, from, to, c.in.file.Escape, c.pair)
}

func (c *chain) pair(w word) {
	if w.eq < 0 {
		c.ok = false
		return
	}
	decoded := string(w.decoded)
	eq := 0
	for decoded[eq] != '=' {
		eq++
	}
	c.take(w.start, w.eq, func(value string) bool { return value == decoded[:eq] })
	c.take(w.eq+1, w.end, func(value string) bool { return value == decoded[eq+1:] })
	c.plain(w.eq, w.eq+1)
}
