// Package stage is the build model of a Dockerfile: its stages and what they
// take from each other, and one fold that gives the state before and after
// every instruction of the image. Facts are three-valued and carry their
// evidence.
package stage

import (
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/parser"
)

// Tri is a truth value with a third state; see image.Tri.
type Tri = image.Tri

// The values of Tri.
const (
	Unknown = image.Unknown
	No      = image.No
	Yes     = image.Yes
)

// Options say what is built, and what is known from outside the file.
type Options struct {
	Target string            // name or number of the stage that is the image; "" is the last
	Why    string            // why it is the image, for Graph.Why; "": what Target says
	Args   map[string]string // values for ARG, as --build-arg gives them
	Unsure map[string]bool   // ARGs whose value is not known, whatever the file's default is
	Images image.Lookup      // nil: image.Table()
	// Others is asked, instead of Images, about the bases of stages whose files and
	// settings do not get into the image by FROM; nil: Images.
	Others image.Lookup
	// Known is asked, instead of Images, about a base of whose tag a part is not known,
	// with many a text for that part; it should not have to go far. nil: Images.
	Known image.Lookup
	// Supposed is asked for Supposing about a base that Images does not know. It may be
	// wrong. nil: nothing is supposed.
	Supposed image.Lookup
	// Context is where COPY reads from; nil: it cannot be read. It must not lead out
	// of its root through symbolic links.
	Context fs.FS
	// BuiltOn are the files of the project whose FROM names an image that this one makes.
	BuiltOn []string
	// Ignore is the ignore file beside the Dockerfile, with its name in front of
	// ".dockerignore"; nil: there is none, and .dockerignore of the context counts.
	Ignore []byte
}

// Graph is the build model of one file.
type Graph struct {
	File   *parser.File
	Stages []*Stage
	Why    string // why Final is the image: "the last stage", "--target web"

	final  *Stage
	global scope // ARG before the first FROM
	opt    Options
	seen   *ignored // the context as a builder sees it; nil until asked for
	calls  map[*parser.Instruction][]Call
	inner  map[*parser.Command][]Call // what the scripts do that RUNs start
	files  map[fileKey]found

	project       []*projectEntry // once projectWalked
	projectWalked bool
	tests         bool // the project has tests for the Java machine; once projectWalked
	kept          int  // bytes of the project's files in memory
}

// Stage is one FROM and the instructions under it.
type Stage struct {
	Index        int
	Name         string // lower case; "" without AS
	From         *parser.Instruction
	Instructions []*parser.Instruction // without From

	Ref      string      // the base as BuildKit resolves it; "" if RefKnown is false
	RefKnown bool        // no variable without a value in it
	Base     *Stage      // the stage that it is built FROM; nil for an image
	Facts    image.Facts // of the image at the bottom of the chain of bases
	Edges    []Edge      // what it takes from elsewhere, besides its base

	graph   *Graph
	written string  // the base as the file writes it
	states  []State // before each instruction, and after the last; nil until asked for
	windows *Tri    // of a stage whose base is not known; nil until asked for
}

// Edge is a COPY --from or a mount from another stage or image.
type Edge struct {
	At   *parser.Instruction
	From string // as written
	To   *Stage // nil: an image or a named build context
}

// Error is a mistake of the caller, such as a target that is not there.
type Error struct{ Msg string }

func (e *Error) Error() string { return e.Msg }

// Build makes the model of a file. The only error is a Target that the file does
// not have, as *Error.
func Build(f *parser.File, o Options) (*Graph, error) {
	if o.Images == nil {
		o.Images = image.Table()
	}
	if o.Others == nil {
		o.Others = o.Images
	}
	if o.Known == nil {
		o.Known = o.Images
	}
	g := &Graph{File: f, opt: o}
	g.split()
	for _, s := range g.Stages {
		g.connect(s)
	}
	err := g.choose(o.Target)
	g.look()
	if o.Why != "" {
		g.Why = o.Why
	}
	return g, err
}

// Rebuild makes the model of another file with the options of this one: of what the
// file would be after a change.
func (g *Graph) Rebuild(f *parser.File) (*Graph, error) { return Build(f, g.opt) }

// Supposing is the model on what the image's base is supposed to be: no ground for a
// fix, only for leaving the file alone. It is nil if the base is known, or nothing is
// supposed about it.
func (g *Graph) Supposing() *Graph {
	root := g.final.Root()
	if g.opt.Supposed == nil || root.Facts.Listed || !root.RefKnown {
		return nil
	}
	o := g.opt
	o.Images, o.Supposed = o.Supposed, nil
	s, err := Build(g.File, o)
	if err != nil || !s.final.Root().Facts.Listed {
		return nil
	}
	return s
}

// split cuts the file into stages and collects the global ARGs.
func (g *Graph) split() {
	g.global = newScope(g.File.Escape, platformArgs())
	for _, in := range g.File.Instructions {
		switch c := in.Cmd.(type) {
		case *instructions.Stage:
			g.Stages = append(g.Stages, &Stage{Index: len(g.Stages), Name: c.Name, From: in, graph: g, written: c.BaseName})
		case *instructions.ArgCommand:
			if len(g.Stages) == 0 {
				g.global.declare(c, g.opt, nil)
				continue
			}
			g.last().Instructions = append(g.last().Instructions, in)
		default:
			if len(g.Stages) > 0 {
				g.last().Instructions = append(g.last().Instructions, in)
			}
		}
	}
}

func (g *Graph) last() *Stage { return g.Stages[len(g.Stages)-1] }

