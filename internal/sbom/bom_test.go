package main

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	cdx "github.com/CycloneDX/cyclonedx-go"
)

// The bill of this test program names its modules with the hashes of go.sum, and
// reads back as CycloneDX.
func TestBill(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	first, second := filepath.Join(t.TempDir(), "a.json"), filepath.Join(t.TempDir(), "b.json")
	for _, name := range []string{first, second} {
		if err := run([]string{program, name}); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(first)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := os.ReadFile(second); err != nil || !bytes.Equal(text, again) {
		t.Errorf("the second bill differs: %v", err)
	}
	var bom cdx.BOM
	if err := cdx.NewBOMDecoder(bytes.NewReader(text), cdx.BOMFileFormatJSON).Decode(&bom); err != nil {
		t.Fatal(err)
	}
	if bom.SpecVersion != cdx.SpecVersion1_6 || bom.Metadata.Component.Name != "github.com/dfharden/dfharden" {
		t.Errorf("bill of %s in version %v", bom.Metadata.Component.Name, bom.SpecVersion)
	}
	named := map[string]bool{}
	for _, c := range *bom.Components {
		named[c.Name] = true
	}
	if !named["std"] || !named["github.com/CycloneDX/cyclonedx-go"] {
		t.Errorf("components: %v", named)
	}
	if uses := (*bom.Dependencies)[0]; uses.Ref != bom.Metadata.Component.BOMRef || len(*uses.Dependencies) != len(*bom.Components) {
		t.Errorf("the program uses %d of %d components", len(*uses.Dependencies), len(*bom.Components))
	}
}

func TestComponents(t *testing.T) {
	info := &debug.BuildInfo{
		GoVersion: "go1.26.8",
		Main:      debug.Module{Path: "example.com/a", Version: "v1.2.3+dirty"},
		Deps: []*debug.Module{
			{Path: "example.com/b", Version: "v0.1.0", Sum: "h1:" + strings.Repeat("A", 43) + "="},
			{Path: "example.com/c", Version: "v1.0.0", Replace: &debug.Module{Path: "example.com/d", Version: "v2.0.0"}},
		},
		Settings: []debug.BuildSetting{{Key: "vcs.time", Value: "2026-11-22T09:00:00Z"}},
	}
	bom := newBOM(info, []byte("program"))
	if got, want := bom.Metadata.Component.PackageURL, "pkg:golang/example.com/a@v1.2.3%2Bdirty"; got != want {
		t.Errorf("purl %s, want %s", got, want)
	}
	var got []string
	for _, c := range *bom.Components {
		hash := ""
		if c.Hashes != nil {
			hash = (*c.Hashes)[0].Value
		}
		got = append(got, c.PackageURL+" "+hash)
	}
	want := "pkg:golang/std@1.26.8 \npkg:golang/example.com/b@v0.1.0 " + strings.Repeat("0", 64) + "\npkg:golang/example.com/d@v2.0.0 "
	if strings.Join(got, "\n") != want {
		t.Errorf("components:\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
	if bom.Metadata.Timestamp != "2026-11-22T09:00:00Z" || len(bom.SerialNumber) != len("urn:uuid:")+36 {
		t.Errorf("time %s, serial %s", bom.Metadata.Timestamp, bom.SerialNumber)
	}
}

func TestWrongCalls(t *testing.T) {
	for _, args := range [][]string{nil, {"a"}, {"none", "out"}, {"bom.go", filepath.Join(t.TempDir(), "out")}} {
		if run(args) == nil {
			t.Errorf("%q is taken", args)
		}
	}
}
