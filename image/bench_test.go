package image

import "testing"

// BenchmarkLookup is the cost of a reference that was asked before.
func BenchmarkLookup(b *testing.B) {
	for _, ref := range []string{"alpine:3.19", "docker.io/library/python:3.12-slim-bookworm", "cgr.dev/chainguard/x"} {
		b.Run(ref, func(b *testing.B) {
			table := Table()
			b.ReportAllocs()
			for b.Loop() {
				table.Lookup(ref)
			}
		})
	}
}

// BenchmarkLookupFirst is the cost of a reference that was not asked before, to
// an image that was.
func BenchmarkLookupFirst(b *testing.B) {
	table := must(fromLines(lines))
	b.ReportAllocs()
	for b.Loop() {
		table.lookup("docker.io/library/python:3.12-slim-bookworm")
	}
}

// BenchmarkStart is what a process pays for its first answer.
func BenchmarkStart(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		must(fromLines(lines)).Lookup("docker.io/library/python:3.12-slim-bookworm")
	}
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(images); err != nil {
			b.Fatal(err)
		}
	}
}
