package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"
	"golang.org/x/tools/txtar"
)

// TestOutputMatchesSchema holds the JSON of real calls against its schema: over
// every golden of the rules, a file that does not parse, and one that is not there.
func TestOutputMatchesSchema(t *testing.T) {
	dir := t.TempDir()
	goldens, err := filepath.Glob("../../testdata/rules/*/*.txtar")
	if err != nil || len(goldens) == 0 {
		t.Fatalf("no goldens: %v", err)
	}
	for _, name := range goldens {
		a, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		put(t, filepath.Join(dir, "Dockerfile."+filepath.Base(filepath.Dir(name))+"-"+filepath.Base(name)), string(a.Files[0].Data), 0o644)
	}
	put(t, filepath.Join(dir, "Dockerfile.bad"), "RUNN x\n", 0o644)
	schema := loadSchema(t)
	for _, args := range [][]string{{}, {"-d"}, {"-w", "--unsafe-fixes"}, {"--target", "none"}} {
		var stdout, stderr bytes.Buffer
		run(append([]string{"check", "--format", "json", dir, filepath.Join(dir, "missing")}, args...), nil, &stdout, &stderr)
		out := stdout.Bytes()
		if len(args) == 1 {
			out = stderr.Bytes()
		}
		var doc any
		if err := json.Unmarshal(out, &doc); err != nil {
			t.Fatalf("%v: %v", args, err)
		}
		if err := schema.Validate(doc); err != nil {
			t.Errorf("%v: %v", args, err)
		}
	}
}

func loadSchema(t *testing.T) *jsonschema.Resolved {
	t.Helper()
	data, err := os.ReadFile("../../docs/schema/report-v1.json")
	if err != nil {
		t.Fatal(err)
	}
	var s jsonschema.Schema
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	r, err := s.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
