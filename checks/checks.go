// Package checks holds the rules: what each of them says about an image, when
// it is silent, and the fix that it offers. A rule is one value in one file
// that registers itself.
package checks

import (
	"fmt"
	"slices"
	"sort"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/source"
	"github.com/dfharden/dfharden/stage"
)

// Severity says how much a finding matters.
type Severity uint8

// The severities, rising.
const (
	Info    Severity = iota + 1 // worth knowing
	Warning                     // a control is missing
	Error                       // the image is open
)

// Safety grades a fix.
type Safety uint8

// The grades of a fix.
const (
	NoFix  Safety = iota
	Unsafe        // likely right, but some fact is unknown: applied on request
	Safe          // everything it rests on is known: applied by a rewrite
)

// Confidence says whether a finding rests on known facts only.
type Confidence uint8

// The two confidences. Low goes with a message that names the unknown fact.
const (
	High Confidence = iota
	Low
)

// Control is the group of controls that a rule belongs to.
type Control string

// The controls.
const (
	MultiStage    Control = "multi-stage"
	AttackSurface Control = "attack-surface"
	NonRoot       Control = "user"
	Ownership     Control = "ownership"
	SupplyChain   Control = "supply-chain"
	Secrets       Control = "secrets"
	RunTime       Control = "run-time"
	Comments      Control = "comments" // for dfharden itself
)

// Rule is a checker, its fixer and its documentation in one value.
type Rule struct {
	ID        string // kebab-case; names the defect
	Summary   string // one line, for lists
	Why       string // Markdown paragraphs: what goes wrong without the control
	Silent    string // Markdown paragraphs: when the rule says nothing, and why
	FixSafety string // Markdown: what the fix does, when it is unsafe or withheld; empty without a fix
	Control   Control
	Severity  Severity // the highest that it reports
	Safety    Safety   // the safest fix that it ever offers
	Pedantic  bool     // off until it is asked for
	OfAll     bool     // where a run looks at several images, it has to say the same of all of them
	Refs      []string // "name: place" references
	Run       func(*Pass)
}

// Reason says why a fix is unsafe or withheld.
type Reason struct {
	Code    string      // of the codes in docs/reasons.md, such as "drops-privileges"
	Message string      // what the file shows; Advice says what to do about it
	Span    source.Span // the place that causes it; empty when there is none in the file

	do string // what to do, where the code's general advice does not fit
}

// Related is another place that a finding refers to.
type Related struct {
	Message string
	Span    source.Span
}

// Finding is one defect at one place.
type Finding struct {
	Rule       *Rule
	Severity   Severity
	Confidence Confidence
	Message    string // starts lower case: the thing, then its consequence
	Span       source.Span
	Related    []Related
	Secrets    []source.Span // of the file, that no report shows
	Fix        *Fix          // nil: there is none
	Withheld   *Reason       // why there is no fix, where one could be expected

	// Ignored says that a comment in the file, or the configuration, wants no word
	// of it: it is not counted and not fixed. Justification is the reason given
	// there, empty if none was.
	Ignored       bool
	Justification string
	// Stages are the labels of the images that it is about, where these are not all
	// that a run looked at; see RunAll.
	Stages []string
}

// Fix is a set of edits that is applied whole or not at all.
type Fix struct {
	Message string // what it does, as an imperative
	Safety  Safety
	Reason  *Reason // why it is not safe; nil for a safe one
	Edits   []source.Edit
	After   string // id of the rule whose fix does the same and more: where that one can be applied, this one waits for it
}

// Options are the identity and the manner of the fixes.
type Options struct {
	User       string // account name, default "boot"
	UID, GID   int    // default 1337
	Home       string // default "/home/" + User
	Shell      string // default "": the distribution's nologin
	NamedUser  bool   // write names into USER and --chown, not numbers
	NoRelocate bool   // leave paths alone
	KeepApkDB  bool   // keep /lib/apk/db for scanners
	UIDPolicy  UIDPolicy
	NoIgnores  bool // comments that ignore rules do not count
	LowPorts   bool // ports below 1024 need no privilege where the image runs
	// Severity is what the findings of a rule count as, by its id: those that it
	// reports at its own severity. Those that it reports lower stay so.
	Severity map[string]Severity
}

// UIDPolicy is the range of numbers that an image's user must have, both ends
// included. A maximum of 0 is no limit; the zero value is no policy.
type UIDPolicy struct{ UIDMin, UIDMax, GIDMin, GIDMax int }

