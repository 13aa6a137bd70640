package main

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"golang.org/x/tools/txtar"

	"github.com/dfharden/dfharden/checks"
	"github.com/dfharden/dfharden/report"
)

const written = "<!-- Written by `make docs` from %s; do not edit. -->\n\n"

// pages returns the text of every generated page by its path. root is the top of
// the project.
func pages(root fs.FS) (map[string]string, error) {
	out := map[string]string{
		"docs/rules/README.md": rulesPage(checks.All()),
		"docs/reasons.md":      reasonsPage(checks.Reasons),
		"docs/migration.md":    migrationPage(checks.All()),
	}
	for _, r := range checks.All() {
		example, err := example(root, r.ID)
		if err != nil {
			return nil, err
		}
		out["docs/rules/"+r.ID+".md"] = rulePage(r, example)
	}
	return out, nil
}

// example is the first golden of a rule in which the rule says something, nil if
// it has none.
func example(root fs.FS, id string) (*txtar.Archive, error) {
	names, err := fs.Glob(root, path.Join("testdata/rules", id, "*.txtar"))
	if err != nil {
		return nil, err
	}
	for _, name := range names { // Glob sorts
		data, err := fs.ReadFile(root, name)
		if err != nil {
			return nil, err
		}
		a := txtar.Parse(data)
		if said := member(a, "findings"); said != "" && said != "none" {
			return a, nil
		}
	}
	return nil, nil
}

// rulesPage is the table of all rules.
func rulesPage(rules []*checks.Rule) string {
	var b strings.Builder
	fmt.Fprintf(&b, written, "the rules")
	b.WriteString("# Rules\n\n" +
		"Severity is the highest that a rule reports; fix is the safest grade of fix that it offers:\n" +
		"*safe* ones are applied by `--rewrite`, `-w` and `-d`, *unsafe* ones with `--unsafe-fixes` too.\n" +
		"Pedantic rules are off until `--pedantic` or the configuration switches them on.\n\n" +
		"| rule | severity | control | fix | what it says |\n|---|---|---|---|---|\n")
	for _, r := range rules {
		fmt.Fprintf(&b, "| [%s](%s.md) | %s | %s | %s | %s |\n",
			r.ID, r.ID, severity(r), r.Control, report.Grade(r.Safety), cellText(r.Summary))
	}
	return b.String()
}

// rulePage is the page of one rule.
func rulePage(r *checks.Rule, example *txtar.Archive) string {
	var b strings.Builder
	fmt.Fprintf(&b, written, "the rule and the first of its goldens")
	fmt.Fprintf(&b, "# %s\n\n%s.\n\n", r.ID, upper(strings.TrimSpace(r.Summary)))
	fmt.Fprintf(&b, "| control | severity | safest fix |\n|---|---|---|\n| %s | %s | %s |\n",
		r.Control, severity(r), report.Grade(r.Safety))
	section(&b, "Why", r.Why)
	section(&b, "When it is silent", r.Silent)
	section(&b, "Fix", r.FixSafety)
	section(&b, "Example", exampleText(example))
	refs := ""
	for _, ref := range r.Refs {
		refs += "- " + ref + "\n"
	}
	section(&b, "References", refs)
	return b.String()
}

// severity is the highest that a rule reports, and whether it has to be asked for.
func severity(r *checks.Rule) string {
	if r.Pedantic {
		return report.Severity(r.Severity) + ", pedantic"
	}
	return report.Severity(r.Severity)
}

// section adds a heading and its text, if there is text.
func section(b *strings.Builder, title, text string) {
	if text = strings.TrimSpace(text); text != "" {
		fmt.Fprintf(b, "\n## %s\n\n%s\n", title, text)
	}
}

// exampleText shows a golden: its prose, the file, what is said, and what the
// fixes make of it.
func exampleText(a *txtar.Archive) string {
	if a == nil {
		return ""
	}
	var b strings.Builder
	if prose := strings.TrimSpace(string(a.Comment)); prose != "" {
		b.WriteString(prose + "\n\n")
	}
	before := member(a, "Dockerfile")
	fence(&b, "dockerfile", before)
	if findings := member(a, "findings"); findings != "" {
		b.WriteString("What is said:\n\n")
		fence(&b, "text", findings)
	}
	safe, unsafe := member(a, "safe"), member(a, "unsafe")
	if safe != "" && safe != before {
		b.WriteString("With `--rewrite`:\n\n")
		fence(&b, "dockerfile", safe)
	}
	if unsafe != "" && unsafe != before && unsafe != safe {
		b.WriteString("With `--rewrite --unsafe-fixes`:\n\n")
		fence(&b, "dockerfile", unsafe)
	}
	return b.String()
}

func member(a *txtar.Archive, name string) string {
	for _, f := range a.Files {
		if f.Name == name {
			return strings.TrimRight(string(f.Data), "\n")
		}
	}
	return ""
}

// fence writes a code block whose fence the text does not hold.
func fence(b *strings.Builder, language, text string) {
	marks := "```"
	for strings.Contains(text, marks) {
		marks += "`"
	}
	fmt.Fprintf(b, "%s%s\n%s\n%s\n\n", marks, language, text, marks)
}

// reasonsPage documents the codes that unsafe and withheld fixes carry.
func reasonsPage(reasons []checks.ReasonDoc) string {
	var b strings.Builder
	fmt.Fprintf(&b, written, "the reasons in checks")
	b.WriteString("# Why a fix is unsafe or withheld\n\n" +
		"A fix that is not safe says why, with one of these codes. *Unsafe* fixes are applied with\n" +
		"`--unsafe-fixes`; *withheld* ones are never applied.\n")
	for _, r := range reasons {
		fmt.Fprintf(&b, "\n## %s\n\n*%s.* %s\n\nWhat to do: %s\n", r.Code, upper(r.Grade), r.Summary, r.Advice)
	}
	return b.String()
}

func upper(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func cellText(s string) string { return strings.ReplaceAll(strings.TrimSpace(s), "|", `\|`) }
