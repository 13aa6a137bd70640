package image

import "testing"

func TestLayered(t *testing.T) {
	own := Map{
		"example.com/base":   {Distro: Debian, User: "1000", UserSet: true},
		"example.com/base:2": {Distro: Alpine},
		"alpine:3.18":        {Distro: Debian, Evidence: "configuration"},
	}
	l := Layered(own, Table())
	tests := []struct {
		ref, evidence string
		distro        Distro
		listed        bool
	}{
		{"example.com/base:1", "given facts: example.com/base", Debian, true},
		{"example.com/base:2", "given facts: example.com/base:2", Alpine, true},
		{"docker.io/library/alpine:3.18", "configuration", Debian, true},
		{"alpine:3.19", "image table: alpine", Alpine, true},
		{"example.com/other", "", "", false},
		{"not a reference", "", "", false},
	}
	for _, tt := range tests {
		f := l.Lookup(tt.ref)
		if f.Listed != tt.listed || f.Distro != tt.distro || f.Evidence != tt.evidence || f.Ref != tt.ref {
			t.Errorf("%s: %+v", tt.ref, f)
		}
	}
	if f := Layered().Lookup("alpine:3"); f.Listed || f.Ref != "alpine:3" || f.Name != "alpine" {
		t.Errorf("no lookups: %+v", f)
	}
}
