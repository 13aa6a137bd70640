package checks

import (
	"slices"
	"strings"
	"testing"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// TestIgnores asks for the lines on which root-user, copy-without-chown and
// secret-in-env are ignored, by the comments of all tools.
func TestIgnores(t *testing.T) {
	for name, c := range map[string]struct{ file, want string }{
		"above FROM":            {"# dfharden ignore=root-user -- why\nFROM alpine\n", "2 root-user why"},
		"several, blanks":       {"# dfharden ignore = root-user , copy-without-chown  --  why so\nFROM alpine\nCOPY a /a\nCMD /a\n", "2 root-user why so"},
		"one instruction":       {"FROM alpine\n# dfharden ignore=copy-without-chown\n# and a word about it\nCOPY a /a\nCOPY b /a\nCMD /a\n", "4 copy-without-chown"},
		"a blank line between":  {"FROM alpine\n# dfharden ignore=copy-without-chown\n\nCOPY a /a\nCMD /a\n", ""},
		"inside":                {"FROM alpine\nCOPY a \\\n  # dfharden ignore=copy-without-chown\n /a\nCMD /a\n", "2 copy-without-chown"},
		"the stage, not others": {"# dfharden ignore=secret-in-env\nFROM alpine AS a\nENV TOKEN=abc\nFROM a\nENV TOKEN=abc\n", "3 secret-in-env"},
		"the file":              {"FROM alpine AS a\nENV TOKEN=abc\nFROM a\nENV TOKEN=abc\n# dfharden ignore-file=secret-in-env\n", "2 secret-in-env; 4 secret-in-env"},
		"hadolint":              {"# hadolint ignore=DL3006,DL3002\nFROM alpine\n", "2 root-user"},
		"hadolint, global":      {"# hadolint global ignore=DL3002\nFROM alpine AS a\nFROM a\nUSER 0\n", "4 root-user"},
		"hadolint, not a rule":  {"# hadolint ignore=DL3008\nFROM alpine\n", ""},
		"hadolint, not ignore":  {"# hadolint shell=bash\nFROM alpine\n", ""},
		"trivy":                 {"#trivy:ignore:DS002\nFROM alpine\n", "2 root-user"},
		"trivy, new spelling":   {"# trivy:ignore:AVD-DS-0002 trivy:ignore:DS-0031\nFROM alpine\nENV TOKEN=abc\n", "2 root-user; 3 secret-in-env"},
		"checkov":               {"FROM alpine\n#checkov:skip=CKV_DOCKER_3: why\n", "1 root-user why"},
		"checkov, other":        {"FROM alpine\n#checkov:skip=CKV_DOCKER_4:why\n", ""},
		"kics line":             {"# kics-scan ignore-line\nFROM alpine\n", "2 root-user"},
		"kics file":             {"# kics-scan ignore\nFROM alpine\nENV TOKEN=abc\n", "2 root-user; 3 secret-in-env"},
		"kics file, too late":   {"FROM alpine\n# other\n# kics-scan ignore\nUSER 0\n", ""},
		"kics query":            {"FROM alpine\n# kics-scan disable=fd54f200-402c-4333-a5a4-36ef6709af2f\n", "1 root-user"},
		"BuildKit":              {"# check=skip=SecretsUsedInArgOrEnv,JSONArgsRecommended\nFROM alpine\nENV TOKEN=abc\n", "3 secret-in-env"},
		"BuildKit, with more":   {"# check=error=true;skip=SecretsUsedInArgOrEnv\nFROM alpine\nENV TOKEN=abc\n", "3 secret-in-env"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := strings.Join(ignoredIn(t, c.file, Options{}), "; "); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
			if got := ignoredIn(t, c.file, Options{NoIgnores: true}); len(got) > 0 {
				t.Errorf("ignored all the same: %v", got)
			}
		})
	}
}

// ignoredIn lists the ignored findings of three rules as "line rule reason".
func ignoredIn(t *testing.T, src string, o Options) []string {
	t.Helper()
	f, err := parser.Parse("Dockerfile", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	g, err := stage.Build(f, stage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	o.User, o.UID, o.GID, o.Home = "boot", 1337, 1337, "/home/boot"
	var all []string
	for _, x := range Run(g, []*Rule{Get("root-user"), Get("copy-without-chown"), Get("secret-in-env")}, o) {
		if x.Ignored {
			line := strings.Fields(x.Rule.ID + " " + x.Justification)
			all = append(all, string(rune('0'+f.Lines.Line(x.Span.Start)))+" "+strings.Join(line, " "))
		}
	}
	slices.Sort(all)
	return all
}
