package stage

import (
	"testing"
	"testing/fstest"
)

// TestIgnored: what the ignore file excludes is not in the context, and what a
// "!" brings back is.
func TestIgnored(t *testing.T) {
	files := func(list string) fstest.MapFS {
		fsys := fstest.MapFS{}
		for _, name := range []string{"start.sh", "conf/a.conf", "conf/b.conf", "secret/key.pem", "docs/read.md"} {
			fsys[name] = &fstest.MapFile{Data: []byte("#!/bin/sh\n" + name + "\n")}
		}
		if list != "" {
			fsys[".dockerignore"] = &fstest.MapFile{Data: []byte(list)}
		}
		return fsys
	}
	for _, tt := range []struct {
		list, beside string
		in, out      []string
	}{
		{"", "", []string{"start.sh", "secret/key.pem", "conf"}, nil},
		{"secret\n*.sh\n", "", []string{"conf/a.conf"}, []string{"start.sh", "secret/key.pem", "secret"}},
		{"# a comment\n**/*.pem\n/docs/\n", "", []string{"secret", "start.sh"}, []string{"secret/key.pem", "docs/read.md"}},
		{"*\n!conf/a.conf\n", "", []string{"conf/a.conf", "conf"}, []string{"conf/b.conf", "start.sh"}},
		{"*.sh\n", "conf\n", []string{"start.sh"}, []string{"conf/a.conf"}},
		{"[\n", "", []string{"start.sh"}, nil},
	} {
		o := Options{Context: files(tt.list)}
		if tt.beside != "" {
			o.Ignore = []byte(tt.beside)
		}
		g := build(t, "FROM debian:bookworm-slim\nCOPY . /app/\n", o)
		for _, name := range tt.in {
			if g.InContext(name) != Yes {
				t.Errorf("%q: %s is not in the context", tt.list, name)
			}
		}
		for _, name := range tt.out {
			if g.InContext(name) != No {
				t.Errorf("%q: %s is in the context", tt.list, name)
			}
			if file, _, ok := g.ContextFile("/app/" + name); ok {
				t.Errorf("%q: COPY brings %s", tt.list, file)
			}
		}
		if want := tt.list != "" || tt.beside != ""; (g.HasIgnoreFile() == Yes) != want {
			t.Errorf("%q: HasIgnoreFile is %v", tt.list, g.HasIgnoreFile())
		}
	}
	if g := build(t, "FROM scratch\n", Options{}); g.HasIgnoreFile() != Unknown || g.InContext("a") != Unknown {
		t.Error("without a context something is known of it")
	}
}
