package rewrite

import (
	"path/filepath"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/dfharden/dfharden/checks"
	"github.com/dfharden/dfharden/parser"
)

// FuzzRewrite holds the four invariants against any file that BuildKit takes.
// Seeds are the Dockerfiles of the goldens.
func FuzzRewrite(f *testing.F) {
	files, err := filepath.Glob(filepath.Join(rulesDir, "*", "*.txtar"))
	if err != nil || len(files) == 0 {
		f.Fatalf("no goldens: %v", err)
	}
	for i, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(section(a, "Dockerfile"), i%2 == 0)
	}
	f.Fuzz(func(t *testing.T, src []byte, unsafe bool) {
		if _, err := parser.Parse("Dockerfile", src); err != nil {
			return
		}
		o := testOptions()
		o.Unsafe = unsafe
		holds(t, src, checks.All(), o)
	})
}
