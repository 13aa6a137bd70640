package lsp

import (
	"context"
	"strings"

	"github.com/dfharden/dfharden/checks"
)

// codeAction offers the fixes of the findings that a range touches, and the whole
// rewrite.
func (s *server) codeAction(_ context.Context, p *codeActionParams) ([]codeAction, error) {
	actions := []codeAction{}
	d, ok := s.docs[p.TextDocument.URI]
	if !ok || d.failed() {
		return actions, nil
	}
	if wanted(p.Context.Only, kindQuickFix) {
		from, to := d.offset(p.Range.Start), d.offset(p.Range.End)
		for _, f := range d.file.Findings {
			if f.Fix != nil && !f.Ignored && f.Span.Start <= to && from <= f.Span.End {
				actions = append(actions, d.quickFix(f))
			}
		}
	}
	for _, whole := range []struct {
		kind, title string
		unsafe      bool
	}{{kindFixAll, "Harden this file", false}, {kindFixAllUnsafe, "Harden this file, unsafe fixes too", true}} {
		if !wanted(p.Context.Only, whole.kind) {
			continue
		}
		edits, err := s.checker.Harden(fileName(d.uri), d.src, whole.unsafe)
		if err != nil {
			return nil, err
		}
		if len(edits) > 0 {
			actions = append(actions, codeAction{Title: whole.title, Kind: whole.kind, Edit: d.edits(edits)})
		}
	}
	return actions, nil
}

func (d *document) quickFix(f checks.Finding) codeAction {
	title := capital(f.Fix.Message)
	if f.Fix.Safety != checks.Safe {
		title += " (unsafe)"
	}
	return codeAction{
		Title: title, Kind: kindQuickFix, Diagnostics: []diagnostic{d.diagnostic(f)},
		IsPreferred: f.Fix.Safety == checks.Safe, Edit: d.edits(f.Fix.Edits),
	}
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// wanted reports whether an editor asks for a kind: by it, or by one above it.
func wanted(only []string, kind string) bool {
	for _, o := range only {
		if o == kind || strings.HasPrefix(kind, o+".") {
			return true
		}
	}
	return len(only) == 0
}
