package stage

import (
	"strings"
	"testing"
	"testing/fstest"
)

// TestSourcePacked: what ADD unpacks is told by its first bytes, whatever its name.
func TestSourcePacked(t *testing.T) {
	tarball := strings.Repeat("\x00", 257) + "ustar\x0000" + strings.Repeat("\x00", 247)
	g := build(t, "FROM scratch\n", Options{Context: fstest.MapFS{
		"app": {Data: []byte("#!/bin/sh\n")}, "empty": {}, "bundle": {Data: []byte(tarball)}, "packed": {Data: []byte("\x1f\x8b\x08rest")}, "dir/bundle": {Data: []byte(tarball)},
	}})
	for src, want := range map[string]Tri{"app": No, "/app": No, "empty": No, "bundle": Yes, "packed": Yes, "dir": No, "dir/*": Yes, "*": Yes} {
		if is, ok := g.SourcePacked(src); is != want || !ok {
			t.Errorf("%s: %v, %v, want %v", src, is, ok, want)
		}
	}
	if _, ok := g.SourcePacked("missing"); ok {
		t.Error("a file that is not there is known")
	}
	if _, ok := build(t, "FROM scratch\n", Options{}).SourcePacked("app"); ok {
		t.Error("something is known without a context")
	}
}
