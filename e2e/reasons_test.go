//go:build e2e

package e2e

import (
	"testing"

	"github.com/dfharden/dfharden/checks"
)

// notRun says of the reasons without a case why there is none.
var notRun = map[string]string{
	"opaque":         "a defect of the program, which no file has",
	"windows-acl":    "no Windows here",
	"non-root-base":  "needs an image of the table whose user is not known; none can be pulled",
	"changed-ids":    "volumes are fresh in every run, so no old owner shows",
	"git-ownership":  "a case is in this repository, so it cannot hold one of its own",
	"npm-ownership":  "npm 7 and 8 came with Node.js that this machine does not have",
	"build-at-start": "what the tool writes differs from tool to tool; the known ones have cases that are safe",
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
