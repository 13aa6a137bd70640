//go:build unix

package registry

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestCacheModes shows that nobody else reads the cache.
func TestCacheModes(t *testing.T) {
	dir := t.TempDir()
	NewCache(dir, time.Hour).putImage("sha256:1", &record{OS: "linux"})
	entries, err := filepath.Glob(filepath.Join(dir, "v1", "*"))
	if err != nil || len(entries) != 1 {
		t.Fatalf("%q, %v", entries, err)
	}
	for path, want := range map[string]os.FileMode{filepath.Dir(entries[0]): 0o700, entries[0]: 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, want %v", path, info.Mode(), want)
		}
	}
}
