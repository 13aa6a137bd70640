package image

import "testing"

func TestFirst(t *testing.T) {
	tb := Table()
	for _, r := range []string{"node:18-bookworm-slim", "node:20-alpine3.19", "node:20-alpine", "ubuntu:24.04", "node@sha256:e4c5a1f1c5a1f1c5a1f1c5a1f1c5a1f1c5a1f1c5a1f1c5a1f1c5a1f1c5a1f1c5"} {
		t.Logf("%+v", tb.Lookup(r))
	}
}

func BenchmarkLookup(b *testing.B) {
	tb := Table()
	for _, ref := range []string{"scratch", "alpine:3.19", "node:18-bookworm-slim", "docker.io/library/node:20-alpine3.19"} {
		b.Run(ref, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				tb.Lookup(ref)
			}
		})
	}
}
