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

type byPlatform struct{}

func (byPlatform) Lookup(string) Facts { return Facts{} }

func (byPlatform) LookupPlatform(ref, platform string) Facts {
	return Facts{Ref: ref, Arch: platform, Listed: true}
}

func TestLayeredPlatform(t *testing.T) {
	if f := LookupPlatform(Layered(Map{}, byPlatform{}), "a", "linux/arm64"); f.Arch != "linux/arm64" {
		t.Errorf("the platform is lost on the way: %+v", f)
	}
	if f := LookupPlatform(Table(), "alpine", "linux/arm64"); f.Distro != Alpine {
		t.Errorf("a lookup that does not tell platforms apart: %+v", f)
	}
}
