package project

import (
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	hcljson "github.com/hashicorp/hcl/v2/json"
	"github.com/zclconf/go-cty/cty"
)

// https://docs.docker.com/build/bake/reference/
var bakeSchema = &hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{
	{Type: "variable", LabelNames: []string{"name"}},
	{Type: "target", LabelNames: []string{"name"}},
	{Type: "group", LabelNames: []string{"name"}},
}}

// bakery is what the bake files of a folder say together: a target or a variable
// that is there twice is merged, as bake does it with its files.
type bakery struct {
	*reader
	env     *hcl.EvalContext
	targets map[string]*bakeTarget
	names   []string // of targets, in the order of the files
	groups  map[string][]string
}

type bakeTarget struct {
	attrs map[string]*hcl.Attribute
	place Place
}

// bake reads the bake files of a folder. Functions are not evaluated: what calls one
// is not known.
func (r *reader) bake(names []string) {
	b := &bakery{
		reader:  r,
		env:     &hcl.EvalContext{Variables: map[string]cty.Value{}},
		targets: map[string]*bakeTarget{}, groups: map[string][]string{},
	}
	slices.SortStableFunc(names, func(x, y string) int { return bakeRank(x) - bakeRank(y) })
	var blocks hcl.Blocks
	for _, name := range names {
		blocks = append(blocks, r.bakeBlocks(name)...)
	}
	for _, block := range blocks {
		attrs, _ := block.Body.JustAttributes() // nested blocks say nothing about the build
		switch block.Type {
		case "variable":
			b.variable(block.Labels[0], attrs)
		case "group":
			b.groups[block.Labels[0]] = b.texts(attrs["targets"])
		case "target":
			b.target(block, attrs)
		}
	}
	for _, name := range b.names {
		if b.ships(name) {
			b.emit(name)
		}
	}
}

// bakeRank is the order in which bake reads its files.
func bakeRank(name string) int {
	return slices.Index([]string{"docker-bake.json", "docker-bake.hcl", "docker-bake.override.json", "docker-bake.override.hcl"}, path.Base(name))
}

func (r *reader) bakeBlocks(name string) (blocks hcl.Blocks) {
	defer func() {
		if recover() != nil { // the library's: a file must not cost the run
			blocks = nil
			r.problem(Place{name, 0}, "cannot be read, and is not looked at")
		}
	}()
	data := r.data(name)
	parse := func() (*hcl.File, hcl.Diagnostics) { return hclsyntax.ParseConfig(data, name, hcl.InitialPos) }
	if path.Ext(name) == ".json" {
		parse = func() (*hcl.File, hcl.Diagnostics) { return hcljson.Parse(data, name) }
	}
	file, diags := parse()
	if diags.HasErrors() {
		at := Place{File: name}
		if diags[0].Subject != nil {
			at.Line = diags[0].Subject.Start.Line
		}
		r.problem(at, "does not parse, and is not looked at: %s", diags[0].Summary)
		return nil
	}
	content, _, _ := file.Body.PartialContent(bakeSchema)
	return content.Blocks
}

// variable gives a variable its default. The environment may set another; what the
// project itself says is the default.
func (b *bakery) variable(name string, attrs hcl.Attributes) {
	if a := attrs["default"]; a != nil {
		if v, diags := a.Expr.Value(b.env); !diags.HasErrors() {
			b.env.Variables[name] = v
		}
	}
}

func (b *bakery) target(block *hcl.Block, attrs hcl.Attributes) {
	name := block.Labels[0]
	t := b.targets[name]
	if t == nil {
		t = &bakeTarget{attrs: map[string]*hcl.Attribute{}, place: Place{block.DefRange.Filename, block.DefRange.Start.Line}}
		b.targets[name] = t
		b.names = append(b.names, name)
	}
	for key, a := range attrs {
		t.attrs[key] = a
	}
}

// attr is an attribute of a target or of one that it inherits from; the last one
// named wins.
func (b *bakery) attr(name, key string, depth int) *hcl.Attribute {
	t := b.targets[name]
	if t == nil || depth > 16 {
		return nil
	}
	if a := t.attrs[key]; a != nil {
		return a
	}
	parents := b.texts(t.attrs["inherits"])
	for _, parent := range slices.Backward(parents) {
		if a := b.attr(parent, key, depth+1); a != nil {
			return a
		}
	}
	return nil
}

