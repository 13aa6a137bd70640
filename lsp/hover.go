package lsp

import (
	"context"
	"fmt"
	"strings"

	"github.com/dfharden/dfharden/checks"
	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/report"
	"github.com/dfharden/dfharden/source"
	"github.com/dfharden/dfharden/stage"
)

// hover shows the rules of the findings at a place, and on FROM the facts of the
// image.
func (s *server) hover(_ context.Context, p *hoverParams) (*hover, error) {
	d, ok := s.docs[p.TextDocument.URI]
	if !ok || d.failed() {
		return nil, nil
	}
	at := d.offset(p.Position)
	var parts []string
	span := source.Span{Start: at, End: at}
	if st := stageAt(d.file.Graph, at); st != nil {
		parts, span = append(parts, facts(st)), st.From.Span
	}
	shown := map[*checks.Rule]bool{}
	for _, f := range d.file.Findings {
		if f.Span.Start <= at && at <= f.Span.End && !f.Ignored && !shown[f.Rule] {
			shown[f.Rule] = true
			parts, span = append(parts, rulePage(f.Rule)), f.Span
		}
	}
	if len(parts) == 0 {
		return nil, nil
	}
	return &hover{Contents: markup{"markdown", strings.Join(parts, "\n\n---\n\n")}, Range: d.textRange(span)}, nil
}

func stageAt(g *stage.Graph, at int) *stage.Stage {
	if g == nil {
		return nil
	}
	for _, s := range g.Stages {
		if s.From.Span.Start <= at && at <= s.From.Span.End {
			return s
		}
	}
	return nil
}

// rulePage is what a rule is about, for people who read while they type.
func rulePage(r *checks.Rule) string {
	page := fmt.Sprintf("**%s**: %s\n\n%s", r.ID, r.Summary, r.Why)
	if r.FixSafety != "" {
		page += "\n\n" + r.FixSafety
	}
	return page + fmt.Sprintf("\n\n[%s](%s)", r.ID, report.PageURL(r))
}

// facts is what is known about the base image of a stage.
func facts(s *stage.Stage) string {
	f := s.Facts
	if !f.Listed {
		return fmt.Sprintf("**%s**: nothing is known about this image.", s.Called())
	}
	lines := []string{fmt.Sprintf("**%s**", s.Called())}
	add := func(name, value string) {
		if value != "" {
			lines = append(lines, fmt.Sprintf("- %s: %s", name, value))
		}
	}
	add("distribution", strings.TrimSpace(string(f.Distro)+" "+f.Release))
	add("user", userText(f))
	add("working directory", f.WorkDir)
	add("entrypoint", strings.Join(f.Entrypoint, " "))
	add("command", strings.Join(f.Cmd, " "))
	add("volumes", strings.Join(f.Volumes, ", "))
	add("ports", strings.Trim(strings.ReplaceAll(fmt.Sprint(f.Ports), " ", ", "), "[]"))
	add("accounts", accountText(f.Accounts))
	add("source", f.Source)
	return strings.Join(lines, "\n")
}

func userText(f image.Facts) string {
	switch {
	case !f.UserSet:
		return "not known"
	case f.User == "":
		return "root"
	case f.UserIDs:
		return fmt.Sprintf("%s (%d:%d)", f.User, f.UID, f.GID)
	}
	return f.User
}

// maxAccounts bounds how many accounts a hover lists.
const maxAccounts = 8

// accountText lists the accounts above the system's own.
func accountText(all []image.Account) string {
	var out []string
	for _, a := range all {
		if a.UID >= 100 && a.UID < 65533 {
			out = append(out, fmt.Sprintf("%s (%d:%d)", a.Name, a.UID, a.GID))
		}
	}
	if len(out) > maxAccounts {
		out = append(out[:maxAccounts], "…")
	}
	return strings.Join(out, ", ")
}
