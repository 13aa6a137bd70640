// Package yamltree reads YAML as trees of nodes that know their places. Aliases
// and merge keys are followed when a node is asked for, so that a document costs
// what its text costs, whatever its aliases multiply to.
package yamltree

import (
	"errors"
	"fmt"
	"iter"
	"regexp"

	"github.com/goccy/go-yaml/ast"
	yamlparser "github.com/goccy/go-yaml/parser"
)

// maxDepth bounds how many aliases lead from one to the next.
const maxDepth = 16

// Pos is a place in a file, from 1; columns count code points. Zero is none.
type Pos struct{ Line, Column int }

// Node is a value of a document. The zero Node is what a missing key gives: it has
// no kind, no members and no text.
type Node struct {
	n   ast.Node // no anchor, tag or alias
	doc *document
	at  Pos // of the node where it is written, of an alias the alias's own
}

type document struct{ anchors map[string]ast.Node }

// SyntaxError is YAML that does not parse.
type SyntaxError struct {
	Pos
	Msg string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("%d:%d: %s", e.Line, e.Column, e.Msg) }

// Parse reads the documents of a file; an empty file has none. The error is a
// *SyntaxError.
func Parse(data []byte) (docs []Node, err error) {
	defer func() {
		if cause := recover(); cause != nil { // the library's: a file must not cost the run
			docs, err = nil, &SyntaxError{Pos{1, 1}, "this is no YAML that can be read"}
		}
	}()
	f, err := yamlparser.ParseBytes(data, 0)
	if err != nil {
		return nil, syntaxError(err)
	}
	for _, d := range f.Docs {
		if d.Body == nil {
			continue
		}
		doc := &document{anchors: map[string]ast.Node{}}
		ast.Walk(doc, d.Body)
		docs = append(docs, doc.node(d.Body))
	}
	return docs, nil
}

// Visit collects the anchors. A name that is there twice keeps its last place.
func (d *document) Visit(n ast.Node) ast.Visitor {
	if a, ok := n.(*ast.AnchorNode); ok && a.Name != nil {
		d.anchors[a.Name.GetToken().Value] = a.Value
	}
	return d
}

// node strips a node of its anchor and tag, and follows an alias.
func (d *document) node(n ast.Node) Node {
	at := pos(n)
	for depth := 0; n != nil && depth < maxDepth; depth++ {
		switch v := n.(type) {
		case *ast.AnchorNode:
			n = v.Value
			at = pos(n)
		case *ast.TagNode:
			n = v.Value
		case *ast.AliasNode:
			if v.Value == nil {
				return Node{}
			}
			n = d.anchors[v.Value.GetToken().Value]
		default:
			return Node{n, d, at}
		}
	}
	return Node{}
}

func pos(n ast.Node) Pos {
	if m, ok := n.(*ast.MappingNode); ok && len(m.Values) > 0 && !m.IsFlowStyle {
		n = m.Values[0].Key
	}
	if n == nil || n.GetToken() == nil {
		return Pos{}
	}
	p := n.GetToken().Position
	return Pos{p.Line, p.Column}
}

// Pos is where the node is written.
func (n Node) Pos() Pos { return n.at }

// Present reports whether there is a node: a key with nothing behind it has one.
func (n Node) Present() bool { return n.n != nil }

// Null reports whether the node is an empty or null value.
func (n Node) Null() bool {
	_, ok := n.n.(*ast.NullNode)
	return ok
}

// IsMap reports whether the node is a mapping.
func (n Node) IsMap() bool {
	_, ok := n.n.(ast.MapNode)
	return ok
}

// IsList reports whether the node is a sequence.
func (n Node) IsList() bool {
	_, ok := n.n.(*ast.SequenceNode)
	return ok
}

// Entry is a key of a mapping with its value.
type Entry struct {
	Key   string
	At    Pos // of the key
	Value Node
}

// Entries yields the keys of a mapping in the order of the file, then those that
// its merge keys add.
func (n Node) Entries() iter.Seq[Entry] {
	return func(yield func(Entry) bool) { n.entries(map[string]bool{}, map[ast.Node]bool{}, yield) }
}

// entries yields the keys that were not seen before. A mapping that was visited has
// none of them, however many merge keys lead to it.
func (n Node) entries(seen map[string]bool, visited map[ast.Node]bool, yield func(Entry) bool) bool {
	m, ok := n.n.(ast.MapNode)
	if !ok || visited[n.n] {
		return true
	}
	visited[n.n] = true
	var merged []Node
	for it := m.MapRange(); it.Next(); {
		kv := it.KeyValue()
		if _, merge := kv.Key.(*ast.MergeKeyNode); merge {
			merged = append(merged, n.doc.node(kv.Value))
			continue
		}
		key := n.doc.node(kv.Key)
		text, _ := key.Text()
		if seen[text] {
			continue
		}
		seen[text] = true
		if !yield(Entry{text, key.at, n.doc.node(kv.Value)}) {
			return false
		}
	}
	for _, from := range merged {
		for _, source := range append([]Node{from}, from.Items()...) {
			if !source.entries(seen, visited, yield) {
				return false
			}
		}
	}
	return true
}

// Get is the value of a key, the zero Node if there is none. Several keys lead down.
func (n Node) Get(keys ...string) Node {
	for _, key := range keys {
		var next Node
		for e := range n.Entries() {
			if e.Key == key {
				next = e.Value
				break
			}
		}
		n = next
	}
	return n
}

// Items are the members of a sequence.
func (n Node) Items() []Node {
	s, ok := n.n.(*ast.SequenceNode)
	if !ok {
		return nil
	}
	items := make([]Node, 0, len(s.Values))
	for _, v := range s.Values {
		items = append(items, n.doc.node(v))
	}
	return items
}

// Text is a scalar as it is written, without quotes; ok is false for what is none,
// and for null.
func (n Node) Text() (text string, ok bool) {
	switch v := n.n.(type) {
	case *ast.StringNode:
		return v.Value, true
	case *ast.LiteralNode:
		return v.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return v.GetToken().Value, true
	case *ast.MappingKeyNode:
		return n.doc.node(v.Value).Text()
	}
	return "", false
}

// Bool is the value of true or false.
func (n Node) Bool() (value, ok bool) {
	b, ok := n.n.(*ast.BoolNode)
	return ok && b.Value, ok
}

// Int is the value of a whole number that fits.
func (n Node) Int() (int, bool) {
	i, ok := n.n.(*ast.IntegerNode)
	if !ok {
		return 0, false
	}
	switch v := i.Value.(type) {
	case uint64:
		return int(v), v <= 1<<31
	case int64:
		return int(v), v >= -1<<31 && v <= 1<<31
	}
	return 0, false
}

// What the library's errors begin with, in front of an excerpt of the file.
var errorPlace = regexp.MustCompile(`^\[(\d+):(\d+)\] ([^\n]*)`)

func syntaxError(err error) *SyntaxError {
	e := &SyntaxError{Pos{1, 1}, "this is no YAML that can be read"}
	var text interface{ GetMessage() string }
	if errors.As(err, &text) {
		e.Msg = text.GetMessage()
	}
	if m := errorPlace.FindStringSubmatch(err.Error()); m != nil {
		_, _ = fmt.Sscan(m[1], &e.Line) // digits
		_, _ = fmt.Sscan(m[2], &e.Column)
	}
	return e
}
