package rewrite

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/dfharden/dfharden/checks"
)

const reasonsDir = "../testdata/reasons"

// notInAFile is the reason that no file can have: a defect of the parser.
const notInAFile = "opaque"

// TestReasons runs the two goldens of every reason code: one where it applies, and
// one where it nearly does. They show the findings of root-user, or of the rule
// that their flags name.
func TestReasons(t *testing.T) {
	for _, doc := range checks.Reasons {
		if doc.Code == notInAFile {
			continue
		}
		for name, want := range map[string]bool{"applies": true, "nearly": false} {
			t.Run(doc.Code+"/"+name, func(t *testing.T) {
				file := filepath.Join(reasonsDir, doc.Code, name+".txtar")
				a, err := txtar.ParseFile(file)
				if err != nil {
					t.Fatal(err)
				}
				rule := "root-user"
				if id, ok := strings.CutPrefix(strings.TrimSpace(string(section(a, "flags"))), "--rules="); ok {
					rule = id
				}
				golden(t, file, checks.Get(rule))
				if got := bytes.Contains(section(a, "findings"), []byte("["+doc.Code+"]")); got != want {
					t.Errorf("%s gives the reason %s: %v", name, doc.Code, got)
				}
			})
		}
	}
}

// TestReasonFolders fails for goldens of a reason that there is not.
func TestReasonFolders(t *testing.T) {
	dirs, err := filepath.Glob(filepath.Join(reasonsDir, "*"))
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no goldens of reasons: %v", err)
	}
	known := map[string]bool{}
	for _, doc := range checks.Reasons {
		known[doc.Code] = true
	}
	for _, dir := range dirs {
		if !known[filepath.Base(dir)] {
			t.Errorf("%s is for no reason", dir)
		}
	}
}
