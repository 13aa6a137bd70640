package rewrite

import (
	"bytes"
	"testing"

	"github.com/dfharden/dfharden/checks"
	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// Several images of one file are hardened together: to the end, in whatever order they
// are named, also where one is built from the other.
func TestSeveralImages(t *testing.T) {
	const apart = "FROM debian:bookworm-slim AS base\nWORKDIR /app\nCOPY lib lib\n\nFROM base AS web\nCOPY web .\nCMD [\"./web\"]\n\nFROM base AS job\nCMD [\"lib/job\"]\n"
	const derived = "FROM debian:bookworm-slim AS web\nWORKDIR /app\nCOPY web job ./\nCMD [\"./web\"]\n\nFROM web AS job\nRUN apt-get update && apt-get install -y jq\nCMD [\"./job\"]\n"
	for name, src := range map[string]string{"apart": apart, "one from the other": derived} {
		accounts := map[string]int{apart: 2, derived: 1}[src]
		t.Run(name, func(t *testing.T) {
			first := together(t, src, "web", "job")
			if second := together(t, src, "job", "web"); !bytes.Equal(first, second) {
				t.Errorf("the order matters:\n%s\n%s", first, second)
			}
			if n := bytes.Count(first, []byte("useradd")); n != accounts {
				t.Errorf("%d accounts are made, want %d:\n%s", n, accounts, first)
			}
			if again := together(t, string(first), "web", "job"); !bytes.Equal(first, again) {
				t.Errorf("not finished:\n%s\n%s", first, again)
			}
		})
	}
}

// together rewrites two images, which must not run as root then.
func together(t *testing.T, src, a, b string) []byte {
	t.Helper()
	f, err := parser.Parse("Dockerfile", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	o := testOptions()
	o.Stage.Target = a
	o.More = []stage.Options{{Target: b}}
	r, err := Rewrite(f, checks.Default(false), o)
	if err != nil || len(r.Defects) > 0 {
		t.Fatalf("%v, %v", err, r.Defects)
	}
	for _, g := range append(r.More, r.Graph) {
		if u := g.Final().End().User; u.Root() != stage.No {
			t.Errorf("%s runs as root: %s\n%s", g.Final().Label(), u.Why, r.Src)
		}
	}
	return r.Src
}