// connect resolves the base and the edges of a stage; stages before it are done.
func (g *Graph) connect(s *Stage) {
	s.Ref, s.RefKnown = g.global.expand(s.written)
	if !s.RefKnown {
		s.Ref = ""
	}
	s.Base = g.before(s.Index, s.Ref)
	for _, in := range s.Instructions {
		switch c := in.Cmd.(type) {
		case *instructions.CopyCommand:
			if c.From != "" {
				s.edge(in, c.From)
			}
		case *instructions.RunCommand:
			for _, f := range in.Flags {
				if f.Name == "mount" {
					s.mount(in, f.Value)
				}
			}
		}
	}
}

// look gets the facts of the stages. Images, which may have to ask a registry, is
// asked about the image's own base only.
func (g *Graph) look() {
	asked := map[*Stage]bool{g.final.Root(): true}
	if files := g.final.Root().rootfs(); files != nil {
		asked[files.Root()] = true
	}
	for _, s := range g.Stages {
		switch {
		case s.Base != nil:
			s.Facts = s.Base.Facts
		case !s.RefKnown:
			s.Facts = image.Partial(g.opt.Known, func(text string) string { return g.global.fill(s.written, text) })
		case s.Ref == "":
		case asked[s]:
			s.Facts = image.LookupPlatform(g.opt.Images, s.Ref, s.platform())
		default:
			s.Facts = image.LookupPlatform(g.opt.Others, s.Ref, s.platform())
		}
		s.foreignTag()
		s.unpack()
	}
}

// platform is what FROM --platform says, "" where it says nothing that is known.
func (s *Stage) platform() string {
	c, ok := s.From.Cmd.(*instructions.Stage)
	if !ok || c.Platform == "" {
		return ""
	}
	text, known := s.graph.global.expand(c.Platform)
	if !known {
		return ""
	}
	return text
}

func (s *Stage) mount(in *parser.Instruction, value string) {
	for _, field := range strings.Split(value, ",") {
		if from, ok := strings.CutPrefix(field, "from="); ok {
			s.edge(in, from)
		}
	}
}

func (s *Stage) edge(in *parser.Instruction, from string) {
	to := s.graph.before(s.Index, from)
	if n, err := strconv.Atoi(from); to == nil && err == nil && n >= 0 && n < s.Index {
		to = s.graph.Stages[n]
	}
	s.Edges = append(s.Edges, Edge{At: in, From: from, To: to})
}

// before finds the last stage of that name above the stage with number index.
func (g *Graph) before(index int, name string) *Stage {
	for i := index - 1; i >= 0 && name != ""; i-- {
		if strings.EqualFold(g.Stages[i].Name, name) {
			return g.Stages[i]
		}
	}
	return nil
}

func (g *Graph) choose(target string) error {
	if target == "" {
		g.final, g.Why = g.last(), "the last stage"
		return nil
	}
	g.Why = "target " + target
	if g.final = g.Stage(target); g.final != nil {
		return nil
	}
	g.final = g.last()
	return &Error{fmt.Sprintf("no stage %q; the file has %s", target, g.names())}
}

// Stage finds a stage by name or number, as --target does; nil if there is none.
func (g *Graph) Stage(target string) *Stage {
	if s := g.before(len(g.Stages), target); s != nil {
		return s
	}
	if n, err := strconv.Atoi(target); err == nil && n >= 0 && n < len(g.Stages) {
		return g.Stages[n]
	}
	return nil
}

func (g *Graph) names() string {
	var names []string
	for _, s := range g.Stages {
		names = append(names, s.Label())
	}
	return strings.Join(names, ", ")
}

// BuiltOn are the files of the project that are built on the image; see Options.
func (g *Graph) BuiltOn() []string { return g.opt.BuiltOn }

// Final is the stage that becomes the image.
func (g *Graph) Final() *Stage { return g.final }

// Chain lists the stages that the image is made of: Final last, before it the
// stage that it is built FROM, and so on.
func (g *Graph) Chain() []*Stage { return g.final.Line() }

// Line lists a stage behind those that it is built from, the first of the file's
// first.
func (s *Stage) Line() []*Stage {
	var line []*Stage
	for ; s != nil; s = s.Base {
		line = append([]*Stage{s}, line...)
	}
	return line
}

// Leaves lists the stages that no other stage uses, Final excepted: images of
// their own, which the rules do not look at.
func (g *Graph) Leaves() []*Stage {
	used := map[*Stage]bool{g.final: true}
	for _, s := range g.Stages {
		used[s.Base] = true
		for _, e := range s.Edges {
			used[e.To] = true
		}
	}
	var leaves []*Stage
	for _, s := range g.Stages {
		if !used[s] {
			leaves = append(leaves, s)
		}
	}
	return leaves
}

// Derived lists the stages that are built FROM a stage, directly.
func (s *Stage) Derived() []*Stage {
	var derived []*Stage
	for _, other := range s.graph.Stages {
		if other.Base == s {
			derived = append(derived, other)
		}
	}
	return derived
}

// Label is the stage's name, or its number if it has none.
func (s *Stage) Label() string {
	if s.Name != "" {
		return s.Name
	}
	return strconv.Itoa(s.Index)
}

// Root is the stage at the bottom of the chain of bases; its base is an image.
func (s *Stage) Root() *Stage {
	for s.Base != nil {
		s = s.Base
	}
	return s
}

// BaseName is the image at the bottom of the chain, as the file writes it if it
// cannot be resolved.
func (s *Stage) BaseName() string {
	root := s.Root()
	if root.RefKnown && root.Ref != "" {
		return root.Ref
	}
	return root.written
}

// Called is BaseName for messages: a digest is cut to the length that people
// compare.
func (s *Stage) Called() string {
	const digits = 12
	name := s.BaseName()
	if i := strings.Index(name, "@sha256:"); i >= 0 && len(name) > i+len("@sha256:")+digits {
		return name[:i+len("@sha256:")+digits] + "…"
	}
	return name
}
