package image

import (
	"strings"
	"testing"
)

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

func TestRename(t *testing.T) {
	mirrors := map[string]string{
		"docker.io": "mirror.test/hub/", "docker.io/team": "mirror.test/team", "docker.io/library/exact": "other.test/exact",
		"mirror.test/hub": "docker.io", "localhost:5000": "registry.test",
	}
	tests := []struct{ ref, want string }{
		{"alpine", "mirror.test/hub/library/alpine"},
		{"alpine:3@sha256:" + strings.Repeat("0", 64), "mirror.test/hub/library/alpine:3@sha256:" + strings.Repeat("0", 64)},
		{"team/app:1", "mirror.test/team/app:1"},
		{"teams/app:1", "mirror.test/hub/teams/app:1"},
		{"exact:2", "other.test/exact:2"},
		{"mirror.test/hub/library/alpine:3", "docker.io/library/alpine:3"},
		{"mirror.test/hubs/alpine", "mirror.test/hubs/alpine"},
		{"localhost:5000/a:1", "registry.test/a:1"},
		{"not a reference", "not a reference"},
	}
	for _, tt := range tests {
		if got := Rename(tt.ref, mirrors); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.ref, got, tt.want)
		}
	}
}

func TestMirrored(t *testing.T) {
	l := Mirrored(Table(), map[string]string{"mirror.test/hub": "docker.io", "docker.io": "other.test"})
	if f := l.Lookup("mirror.test/hub/library/alpine:3.19"); f.Distro != Alpine || f.Name != "alpine" || f.Ref != "mirror.test/hub/library/alpine:3.19" {
		t.Errorf("by the name that the mirror stands for: %+v", f)
	}
	if f := l.Lookup("alpine:3.19"); f.Distro != Alpine {
		t.Errorf("a name that is known while its mirror is not: %+v", f)
	}
	if f := l.Lookup("mirror.test/own:1"); f.Listed || f.Name != "mirror.test/own" {
		t.Errorf("unlisted: %+v", f)
	}
	if f := LookupPlatform(Mirrored(byPlatform{}, map[string]string{"docker.io": "x.test"}), "a", "linux/arm64"); f.Arch != "linux/arm64" || f.Ref != "a" {
		t.Errorf("the platform is lost on the way: %+v", f)
	}
}
