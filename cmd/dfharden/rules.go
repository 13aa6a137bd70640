package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dfharden/dfharden/checks"
	"github.com/dfharden/dfharden/docs"
	"github.com/dfharden/dfharden/report"
)

func (a *app) rulesCommand() *cobra.Command {
	format := newEnum("text", "text", "json")
	cmd := &cobra.Command{
		Use:   "rules",
		Short: "List the rules, a line each",
		Long:  "List the rules, a line each: id, severity, control, safest fix, and what it says.",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if format.String() == "json" {
				return rulesJSON(a.stdout, checks.All())
			}
			rulesText(a.stdout, checks.All(), terminalWidth(a.stdout))
			return nil
		},
	}
	format.flag(cmd, "format", "`FORMAT` of the list: text or json")
	return cmd
}

// rulesText writes a line for each rule; where the terminal is too narrow for it
// the summary goes below.
func rulesText(w io.Writer, rules []*checks.Rule, width int) {
	id, summary := 0, 0
	for _, r := range rules {
		id, summary = max(id, len(r.ID)), max(summary, len(r.Summary))
	}
	for _, r := range rules {
		head := fmt.Sprintf("%-*s  %-7s  %-14s  %-6s", id, r.ID, report.Severity(r.Severity), r.Control, report.Grade(r.Safety))
		if width == 0 || len(head)+2+summary <= width {
			fmt.Fprintln(w, head+"  "+r.Summary)
			continue
		}
		fmt.Fprintln(w, head)
		for _, line := range wrap(r.Summary, width-4) {
			fmt.Fprintln(w, "    "+line)
		}
	}
}

// wrap breaks text at blanks.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		switch {
		case line == "":
			line = word
		case len(line)+1+len(word) > width:
			lines = append(lines, line)
			line = word
		default:
			line += " " + word
		}
	}
	return append(lines, line)
}

type jsonRule struct {
	ID       string   `json:"id"`
	Control  string   `json:"control"`
	Severity string   `json:"severity"`
	Fix      string   `json:"fix"` // safe, unsafe or none
	Summary  string   `json:"summary"`
	Refs     []string `json:"refs"`
}

func rulesJSON(w io.Writer, rules []*checks.Rule) error {
	out := struct {
		Version int        `json:"version"`
		Rules   []jsonRule `json:"rules"`
	}{Version: 1, Rules: []jsonRule{}}
	for _, r := range rules {
		out.Rules = append(out.Rules, jsonRule{
			ID: r.ID, Control: string(r.Control), Severity: report.Severity(r.Severity),
			Fix: report.Grade(r.Safety), Summary: r.Summary, Refs: append([]string{}, r.Refs...),
		})
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(out)
}

func (a *app) explainCommand() *cobra.Command {
	return &cobra.Command{
		Use:               "explain RULE",
		Short:             "Print the page of a rule, or of a reason code",
		ValidArgsFunction: cobra.FixedCompletions(ruleIDs(), cobra.ShellCompDirectiveNoFileComp),
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("explain takes one rule; dfharden rules lists them")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return explain(a.stdout, args[0]) },
	}
}

func explain(w io.Writer, name string) error {
	if page, ok := docs.Rule(name); ok {
		_, err := io.WriteString(w, page)
		return err
	}
	known := ruleIDs()
	for _, r := range checks.Reasons {
		if r.Code == name {
			fmt.Fprintf(w, "# %s\n\nGrade of the fix: %s.\n\n%s\n\nWhat to do: %s\n", r.Code, r.Grade, r.Summary, r.Advice)
			return nil
		}
		known = append(known, r.Code)
	}
	return fmt.Errorf("unknown rule %q%s", name, suggest(name, known, "dfharden rules lists them"))
}

func ruleIDs() []string {
	var ids []string
	for _, r := range checks.All() {
		ids = append(ids, r.ID)
	}
	return ids
}