// ships reports whether a target makes an image that people get: it has tags, or the
// default build makes it; where there are no groups, nothing inherits from it. What
// it makes are not just files.
func (b *bakery) ships(name string) bool {
	for _, out := range b.texts(b.attr(name, "output", 0)) {
		if !strings.Contains(out, "type=image") && !strings.Contains(out, "type=registry") && !strings.Contains(out, "type=docker") {
			return false
		}
	}
	if b.attr(name, "tags", 0) != nil && !b.inherited(name) || b.reached("default", name, 0) {
		return true
	}
	return len(b.groups) == 0 && b.targets["default"] == nil && !b.inherited(name)
}

// reached reports whether a group or target is, or leads to, a target.
func (b *bakery) reached(from, name string, depth int) bool {
	if from == name {
		return b.targets[from] != nil
	}
	return depth < 16 && slices.ContainsFunc(b.groups[from], func(next string) bool { return b.reached(next, name, depth+1) })
}

func (b *bakery) inherited(name string) bool {
	for _, t := range b.targets {
		if slices.Contains(b.texts(t.attrs["inherits"]), name) {
			return true
		}
	}
	return false
}

// maxMatrix bounds the builds of one matrix.
const maxMatrix = 256

// emit adds the builds of a target, one for each combination of its matrix.
func (b *bakery) emit(name string) {
	envs := []*hcl.EvalContext{b.env}
	if a := b.attr(name, "matrix", 0); a != nil {
		envs = b.matrix(a)
	}
	if len(envs) == 0 {
		b.problem(b.targets[name].place, "target %s: its matrix cannot be evaluated, so these builds are not known", name)
	}
	for _, env := range envs {
		b.build(name, env)
	}
}

func (b *bakery) matrix(a *hcl.Attribute) []*hcl.EvalContext {
	v, diags := a.Expr.Value(b.env)
	if diags.HasErrors() || !iterable(v) {
		return nil
	}
	envs := []*hcl.EvalContext{b.env}
	for key, list := range v.AsValueMap() {
		if !iterable(list) || list.LengthInt()*len(envs) > maxMatrix {
			return nil
		}
		var next []*hcl.EvalContext
		for _, env := range envs {
			for _, item := range list.AsValueSlice() {
				child := env.NewChild()
				child.Variables = map[string]cty.Value{key: item}
				next = append(next, child)
			}
		}
		envs = next
	}
	return envs
}

func iterable(v cty.Value) bool { return v.IsWhollyKnown() && !v.IsNull() && v.CanIterateElements() }

func (b *bakery) build(name string, env *hcl.EvalContext) {
	out := Build{By: "bake target " + name, Place: b.targets[name].place, Args: map[string]string{}}
	context, dockerfile := ".", "Dockerfile"
	for key, to := range map[string]*string{"context": &context, "dockerfile": &dockerfile, "target": &out.Target} {
		a := b.attr(name, key, 0)
		if a == nil {
			continue
		}
		text, known := evaluate(a.Expr, env)
		if !known {
			b.problem(Place{a.Range.Filename, a.Range.Start.Line}, "target %s: its %s cannot be evaluated, so this build is not known", name, key)
			return
		}
		*to = text
		if key == "target" {
			out.Place = Place{a.Range.Filename, a.Range.Start.Line}
		}
	}
	if b.attr(name, "dockerfile-inline", 0) != nil {
		return
	}
	if a := b.attr(name, "tags", 0); a != nil {
		out.Names = textsOf(a.Expr, env)
	}
	if a := b.attr(name, "args", 0); a != nil {
		if v, diags := a.Expr.Value(env); !diags.HasErrors() && iterable(v) {
			for key, arg := range v.AsValueMap() {
				if arg.Type() == cty.String && !arg.IsNull() {
					out.Args[key] = arg.AsString()
				}
			}
		}
	}
	b.resolve(out, context, dockerfile)
}

// evaluate gives the text of an expression; null is an empty one.
func evaluate(e hcl.Expression, env *hcl.EvalContext) (string, bool) {
	v, diags := e.Value(env)
	switch {
	case diags.HasErrors() || !v.IsWhollyKnown():
		return "", false
	case v.IsNull():
		return "", true
	case v.Type() != cty.String:
		return "", false
	}
	return v.AsString(), true
}

// texts evaluates a list of strings; what is none is left out.
func (b *bakery) texts(a *hcl.Attribute) []string {
	if a == nil {
		return nil
	}
	return textsOf(a.Expr, b.env)
}

func textsOf(e hcl.Expression, env *hcl.EvalContext) []string {
	v, diags := e.Value(env)
	if diags.HasErrors() || !iterable(v) {
		return nil
	}
	var texts []string
	for it := v.ElementIterator(); it.Next(); {
		if _, item := it.Element(); item.Type() == cty.String && !item.IsNull() {
			texts = append(texts, item.AsString())
		}
	}
	return texts
}
