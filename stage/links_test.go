package stage

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/dfharden/dfharden/parser"
)

// TestLinksOut tells links that lead out of the build context from those in it.
func TestLinksOut(t *testing.T) {
	for target, want := range map[string]bool{"/usr/share": true, "../other": true, "nothing": true, "real": false} {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, "real"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(target, filepath.Join(dir, "public")); err != nil {
			t.Fatal(err)
		}
		root, err := os.OpenRoot(dir)
		if err != nil {
			t.Fatal(err)
		}
		f, err := parser.Parse("Dockerfile", []byte("FROM node:20\nCOPY . .\n"))
		if err != nil {
			t.Fatal(err)
		}
		g, err := Build(f, Options{Context: root.FS()})
		if err != nil {
			t.Fatal(err)
		}
		if got := g.LinksOut(); got != want {
			t.Errorf("a link to %s leads out: %v", target, got)
		}
		if err := root.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
