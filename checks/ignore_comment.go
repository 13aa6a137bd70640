package checks

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/source"
)

// ignore is a comment that wants no word of some rules.
type ignore struct {
	rules  []string // ids
	unsure []string // words of a comment of ours that are no ids
	reason string
	own    bool        // ours: "dfharden ignore=…"
	span   source.Span // of the comment
	covers source.Span
}

// The comments that are understood, their text without '#'. Those of other tools count
// for the rules that name the tool's check among their references.
//
//	dfharden ignore=RULE,… -- reason      the instruction below; below it FROM: the stage
//	dfharden ignore-file=RULE,… -- reason the file
//	hadolint ignore=DL3002,…              the instruction below or the stage
//	hadolint global ignore=DL3002,…       the file
//	trivy:ignore:DS-0002 …                the instruction below or the stage
//	checkov:skip=CKV_DOCKER_3:reason      the file, wherever it stands
//	kics-scan ignore-line                 the instruction below, ignore-block likewise
//	kics-scan ignore                      the file, on its first line
//	kics-scan disable=ID,…                the file
//
// https://github.com/hadolint/hadolint#inline-ignores,
// https://trivy.dev/latest/docs/configuration/filtering/#by-inline-comments,
// https://www.checkov.io/2.Basics/Suppressing%20and%20Skipping%20Policies.html,
// https://docs.kics.io/latest/running-kics/#using-commands-on-scanned-files-as-comments
var (
	ownIgnore     = compiled(`^dfharden:?\s+ignore(-file)?\b\s*(=?)\s*(.*)$`)
	hadolint      = compiled(`^hadolint\s+(global\s+)?ignore\s*=\s*(.*)$`)
	trivy         = compiled(`^(?:trivy|tfsec):ignore:`)
	trivyID       = compiled(`(?:AVD-)?DS-?(\d+)`)
	checkov       = compiled(`^(?:checkov|bridgecrew):skip=(CKV2?_DOCKER_\d+)\s*(?::\s*(.*))?$`)
	kics          = compiled(`^kics-scan\s+(ignore-line|ignore-block|ignore|disable)\s*(?:=\s*(.*))?$`)
	buildkitSkip  = compiled(`(?:^|;)\s*skip=([^;]*)`)
	ignoreReason  = compiled(`\s+--\s+(.*)$`)
	ignoreDivider = compiled(`[,\s]+`)
)

