package main

import (
	"bytes"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/dfharden/dfharden/checks"
	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/rewrite"
	"github.com/dfharden/dfharden/stage"
)

// outcome is what came of one file.
type outcome struct {
	name     string
	build    stage.Options
	rejected string // the kind of error for which BuildKit does not take the file
	broken   []breach
	findings []checks.Finding

	lines  map[string]bool // what near-duplicates have in common
	weight float64         // 1, less for near-duplicates

	root    stage.Tri // the user of the image, where root-user reports it
	flagged bool      // root-user reports it
	windows bool
	verdict string // of a flagged file: safe, unsafe, withheld; "" none
	code    string // the reason for unsafe and withheld
	why     string // the reason in words
}

// breach is a violation of something that must not happen.
type breach struct{ what, why string }

// The things that must not happen, in the order of the table.
var mustNot = []string{
	"not readable", "panic", "rejected, but BuildKit takes it", "result does not parse", "untouched instruction changed",
	"bytes outside the edits changed", "comment lost", "second rewrite changed something", "opaque instruction",
	"defect of a rule", "a fix made a finding of another rule",
}

func (r *outcome) breach(what, format string, args ...any) {
	r.broken = append(r.broken, breach{what, fmt.Sprintf(format, args...)})
}

func options() checks.Options {
	return checks.Options{User: "boot", UID: 1337, GID: 1337, Home: "/home/boot", NoIgnores: true}
}

// examine checks and rewrites one file.
func examine(name string, src []byte, build stage.Options) (r *outcome) {
	r = &outcome{name: name, lines: lineSet(src), build: build}
	defer func() {
		if cause := recover(); cause != nil {
			r.breach("panic", "%v\n%s", cause, debug.Stack())
		}
	}()
	f, err := parser.Parse(name, src)
	if err != nil {
		r.reject(src, err)
		return r
	}
	for _, in := range f.Instructions {
		if in.Opaque != "" {
			r.breach("opaque instruction", "line %d: %s", in.Line, in.Opaque)
		}
	}
	g, err := stage.Build(f, r.build)
	if err != nil {
		r.breach("panic", "no model: %v", err)
		return r
	}
	r.findings = checks.Run(g, checks.All(), options())
	safe := r.rewrite(f, false)
	unsafe := r.rewrite(f, true)
	r.judge(g, safe, unsafe)
	return r
}

// reject notes the kind of the error, and whether BuildKit gives one too.
func (r *outcome) reject(src []byte, err error) {
	var e *parser.Error
	if !errors.As(err, &e) {
		e = &parser.Error{Msg: err.Error()}
	}
	r.rejected = e.Msg
	if i := strings.IndexAny(e.Msg, ":\"("); i > 0 {
		r.rejected = strings.TrimSpace(e.Msg[:i])
	}
	if _, buildkit := read(src); buildkit == nil && bytes.IndexByte(src, 0) < 0 {
		r.breach("rejected, but BuildKit takes it", "%v", err)
	}
}

// rewrite hardens the file, verifies the result, and does it again.
func (r *outcome) rewrite(f *parser.File, unsafe bool) rewrite.Result {
	o := rewrite.Options{Check: options(), Stage: r.build, Unsafe: unsafe}
	res, err := rewrite.Rewrite(f, checks.All(), o)
	if err != nil {
		r.breach("panic", "no rewrite: %v", err)
		return res
	}
	for _, d := range res.Defects {
		r.breach("defect of a rule", "%s: %s", d.Rule.ID, d.Why)
	}
	r.verify(f.Src, res.Src, res.Edits)
	had := map[*checks.Rule]bool{}
	for _, finding := range r.findings {
		had[finding.Rule] = true
	}
	for _, finding := range res.Left {
		if !had[finding.Rule] {
			r.breach("a fix made a finding of another rule", "%s: %s", finding.Rule.ID, finding.Message)
		}
	}
	r.again(res, o)
	return res
}

// again rewrites the result, which must change nothing.
func (r *outcome) again(res rewrite.Result, o rewrite.Options) {
	f, err := parser.Parse(r.name, res.Src)
	if err != nil {
		return // told by verify
	}
	second, err := rewrite.Rewrite(f, checks.All(), o)
	switch {
	case err != nil:
		r.breach("second rewrite changed something", "no rewrite: %v", err)
	case !bytes.Equal(second.Src, res.Src):
		rule := "?"
		if len(second.Applied) > 0 {
			rule = second.Applied[0].Rule.ID
		}
		r.breach("second rewrite changed something", "%s", rule)
	}
}

// judge says what became of a file that root-user reports.
func (r *outcome) judge(g *stage.Graph, safe, unsafe rewrite.Result) {
	s := g.Final()
	r.root, r.windows = s.End().User.Root(), s.Windows() == stage.Yes
	if rootUser(r.findings) == nil {
		return
	}
	r.flagged = true
	left := rootUser(safe.Left)
	if left == nil {
		r.verdict = "safe"
		return
	}
	if left.Fix != nil && left.Fix.Reason != nil {
		r.code, r.why = left.Fix.Reason.Code, left.Fix.Reason.Message
	}
	left = rootUser(unsafe.Left)
	switch {
	case left == nil:
		r.verdict = "unsafe"
	case left.Withheld != nil:
		r.verdict, r.code, r.why = "withheld", left.Withheld.Code, left.Withheld.Message
	}
}

func rootUser(findings []checks.Finding) *checks.Finding {
	for i := range findings {
		if findings[i].Rule.ID == "root-user" {
			return &findings[i]
		}
	}
	return nil
}
