package report

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/jsonschema-go/jsonschema"
)

func TestJSONMatchesSchema(t *testing.T) {
	schema := loadSchema(t)
	for name, files := range map[string][]*File{
		"nothing":   nil,
		"findings":  sample(t),
		"rewritten": {rewritten(t)},
	} {
		var out bytes.Buffer
		if err := JSON(&out, files); err != nil {
			t.Fatal(err)
		}
		var doc any
		if err := json.Unmarshal(out.Bytes(), &doc); err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(doc); err != nil {
			t.Errorf("%s: %v\n%s", name, err, out.Bytes())
		}
	}
}

// The schema has to be one that refuses something.
func TestSchemaRefuses(t *testing.T) {
	schema := loadSchema(t)
	doc := map[string]any{"version": 1.0, "files": nil, "summary": map[string]any{}}
	if schema.Validate(doc) == nil {
		t.Error("the schema takes null for files")
	}
}

func loadSchema(t *testing.T) *jsonschema.Resolved {
	t.Helper()
	data, err := os.ReadFile("../docs/schema/report-v1.json")
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

func TestJSONGolden(t *testing.T) {
	var out bytes.Buffer
	if err := JSON(&out, append(sample(t), rewritten(t))); err != nil {
		t.Fatal(err)
	}
	golden(t, "sample.json", out.Bytes())
}

// golden compares with a file of testdata, or writes it with -update.
func golden(t *testing.T, name string, have []byte) {
	t.Helper()
	name = "testdata/" + name
	if *update {
		if err := os.WriteFile(name, have, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(have)); diff != "" {
		t.Errorf("%s (-want +have):\n%s", name, diff)
	}
}
