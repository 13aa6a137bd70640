package rewrite

import (
	"bytes"
	"path/filepath"
	"testing"

	bk "github.com/moby/buildkit/frontend/dockerfile/parser"
	"golang.org/x/tools/txtar"

	"github.com/dfharden/dfharden/checks"
	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// The benchmarks run over the same bytes, the Dockerfiles of all goldens, so that
// each layer can be read as a multiple of BenchmarkBuildKit. Aims: parse 1.8
// times, the whole check 3 times.

func sources(b *testing.B) [][]byte {
	b.Helper()
	files, err := filepath.Glob(filepath.Join(rulesDir, "*", "*.txtar"))
	if err != nil || len(files) == 0 {
		b.Fatalf("no goldens: %v", err)
	}
	var out [][]byte
	size := 0
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			b.Fatal(err)
		}
		src := section(a, "Dockerfile")
		out = append(out, src)
		size += len(src)
	}
	image.Table().Lookup("scratch") // the index is made once a process
	b.SetBytes(int64(size))
	b.ReportAllocs()
	return out
}

func mustParse(b *testing.B, src []byte) *parser.File {
	b.Helper()
	f, err := parser.Parse("Dockerfile", src)
	if err != nil {
		b.Fatal(err)
	}
	return f
}

func BenchmarkBuildKit(b *testing.B) {
	srcs := sources(b)
	for b.Loop() {
		for _, src := range srcs {
			if _, err := bk.Parse(bytes.NewReader(src)); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkParse(b *testing.B) {
	srcs := sources(b)
	for b.Loop() {
		for _, src := range srcs {
			mustParse(b, src)
		}
	}
}

func BenchmarkModel(b *testing.B) {
	srcs := sources(b)
	for b.Loop() {
		for _, src := range srcs {
			g, err := stage.Build(mustParse(b, src), stage.Options{})
			if err != nil {
				b.Fatal(err)
			}
			g.Final().End()
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	srcs, rules, o := sources(b), checks.All(), testOptions()
	for b.Loop() {
		for _, src := range srcs {
			g, err := stage.Build(mustParse(b, src), o.Stage)
			if err != nil {
				b.Fatal(err)
			}
			checks.Run(g, rules, o.Check)
		}
	}
}

func BenchmarkRewrite(b *testing.B) {
	srcs, rules, o := sources(b), checks.All(), testOptions()
	for b.Loop() {
		for _, src := range srcs {
			if _, err := Rewrite(mustParse(b, src), rules, o); err != nil {
				b.Fatal(err)
			}
		}
	}
}
