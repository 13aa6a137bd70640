package main

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"io"
	"io/fs"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"github.com/google/go-containerregistry/pkg/name"
	served "github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/rogpeppe/go-internal/testscript"
)

// requests counts what the registry of a script was asked; the key in the
// script's values.
type requests struct{}

// startRegistry is the command `registry`: it starts a registry on loopback, the
// host of which is $REGISTRY.
func startRegistry(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: registry")
	}
	inner := served.New(served.Logger(log.New(io.Discard, "", 0)))
	count, _ := ts.Value(requests{}).(*atomic.Int64)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		count.Add(1)
		inner.ServeHTTP(w, r)
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	ts.Defer(server.Close)
	ts.Setenv("REGISTRY", strings.TrimPrefix(server.URL, "http://"))
}

// asked is the command `asked`: it holds if the registry was asked anything since
// the last time, and `! asked` if it was not.
func asked(ts *testscript.TestScript, neg bool, _ []string) {
	count, _ := ts.Value(requests{}).(*atomic.Int64)
	if n := count.Swap(0); n > 0 == neg {
		ts.Fatalf("the registry was asked %d times", n)
	}
}

// makeImage is the command `image WHERE NAME CONFIG [ROOTFS]`: it makes an image
// of a configuration, and of a folder that becomes its layer. WHERE is registry, or
// what is written: an OCI layout if it ends in a slash, else an archive.
func makeImage(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: image registry|LAYOUT/|ARCHIVE NAME CONFIG [ROOTFS]")
	}
	var config v1.Config
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[2])), &config))
	img := empty.Image
	var err error
	if len(args) > 3 {
		data := packFolder(ts, ts.MkAbs(args[3]))
		l, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil })
		ts.Check(err)
		img, err = mutate.AppendLayers(img, l)
		ts.Check(err)
	}
	file, err := img.ConfigFile()
	ts.Check(err)
	file = file.DeepCopy()
	file.OS, file.Architecture, file.Config = "linux", "amd64", config
	img, err = mutate.ConfigFile(img, file)
	ts.Check(err)
	publishImage(ts, img, args[0], args[1])
}

func publishImage(ts *testscript.TestScript, img v1.Image, where, repoTag string) {
	tag, err := name.NewTag(repoTag)
	ts.Check(err)
	switch path := ts.MkAbs(where); {
	case where == "registry":
		ts.Check(remote.Write(tag, img))
		count, _ := ts.Value(requests{}).(*atomic.Int64)
		count.Store(0)
	case strings.HasSuffix(where, "/"):
		to, err := layout.Write(path, empty.Index)
		ts.Check(err)
		ts.Check(to.AppendImage(img, layout.WithAnnotations(map[string]string{"org.opencontainers.image.ref.name": repoTag})))
	default:
		ts.Check(tarball.WriteToFile(path, tag, img))
	}
}

// packFolder makes an archive of a folder.
func packFolder(ts *testscript.TestScript, dir string) []byte {
	var buf bytes.Buffer
	w := tar.NewWriter(&buf)
	ts.Check(filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		if err := w.WriteHeader(&tar.Header{Name: filepath.ToSlash(rel), Typeflag: tar.TypeReg, Mode: 0o755, Size: int64(len(data))}); err != nil {
			return err
		}
		_, err = w.Write(data)
		return err
	}))
	ts.Check(w.Close())
	return buf.Bytes()
}