// Pass is one run of the rules over one file.
type Pass struct {
	File    *parser.File
	Graph   *stage.Graph
	Options Options

	rule     *Rule
	findings []Finding
	lower    map[*parser.Instruction]string // texts, see says
	copies   []transfer
	traced   *traces
	planned  *plan
	starts   []stage.Call
	unread   []scriptRef  // scripts that started cannot follow
	managers []stage.Call // calls of npm, yarn, pnpm and bun that started read as scripts of package.json
	ignores  []ignore

	ignoresRead bool

	namedFound map[string]bool // what namedBySources found; nil until asked for

	cooked      bool // recipeFound is set
	recipeFound *recipe
	confRead    *conf
}

// Report records a finding of the rule that runs. A zero Severity stands for the
// rule's own. The edits of its fix are put in the order of the file.
func (p *Pass) Report(f Finding) {
	f.Rule = p.rule
	if f.Severity == 0 {
		f.Severity = p.rule.Severity
	}
	if f.Fix != nil {
		sort.SliceStable(f.Fix.Edits, func(i, j int) bool { return f.Fix.Edits[i].Start < f.Fix.Edits[j].Start })
	}
	if to, ok := p.Options.Severity[f.Rule.ID]; ok {
		if f.Severity < f.Rule.Severity {
			to = min(to, f.Severity)
		}
		f.Severity = to
	}
	p.findings = append(p.findings, f)
}

// Run applies the rules to a model and returns what they found, by place and
// then by rule.
func Run(g *stage.Graph, rules []*Rule, o Options) []Finding {
	o.UID, o.GID = o.UIDPolicy.choose(o.UID, o.GID)
	p := newPass(g, rules, o)
	p.ignore()
	inOrder(p.findings)
	return p.findings
}

// newPass runs the rules.
func newPass(g *stage.Graph, rules []*Rule, o Options) *Pass {
	p := barePass(g, o)
	for _, r := range rules {
		p.rule = r
		r.Run(p)
	}
	return p
}

// barePass is a pass that no rule has run in.
func barePass(g *stage.Graph, o Options) *Pass {
	return &Pass{File: g.File, Graph: g, Options: o, lower: map[*parser.Instruction]string{}}
}

// edited is the pass over the file as it would be with an edit; nil if it would not be
// a Dockerfile.
func (p *Pass) edited(e source.Edit) *Pass {
	f, err := parser.Parse(p.File.Name, source.Apply(p.File.Src, []source.Edit{e}))
	if err != nil {
		return nil
	}
	g, err := p.Graph.Rebuild(f)
	if err != nil {
		return nil
	}
	return barePass(g, p.Options)
}

// RunAll applies the rules to several images of one file. What they say alike is one
// finding. Its fix is the least safe of theirs: it has to be right for all of them.
func RunAll(graphs []*stage.Graph, rules []*Rule, o Options) []Finding {
	if len(graphs) == 1 {
		return Run(graphs[0], rules, o)
	}
	var all []Finding
	at := map[string]int{}
	for _, g := range graphs {
		for _, f := range Run(g, rules, o) {
			key := fmt.Sprint(f.Rule.ID, f.Span, f.Severity, f.Message)
			i, ok := at[key]
			if !ok {
				i = len(all)
				at[key] = i
				all = append(all, f)
			} else if grade(f) < grade(all[i]) {
				f.Stages = all[i].Stages
				all[i] = f
			}
			all[i].Stages = append(all[i].Stages, g.Final().Label())
		}
	}
	for i := range all {
		if len(all[i].Stages) == len(graphs) {
			all[i].Stages = nil
		}
	}
	all = slices.DeleteFunc(all, func(f Finding) bool { return f.Rule.OfAll && f.Stages != nil })
	inOrder(all)
	return all
}

func grade(f Finding) Safety {
	if f.Fix == nil {
		return NoFix
	}
	return f.Fix.Safety
}

// inOrder sorts by place and then by rule.
func inOrder(findings []Finding) {
	sort.SliceStable(findings, func(i, j int) bool {
		a, b := findings[i], findings[j]
		if a.Span.Start != b.Span.Start {
			return a.Span.Start < b.Span.Start
		}
		return a.Rule.ID < b.Rule.ID
	})
}

var registered = map[string]*Rule{}

// register adds a rule; the init function of each rule's file calls it once.
func register(r *Rule) { registered[r.ID] = r }

// All lists the rules by their ids.
func All() []*Rule {
	rules := make([]*Rule, 0, len(registered))
	for _, r := range registered {
		rules = append(rules, r)
	}
	sort.Slice(rules, func(i, j int) bool { return rules[i].ID < rules[j].ID })
	return rules
}

// Default lists the rules that run if nobody chooses: all but the pedantic ones,
// or those too.
func Default(pedantic bool) []*Rule {
	var rules []*Rule
	for _, r := range All() {
		if pedantic || !r.Pedantic {
			rules = append(rules, r)
		}
	}
	return rules
}

// Get returns the rule of an id, nil if there is none.
func Get(id string) *Rule { return registered[id] }
