package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/dfharden/dfharden/checks"
)

// tool is another program that checks Dockerfiles, with the ids of its checks.
type tool struct {
	Name   string         // as Rule.Refs spells it in front of the colon
	IDs    *regexp.Regexp // of its checks, in Rule.Refs
	Source string         // the documentation that the list was made from
	Note   string         // what it and dfharden see differently
	Checks []foreign
}

// foreign is a check of another tool.
type foreign struct {
	ID    string
	About string // what it is about, in our words
	Why   string // why dfharden has no rule for it; unused where a rule names it in its Refs
}

// Why a check has no counterpart.
const (
	style    = "style"
	builds   = "BuildKit reports it itself (`docker build --check`)"
	broken   = "the build fails on it"
	pins     = "versions of packages; updating them is a job of its own"
	prompts  = "the build would wait for an answer and fail"
	label    = "labels are the project's own business"
	upgrades = "no defect: an upgrade closes holes, and a pinned base image says which"
	scripts  = "shell scripts in general: use ShellCheck"
	never    = "one instruction of several counts; the others do nothing"
	speed    = "size and speed of builds"
)

var uuid = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// tools are those that people come from. The lists were made in November 2026.
var tools = []tool{
	{
		Name: "hadolint", IDs: regexp.MustCompile(`DL\d{4}`), Source: "https://github.com/hadolint/hadolint#rules",
		Note:   "DL3002 looks at every stage and says nothing where USER is missing; root-user looks at the image that is built, and at what its base image says.",
		Checks: hadolint,
	},
	{
		Name: "trivy", IDs: regexp.MustCompile(`DS-\d{4}`), Source: "https://github.com/aquasecurity/trivy-checks/tree/main/checks/docker",
		Note:   "Its older names are DS002 or AVD-DS-0002. DS-0002 passes where a USER stands in a build stage.",
		Checks: trivy,
	},
	{
		Name: "KICS", IDs: uuid, Source: "https://docs.kics.io/latest/queries/dockerfile-queries/",
		Note:   "KICS asks to leave `--chown` out, and dfharden to put it in: a file of root's is what USER is meant to prevent. KICS takes scratch for an image without root; its process is root like any other.",
		Checks: kics,
	},
	{
		Name: "checkov", IDs: regexp.MustCompile(`CKV2?_DOCKER_\d+`), Source: "https://www.checkov.io/5.Policy%20Index/dockerfile.html",
		Note:   "CKV_DOCKER_3 is content with any USER instruction, CKV_DOCKER_8 with any last one that is not root by name.",
		Checks: checkov,
	},
	{
		Name: "BuildKit", IDs: regexp.MustCompile(`[A-Z][A-Za-z]+$`), Source: "https://docs.docker.com/reference/build-checks/",
		Note:   "dfharden is made to run beside these checks, and leaves to them what they do.",
		Checks: buildkit,
	},
	{
		Name: "tally", IDs: regexp.MustCompile(`[a-z][a-z-]*(?:/[A-Za-z0-9-]+)?[A-Za-z0-9]`), Source: "https://github.com/wharflab/tally/tree/main/docs/rules",
		Note:   "tally also has hadolint's and BuildKit's checks, as hadolint/DL… and buildkit/…; for those see above.",
		Checks: tally,
	},
}

// counterparts maps the ids of a tool's checks to the rules that name them.
func counterparts(t tool, rules []*checks.Rule) map[string][]string {
	by := map[string][]string{}
	for _, r := range rules {
		for _, ref := range r.Refs {
			ids, ok := strings.CutPrefix(ref, t.Name+": ")
			if !ok {
				continue
			}
			ids, _, _ = strings.Cut(ids, " (")
			for _, id := range strings.Split(ids, ", ") {
				if id = t.IDs.FindString(id); id != "" {
					by[id] = append(by[id], r.ID)
				}
			}
		}
	}
	return by
}

// migrationPage says for each check of other tools what dfharden has for it.
func migrationPage(rules []*checks.Rule) string {
	var b strings.Builder
	fmt.Fprintf(&b, written, "the references of the rules and internal/gendocs")
	b.WriteString("# Moving over from other tools\n\n" +
		"For each check of another tool: the rule of dfharden that is about the same, or why there is none. The rules do not agree\n" +
		"in every case; the page of each says when it is silent. Their ignore comments are understood for the checks that have a rule here.\n")
	for _, t := range tools {
		fmt.Fprintf(&b, "\n## %s\n\n%s The list is from [its documentation](%s).\n\n| check | about | dfharden |\n|---|---|---|\n", t.Name, t.Note, t.Source)
		by := counterparts(t, rules)
		for _, c := range t.Checks {
			fmt.Fprintf(&b, "| %s | %s | %s |\n", c.ID, c.About, counterpart(by[c.ID], c.Why))
		}
	}
	return b.String()
}

func counterpart(rules []string, why string) string {
	if len(rules) == 0 {
		return "no rule: " + why
	}
	links := make([]string, len(rules))
	for i, id := range slices.Sorted(slices.Values(rules)) {
		links[i] = fmt.Sprintf("[%s](rules/%s.md)", id, id)
	}
	return strings.Join(links, ", ")
}
