package rewrite

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	bk "github.com/moby/buildkit/frontend/dockerfile/parser"
	"golang.org/x/tools/txtar"

	"github.com/dfharden/dfharden/checks"
	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// The benchmarks run over the same bytes, so that each layer can be read as a
// multiple of BenchmarkBuildKit: the Dockerfiles of all goldens, or those below
// the folder that BENCH_FILES names. Aims, on real files: parse 1.8 times, the
// whole check 3 times. (A golden is a few lines, where fixed costs weigh more.)

func sources(b *testing.B) [][]byte {
	b.Helper()
	out := goldens(b)
	if dir := os.Getenv("BENCH_FILES"); dir != "" {
		out = files(b, dir)
	}
	size := 0
	for _, src := range out {
		size += len(src)
	}
	image.Table().Lookup("scratch") // the index is made once a process
	b.SetBytes(int64(size))
	b.ReportAllocs()
	return out
}

// files reads the Dockerfiles below a folder, those that BuildKit takes.
func files(b *testing.B, dir string) (out [][]byte) {
	b.Helper()
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		src, err := os.ReadFile(name)
		if _, refused := parser.Parse(name, src); refused == nil {
			out = append(out, src)
		}
		return err
	})
	if err != nil || len(out) == 0 {
		b.Fatalf("no Dockerfiles below %s: %v", dir, err)
	}
	return out
}

func goldens(b *testing.B) (out [][]byte) {
	b.Helper()
	files, err := filepath.Glob(filepath.Join(rulesDir, "*", "*.txtar"))
	if err != nil || len(files) == 0 {
		b.Fatalf("no goldens: %v", err)
	}
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			b.Fatal(err)
		}
		out = append(out, section(a, "Dockerfile"))
	}
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
