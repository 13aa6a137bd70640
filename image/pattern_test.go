package image

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPattern(t *testing.T) {
	tests := []struct {
		pattern, tag string
		match        bool
		template     string
		want         string
	}{
		{"latest", "latest", true, "a", "a"},
		{"latest", "latest-x", false, "", ""},
		{"*", "x", true, "a:*", "a:x"},
		{"*", "", false, "", ""},
		{"<version>", "3.12.1", true, "<version>-jre", "3.12.1-jre"},
		{"<version>", "1.22rc1", true, "<version>", "1.22rc1"},
		{"<version>", "8u292", true, "<version>", "8u292"},
		{"<version>", "lts-iron", true, "<version>", "lts-iron"},
		{"<version>", "3.12-slim", false, "", ""},
		{"<number>", "latest", false, "", ""},
		{"<version>-jdk-*", "17-jdk-alpine-3.19", true, "<version>-jre-*", "17-jre-alpine-3.19"},
		{"*-a-*", "1-a-2", true, "*-b-*", "1-b-2"},
		{"*<debian>*", "3.12-slim-bookworm", true, "debian:<debian>", "debian:bookworm"},
		{"*<debian>*", "inside", false, "", ""},
		{"*<alpine>*", "20-alpine3.19", true, "alpine:<alpine>", "alpine:3.19"},
		{"*<alpine>*", "20-alpine3.19.1", true, "alpine:<alpine>", "alpine:3.19"},
		{"*<alpine>*", "17-jdk-alpine-3.20", true, "alpine:<alpine>", "alpine:3.20"},
		{"*<alpine>*", "alpine", true, "alpine:<alpine>", "alpine:"},
		{"*ubuntu<version>*", "12.2.0-base-ubuntu22.04", true, "ubuntu:<version>", "ubuntu:22.04"},
		{"<version>-slim", "3-slim", true, "debian:<debian>", "debian:"},
		{"a.b", "axb", false, "", ""},
	}
	for _, tt := range tests {
		p, err := compile(tt.pattern)
		if err != nil {
			t.Fatal(err)
		}
		found := p.match(tt.tag)
		if (found != nil) != tt.match {
			t.Errorf("%s on %q: match %v", tt.pattern, tt.tag, found)
			continue
		}
		if tt.match && p.expand(tt.template, found) != tt.want {
			t.Errorf("%s on %q: %s is %q, want %q", tt.pattern, tt.tag, tt.template, p.expand(tt.template, found), tt.want)
		}
	}
}

func TestOlder(t *testing.T) {
	tests := []struct {
		tag, than string
		want      bool
	}{
		{"3.12", "3.9", false},
		{"3.9.1-slim", "3.12", true},
		{"3.12", "3.12", false},
		{"3", "3.12", false}, // the newest of 3
		{"2", "3.12", true},
		{"v1.7", "2", true},
		{"8u292-jdk", "8.302", true},
		{"8u302-jdk", "8.302", false},
		{"8-jdk", "8.302", false},
		{"latest", "99", false},
		{"alpine3.19", "99", false},
		{"3.1", "", false},
	}
	for _, tt := range tests {
		if got := older(tt.tag, tt.than); got != tt.want {
			t.Errorf("older(%q, %q) = %v", tt.tag, tt.than, got)
		}
	}
}

func TestReleaseOf(t *testing.T) {
	tests := []struct {
		distro    Distro
		tag, want string
	}{
		{Debian, "12-slim", "bookworm"},
		{Debian, "12.5", "bookworm"},
		{Debian, "sid-slim", "sid"},
		{Debian, "stable-slim", ""},
		{Debian, "latest", ""},
		{Ubuntu, "22.04", "22.04"},
		{Ubuntu, "noble-20240212", "24.04"},
		{Ubuntu, "latest", ""},
		{Alpine, "3.19.1", "3.19"},
		{Alpine, "3", ""},
		{Alpine, "edge", "edge"},
		{Alpine, "20240807", ""},
		{RHEL, "9.3-minimal", "9.3"},
		{Fedora, "39", "39"},
		{Distroless, "nonroot", ""},
	}
	got := map[string]string{}
	want := map[string]string{}
	for _, tt := range tests {
		key := string(tt.distro) + ":" + tt.tag
		got[key], want[key] = releaseOf(tt.distro, tt.tag), tt.want
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
