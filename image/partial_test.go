package image

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPartial(t *testing.T) {
	const root = "=0:0"
	tests := []struct {
		ref  string // ? is not known
		want summary
	}{
		{"ubuntu:?", summary{"linux", Ubuntu, "", ShadowTools, Yes, No, OS, root, "/", ShellCmd}},
		{"golang:?-alpine", summary{"linux", Alpine, "", BusyBoxTools, Yes, Yes, Build, root, "/go", ShellCmd}},
		{"golang:?-alpine3.20", summary{"linux", Alpine, "3.20", BusyBoxTools, Yes, Yes, Build, root, "/go", ShellCmd}},
		{"python:3.?-slim-bookworm", summary{"linux", Debian, "bookworm", ShadowTools, Yes, No, Language, root, "/", Interpreter}},
		{"python:?-slim", summary{"linux", Debian, "", ShadowTools, Yes, No, Language, root, "/", Interpreter}},
		{"openjdk:?-slim", summary{"linux", Debian, "", ShadowTools, Yes, No, "", root, "/", Interpreter}},
		{"mcr.microsoft.com/dotnet/aspnet:?-alpine", summary{"linux", Alpine, "", BusyBoxTools, Yes, Yes, Language, root, "/", ShellCmd}},
		{"mcr.microsoft.com/devcontainers/ruby:?", summary{"linux", Debian, "", ShadowTools, Yes, No, Build, root, "/", Interpreter}},
		{"redis:?-alpine", summary{"linux", Alpine, "", BusyBoxTools, Yes, Yes, Server, root, "/data", Program}},

		{"golang:?", summary{"", "", "", "", Unknown, Unknown, Build, "?", "", ShellCmd}},
		{"golang:1.22-?", summary{"", "", "", "", Unknown, Unknown, Build, "?", "", ShellCmd}},
		{"swift:?-slim", summary{"linux", "", "", "", Yes, No, Language, root, "/", ShellCmd}},
		{"eclipse-temurin:?", summary{"", "", "", "", Unknown, Unknown, "", "?", "", ""}},
		{"gcr.io/distroless/static:?", summary{"linux", Distroless, "", NoTools, No, No, OS, "?", "", ""}},
	}
	for _, tt := range tests {
		f := Partial(Table(), func(text string) string { return strings.Replace(tt.ref, "?", text, 1) })
		if diff := cmp.Diff(tt.want, summarise(f)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.ref, diff)
		}
	}
}

// TestPartialName checks that nothing is known where the unknown part is not in
// the tag alone.
func TestPartialName(t *testing.T) {
	for _, ref := range []string{"?", "?/alpine:3", "example.com/?:1", "alp?", "unheard-of:?", "alpine@?", "alpine?"} {
		f := Partial(Table(), func(text string) string { return strings.Replace(ref, "?", text, 1) })
		if f.Listed || f.UserSet || f.Distro != "" {
			t.Errorf("%s: %+v", ref, f)
		}
	}
}

// TestPartialHolds checks what is said of a tag with an unknown part against the
// tags that the official images have.
func TestPartialHolds(t *testing.T) {
	known := map[string]Facts{}
	for i, line := range official(t) {
		if i%3 != 0 {
			continue // it takes long
		}
		name, tag, _ := strings.Cut(line[0], ":")
		refs := []string{name + ":?"}
		for i, r := range tag {
			if r == '-' {
				refs = append(refs, name+":?"+tag[i:], name+":"+tag[:i+1]+"?")
			}
		}
		for _, ref := range refs {
			f, ok := known[ref]
			if !ok {
				f = Partial(Table(), func(text string) string { return strings.Replace(ref, "?", text, 1) })
				known[ref] = f
			}
			if f.Distro != "" && f.Distro != Distro(line[1]) {
				t.Errorf("%s: distribution %s, but %s is %s", ref, f.Distro, line[0], line[1])
			}
			user := f.User
			if user == "" {
				user = "root"
			}
			if f.UserSet && line[2] != "?" && user != line[2] {
				t.Errorf("%s: user %s, but of %s it is %s", ref, user, line[0], line[2])
			}
		}
	}
}
