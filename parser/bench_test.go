package parser

import (
	"bytes"
	"testing"

	bk "github.com/moby/buildkit/frontend/dockerfile/parser"
)

// BenchmarkParse is to take at most 1.8 times as long as BenchmarkBuildKit.
func BenchmarkParse(b *testing.B) {
	all := fixtures(b)
	b.ReportAllocs()
	for b.Loop() {
		for _, fx := range all {
			if _, err := Parse(fx.name, fx.src); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkBuildKit(b *testing.B) {
	all := fixtures(b)
	b.ReportAllocs()
	for b.Loop() {
		for _, fx := range all {
			if _, err := bk.Parse(bytes.NewReader(fx.src)); err != nil {
				b.Fatal(err)
			}
		}
	}
}
