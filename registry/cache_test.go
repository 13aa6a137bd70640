package registry

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/dfharden/dfharden/image"
)

// TestCache asks again and again, each time with a new client.
func TestCache(t *testing.T) {
	s := serve(t)
	ref := s.push(t, build(t, "", v1.Config{User: "app"}, alpine(t)), "app:1")
	dir := t.TempDir()
	at := time.Now()
	ask := func(ref string) (image.Facts, []string) {
		cache := NewCache(dir, 24*time.Hour)
		cache.now = func() time.Time { return at }
		c, _ := client(t, Options{Remote: true, Cache: cache})
		f := lookup(c, ref)
		if p := c.Problems(); len(p) > 0 {
			t.Errorf("problems: %q", p)
		}
		return f, s.requests()
	}
	first, asked := ask(ref)
	if len(asked) != 4 || first.UID != 1001 {
		t.Fatalf("first: %q, %+v", asked, first)
	}
	if again, asked := ask(ref); len(asked) != 0 || again.UID != 1001 || again.Digest != first.Digest || again.Evidence != first.Evidence {
		t.Errorf("again: %q, %+v", asked, again)
	}
	at = at.Add(23 * time.Hour)
	if _, asked := ask(ref); len(asked) != 0 {
		t.Errorf("23 hours later: %q", asked)
	}
	at = at.Add(2 * time.Hour)
	if f, asked := ask(ref); len(asked) != 1 || f.UID != 1001 {
		t.Errorf("a day later only the tag is asked for: %q", asked)
	}

	pinned := strings.TrimSuffix(ref, ":1") + "@" + first.Digest
	if f, asked := ask(pinned); len(asked) != 0 || f.UID != 1001 {
		t.Errorf("by digest: %q", asked)
	}
	at = at.Add(1000 * time.Hour)
	if f, asked := ask(pinned); len(asked) != 0 || f.UID != 1001 {
		t.Errorf("by digest, much later: %q", asked)
	}

	s.push(t, build(t, "", v1.Config{User: "6:6"}, alpine(t)), "app:1")
	if f, _ := ask(ref); f.UID != 6 {
		t.Errorf("the tag has another image now: %+v", f)
	}
	at = at.Add(-time.Hour)
	if _, asked := ask(ref); len(asked) == 0 {
		t.Error("an answer of the future is taken for a new one")
	}
}

// TestDamage takes whatever is wrong with the cache for an empty one.
func TestDamage(t *testing.T) {
	s := serve(t)
	ref := s.push(t, build(t, "", v1.Config{User: "app"}, alpine(t)), "app:1")
	for name, content := range map[string]string{
		"empty": "", "no JSON": "\x00\xff", "another form": `["x"]`, "half": `{"ref":"`, "nothing in it": `{}`, "large": strings.Repeat(" ", maxEntry+1),
	} {
		dir := t.TempDir()
		o := Options{Remote: true, Cache: NewCache(dir, time.Hour)}
		c, _ := client(t, o)
		lookup(c, ref)
		s.requests()
		entries, _ := filepath.Glob(filepath.Join(dir, "v1", "*"))
		if len(entries) != 3 { // the tag, the digest, the image
			t.Fatalf("entries: %q", entries)
		}
		for _, e := range entries {
			if err := os.WriteFile(e, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		c, _ = client(t, o)
		if f := lookup(c, ref); f.UID != 1001 || len(s.requests()) != 4 {
			t.Errorf("%s: %+v, %q", name, f, c.Problems())
		}
	}

	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c, _ := client(t, Options{Remote: true, Cache: NewCache(file, time.Hour)})
	if f := lookup(c, ref); f.UID != 1001 || len(c.Problems()) > 0 {
		t.Errorf("a folder that cannot be made: %+v, %q", f, c.Problems())
	}
}

func TestCacheFiles(t *testing.T) {
	dir := t.TempDir()
	c := NewCache(dir, time.Hour)
	c.putImage("sha256:1", &record{OS: "linux", User: "app"})
	folder := filepath.Join(dir, "v1")
	entries, _ := filepath.Glob(filepath.Join(folder, "*"))
	if len(entries) != 1 {
		t.Fatalf("entries: %q", entries)
	}
	c.putImage("sha256:2", &record{OS: "linux", User: strings.Repeat("x", maxEntry)})
	if c.image("sha256:1") == nil || c.image("sha256:2") != nil || c.image("sha256:3") != nil {
		t.Error("kept what is too large, or lost what is not")
	}

	old := func(name string, size int64, age time.Duration) string {
		path := filepath.Join(folder, name)
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Truncate(size); err != nil {
			t.Fatal(err)
		}
		_ = f.Close()
		at := time.Now().Add(-age)
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
		return path
	}
	gone := []string{old("image-a.json", 1, 9*time.Hour), old("image-b.json", maxEntries/2, 8*time.Hour), old(".writing1", 1, 2*time.Hour)}
	kept := []string{old("image-c.json", maxEntries/2, 7*time.Hour), old(".writing2", 1, time.Minute), entries[0]}
	NewCache(dir, time.Hour).putImage("sha256:4", &record{OS: "linux"})
	for _, path := range gone {
		if _, err := os.Stat(path); err == nil {
			t.Errorf("%s is still there", filepath.Base(path))
		}
	}
	for _, path := range kept {
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%s is gone", filepath.Base(path))
		}
	}
}