// compiled is a pattern that is compiled when it is first needed: most files have no
// such comment, and every start of the program would pay for it.
func compiled(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

// mayIgnore reports whether a comment may be one of those; it is asked first.
func mayIgnore(text string) bool {
	return strings.Contains(text, "ignore") || strings.Contains(text, "skip=") || strings.HasPrefix(text, "kics-scan")
}

// readIgnores lists the ignores of a file, in the order of the comments.
func readIgnores(f *parser.File) []ignore {
	var all []ignore
	for i, c := range f.Comments {
		if !mayIgnore(c.Text) {
			continue
		}
		if ig, ok := readIgnore(c.Text, f.Lines.Line(c.Span.Start) == 1 || i == 0); ok {
			ig.span = c.Span
			if ig.covers == (source.Span{}) {
				ig.covers = underComment(f, c)
			} else {
				ig.covers = source.Span{Start: 0, End: len(f.Src) + 1}
			}
			all = append(all, ig)
		}
	}
	for _, d := range f.Directives {
		if d.Name != "check" {
			continue
		}
		if m := buildkitSkip().FindStringSubmatch(d.Value); m != nil {
			all = append(all, ignore{rules: counterparts("BuildKit", words(m[1])), span: d.Span, covers: source.Span{Start: 0, End: len(f.Src) + 1}})
		}
	}
	return all
}

// wholeFile marks an ignore that covers the file, until its size is known.
var wholeFile = source.Span{Start: 0, End: 1}

// readIgnore reads one comment. first says that no other comment comes before it.
func readIgnore(text string, first bool) (ignore, bool) {
	if m := ownIgnore().FindStringSubmatch(text); m != nil {
		return readOwn(m), true
	}
	switch {
	case hadolint().MatchString(text):
		m := hadolint().FindStringSubmatch(text)
		return ignore{rules: counterparts("hadolint", words(m[2])), covers: fileIf(m[1] != "")}, true
	case trivy().MatchString(text):
		return ignore{rules: counterparts("trivy", trivyID().FindAllString(text, -1))}, true
	case checkov().MatchString(text):
		m := checkov().FindStringSubmatch(text)
		return ignore{rules: counterparts("checkov", m[1:2]), reason: strings.TrimSpace(m[2]), covers: wholeFile}, true
	}
	m := kics().FindStringSubmatch(text)
	switch {
	case m == nil, m[1] == "ignore" && !first:
		return ignore{}, false
	case m[1] == "disable":
		return ignore{rules: counterparts("KICS", words(m[2])), covers: wholeFile}, true
	}
	return ignore{rules: counterparts("KICS", nil), covers: fileIf(m[1] == "ignore")}, true
}

func fileIf(whole bool) source.Span {
	if whole {
		return wholeFile
	}
	return source.Span{}
}

// readOwn reads a comment of ours. One without '=' names nothing, and is told about.
func readOwn(m []string) ignore {
	ig := ignore{own: true, covers: fileIf(m[1] != "")}
	list := m[3]
	if r := ignoreReason().FindStringSubmatchIndex(" " + list); r != nil {
		ig.reason = strings.TrimSpace((" " + list)[r[2]:r[3]])
		list = (" " + list)[:r[0]]
	}
	if m[2] == "" {
		ig.unsure = []string{""}
		return ig
	}
	for _, id := range words(list) {
		if Get(id) == nil {
			ig.unsure = append(ig.unsure, id)
		} else {
			ig.rules = append(ig.rules, id)
		}
	}
	if len(ig.rules)+len(ig.unsure) == 0 {
		ig.unsure = []string{""}
	}
	return ig
}

// words are the parts of a list with commas or blanks between them.
func words(list string) []string {
	return slices.DeleteFunc(ignoreDivider().Split(list, -1), func(w string) bool { return w == "" })
}

// counterparts lists the rules that name one of a tool's checks among their
// references; all that name any where no checks are given.
func counterparts(tool string, checks []string) []string {
	var ids []string
	for _, r := range All() {
		for _, ref := range r.Refs {
			list, ok := strings.CutPrefix(ref, tool+": ")
			if ok && (checks == nil || slices.ContainsFunc(words(list), func(id string) bool {
				return slices.ContainsFunc(checks, func(c string) bool { return sameCheck(c, id) })
			})) {
				ids = append(ids, r.ID)
			}
		}
	}
	return ids
}

// sameCheck compares the ids of checks; trivy has several spellings of one.
func sameCheck(a, b string) bool {
	if x, y := trivyID().FindStringSubmatch(a), trivyID().FindStringSubmatch(b); x != nil && y != nil {
		n, errA := strconv.Atoi(x[1])
		m, errB := strconv.Atoi(y[1])
		return errA == nil && errB == nil && n == m
	}
	return strings.EqualFold(a, b)
}

// underComment is what a comment covers: the instruction that it stands in or directly above,
// other comments between them, or the stage if that is a FROM; nothing if none follows.
func underComment(f *parser.File, c parser.Comment) source.Span {
	in := c.In
	line := f.Lines.Line(c.Span.Start)
	for _, next := range f.Instructions {
		if in != nil {
			break
		}
		if next.Line > line {
			if !touches(f, line, next.Line) {
				return source.Span{}
			}
			in = next
		}
	}
	if in == nil || in.Name != "from" {
		if in == nil {
			return source.Span{}
		}
		return in.Span
	}
	end := len(f.Src) + 1
	for _, next := range f.Instructions[in.Index+1:] {
		if next.Name == "from" {
			end = next.Span.Start
			break
		}
	}
	return source.Span{Start: in.Span.Start, End: end}
}

// touches reports whether there are only comments on the lines between two.
func touches(f *parser.File, from, to int) bool {
	for n := from + 1; n < to; n++ {
		text := f.Lines.Text(n)
		if !strings.HasPrefix(strings.TrimLeft(string(f.Src[text.Start:text.End]), " \t"), "#") {
			return false
		}
	}
	return true
}
