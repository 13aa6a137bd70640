//go:build e2e

package e2e

import (
	"testing"

	"github.com/dfharden/dfharden/checks"
)

// notRun says of the reasons without a case why there is none.
var notRun = map[string]string{
	"opaque":           "a defect of the program, which no file has",
	"windows-acl":      "no Windows here",
	"base-onbuild":     "no stand-in has ONBUILD",
	"non-root-base":    "needs an image of the table whose user is not known; none can be pulled",
	"changed-ids":      "no case changes the account of an image that runs as one already",
	"npm-ownership":    "npm 7 and 8 came with Node.js that this machine does not have",
	"git-ownership":    "the cases in which git needs its own files are safe by now",
	"build-at-start":   "what the tool writes differs from tool to tool; the known ones have cases that are safe",
	"mounted-files":    "it is about what the caller mounts",
	"mounted-home":     "it is about what the caller mounts",
	"host-session":     "it is about the caller's display",
	"needs-capability": "the engine gives containers what these programs need",

	// Reasons of rules other than root-user, which the verdict of a case is about.
	"first-process":        "not of root-user",
	"other-files":          "not of root-user",
	"setuid-needed":        "not of root-user",
	"recommended-packages": "not of root-user",
	"offline-build":        "not of root-user",
	"perhaps-archive":      "not of root-user",
}

// TestReasons: every reason for not hardening safely has a case that shows it, or
// a word on why it cannot be shown here.
func TestReasons(t *testing.T) {
	cases, err := loadCases("cases")
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]bool{}
	for _, c := range cases {
		shown[c.Reason] = true
	}
	for _, doc := range checks.Reasons {
		if why := notRun[doc.Code]; shown[doc.Code] == (why != "") {
			t.Errorf("%s: shown by a case: %v; why not: %q", doc.Code, shown[doc.Code], why)
		}
	}
}
