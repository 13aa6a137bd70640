package main

import (
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const root = "../.."

var update = flag.Bool("update", false, "write the pages")

// A page that is not what its rule says now fails; -update or `make docs` writes it.
func TestPagesAreUpToDate(t *testing.T) {
	if *update {
		if err := run(root); err != nil {
			t.Fatal(err)
		}
	}
	want, err := pages(os.DirFS(root))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range want {
		have, err := os.ReadFile(root + "/" + name)
		if err != nil {
			t.Errorf("%v; run make docs", err)
		} else if diff := cmp.Diff(text, string(have)); diff != "" {
			t.Errorf("%s is out of date (-want +have); run make docs\n%s", name, diff)
		}
	}
	stale, err := staleNames(root, want)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range stale {
		t.Errorf("%s has no rule; run make docs", name)
	}
}
