package registry

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/dfharden/dfharden/image"
)

// layoutOf writes an OCI layout. The images are named by the annotation.
func layoutOf(t *testing.T, annotation string, images map[string]v1.Image, indexes map[string]v1.ImageIndex) string {
	t.Helper()
	dir := t.TempDir()
	to, err := layout.Write(dir, empty.Index)
	if err != nil {
		t.Fatal(err)
	}
	named := func(name string) layout.Option { return layout.WithAnnotations(map[string]string{annotation: name}) }
	for name, img := range images {
		if err := to.AppendImage(img, named(name)); err != nil {
			t.Fatal(err)
		}
	}
	for name, index := range indexes {
		if err := to.AppendIndex(index, named(name)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// archiveOf writes an archive as docker save does.
func archiveOf(t *testing.T, images map[string]v1.Image) string {
	t.Helper()
	byTag := map[name.Tag]v1.Image{}
	for repoTag, img := range images {
		tag, err := name.NewTag(repoTag)
		if err != nil {
			t.Fatal(err)
		}
		byTag[tag] = img
	}
	path := filepath.Join(t.TempDir(), "images.tar")
	if err := tarball.MultiWriteToFile(path, byTag); err != nil {
		t.Fatal(err)
	}
	return path
}

func zipped(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	w := gzip.NewWriter(&buf)
	_, _ = w.Write(data)
	_ = w.Close()
	if err := os.WriteFile(path+".gz", buf.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path + ".gz"
}

func TestLocal(t *testing.T) {
	one := build(t, "", v1.Config{User: "app"}, alpine(t))
	two := build(t, "", v1.Config{User: "7:7"}, alpine(t))
	arm := build(t, "linux/arm64", v1.Config{User: "8:8"}, alpine(t))
	digest, err := one.Digest()
	if err != nil {
		t.Fatal(err)
	}
	index := mutate.AppendManifests(empty.Index,
		mutate.IndexAddendum{Add: two, Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: "amd64"}}},
		mutate.IndexAddendum{Add: arm, Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: "arm64"}}})
	both := map[string]v1.Image{"example.com/one:1": one, "two:2": two}
	archive := archiveOf(t, both)
	single := archiveOf(t, map[string]v1.Image{"example.com/one:1": one})
	tests := []struct{ name, arg, ref, platform, user string }{
		{"a layout", layoutOf(t, refName, both, nil), "example.com/one:1", "", "app"},
		{"a name of the Hub", layoutOf(t, containerdName, map[string]v1.Image{"docker.io/library/two:2": two}, nil), "two:2", "", "7:7"},
		{"no tag", layoutOf(t, refName, map[string]v1.Image{"example.com/one:latest": one}, nil), "example.com/one", "", "app"},
		{"another tag", layoutOf(t, refName, both, nil), "example.com/one:2", "", ""},
		{"another registry", layoutOf(t, refName, both, nil), "example.org/one:1", "", ""},
		{"by digest", layoutOf(t, refName, both, nil), "example.com/any@" + digest.String(), "", "app"},
		{"a digest decides", layoutOf(t, refName, both, nil), "example.com/one:1@sha256:" + strings.Repeat("0", 64), "", ""},
		{"several platforms", layoutOf(t, refName, nil, map[string]v1.ImageIndex{"two:2": index}), "two:2", "", "7:7"},
		{"one of several platforms", layoutOf(t, refName, nil, map[string]v1.ImageIndex{"two:2": index}), "two:2", "linux/arm64", "8:8"},
		{"a name given", "mine:1=" + layoutOf(t, refName, map[string]v1.Image{"1": one}, nil), "mine:1", "", "app"},
		{"an archive", archive, "example.com/one:1", "", "app"},
		{"the second of an archive", archive, "docker.io/library/two:2", "", "7:7"},
		{"not in the archive", archive, "two:1", "", ""},
		{"a compressed archive", zipped(t, archive), "two:2", "", "7:7"},
		{"a name given to an archive", "mine=" + single, "mine:latest", "", "app"},
	}
	for _, tt := range tests {
		l, err := OpenLocal(tt.arg)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		c, _ := client(t, Options{Local: []*Local{l}})
		f := c.Over(image.Map{}).LookupPlatform(tt.ref, tt.platform)
		if f.User != tt.user || f.Listed != (tt.user != "") || f.Listed && !f.UserIDs {
			t.Errorf("%s: %+v; %q", tt.name, f, c.Problems())
		}
		if p := c.Problems(); len(p) > 0 {
			t.Errorf("%s: %q", tt.name, p)
		}
		if tt.user == "app" && (f.Distro != image.Alpine || f.UID != 1001) {
			t.Errorf("%s: the layers were not read: %+v", tt.name, f)
		}
	}
}

// TestLocalDamage reads a layout of which a part is gone.
func TestLocalDamage(t *testing.T) {
	img := build(t, "", v1.Config{User: "app"}, alpine(t))
	config, err := img.ConfigName()
	if err != nil {
		t.Fatal(err)
	}
	for name, hex := range map[string]string{"the configuration": config.Hex, "a layer": strings.TrimPrefix(layerDigest(t), "sha256:")} {
		dir := layoutOf(t, refName, map[string]v1.Image{"example.com/one:1": img}, nil)
		l, err := OpenLocal(dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(filepath.Join(dir, "blobs", "sha256", hex)); err != nil {
			t.Fatal(err)
		}
		c, _ := client(t, Options{Local: []*Local{l}})
		f := lookup(c, "example.com/one:1")
		if p := c.Problems(); len(p) != 1 || f.UserIDs || f.Listed != (name == "a layer") {
			t.Errorf("%s: %+v; %q", name, f, p)
		}
	}
}

func TestOpenLocalRefuses(t *testing.T) {
	text := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(text, []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	img := build(t, "", v1.Config{}, alpine(t))
	unnamed := layoutOf(t, refName, map[string]v1.Image{"latest": img}, nil)
	broken := t.TempDir()
	if err := os.WriteFile(filepath.Join(broken, "index.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	packedLayout := filepath.Join(t.TempDir(), "layout.tar")
	if err := os.WriteFile(packedLayout, packed(t, "blobs/", "./oci-layout={}", "index.json={}"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ arg, want string }{
		{filepath.Join(t.TempDir(), "nothere"), "no such file or directory"},
		{t.TempDir(), "not an OCI layout: it has no index.json"},
		{broken, "index.json: "},
		{text, "neither an OCI layout nor an archive of docker save"},
		{packedLayout, "it is an archive of an OCI layout: unpack it, and name the folder"},
		{unnamed, "the image in it has no name; give it one: NAME=" + filepath.ToSlash(unnamed)},
		{layoutOf(t, refName, nil, nil), "there is no image in it"},
		{"Not A Name=" + unnamed, "invalid reference format"},
		{"a:1=" + archiveOf(t, map[string]v1.Image{"a:1": img, "b:1": img}), "there are 2 images in it, which cannot all be a:1"},
	}
	for _, tt := range tests {
		if _, err := OpenLocal(tt.arg); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.arg, err, tt.want)
		}
	}
}
