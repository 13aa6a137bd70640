package image

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var update = flag.Bool("update", false, "write images.jsonl")

// TestLines checks that images.jsonl is what images.yaml says, or with -update
// makes it so; the program and the other tests have the new lines once they are
// built again.
func TestLines(t *testing.T) {
	entries, _ := entriesOf(t)
	var want bytes.Buffer
	out := json.NewEncoder(&want)
	out.SetEscapeHTML(false)
	for _, e := range entries {
		if err := out.Encode(e); err != nil {
			t.Fatal(err)
		}
	}
	if *update {
		if err := os.WriteFile("images.jsonl", want.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	if lines != want.String() {
		t.Error("images.jsonl is out of date: run go generate ./image, and the tests again")
	}
}

// TestNothingIsLost checks that the lines give the entries and the names that
// images.yaml has, but for the notes.
func TestNothingIsLost(t *testing.T) {
	entries, _ := entriesOf(t)
	var got []*entry
	for line := range strings.Lines(lines) {
		e, err := decodeLine(line)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(e.Names, lineNames(line)); diff != "" {
			t.Errorf("names of the line (-decoded +cut out):\n%s", diff)
		}
		got = append(got, e)
	}
	noNotes := []cmp.Option{
		cmpopts.IgnoreFields(entry{}, "Note"), cmpopts.IgnoreFields(rule{}, "Note"), cmpopts.IgnoreUnexported(rule{}),
	}
	if diff := cmp.Diff(entries, got, noNotes...); diff != "" {
		t.Errorf("-images.yaml +images.jsonl:\n%s", diff)
	}
}

// TestConcurrentLookups is for the race detector: entries, patterns and answers
// are made by whoever asks first.
func TestConcurrentLookups(t *testing.T) {
	table, err := fromLines(lines)
	if err != nil {
		t.Fatal(err)
	}
	refs := []string{"python:3.12-slim-bookworm", "python:3.11", "golang:1.22-alpine3.19", "bitnami/redis:7", "bitnami/x", "no.such/y"}
	var all sync.WaitGroup
	for n := range 8 * len(refs) {
		all.Go(func() {
			ref := refs[n%len(refs)]
			if diff := cmp.Diff(Table().Lookup(ref), table.Lookup(ref)); diff != "" {
				t.Errorf("%s (-one table +another):\n%s", ref, diff)
			}
		})
	}
	all.Wait()
}
