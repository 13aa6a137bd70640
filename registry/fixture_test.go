package registry

import (
	"archive/tar"
	"bytes"
	"context"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	served "github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/dfharden/dfharden/image"
)

// server is a registry on loopback that notes what it is asked, and may be made
// to fail.
type server struct {
	*httptest.Server
	host  string
	inner http.Handler

	mu    sync.Mutex
	asked []string // "GET /v2/app/manifests/1", since reset
	fault func(http.ResponseWriter, *http.Request) bool
}

// serve starts a registry.
func serve(t *testing.T) *server {
	t.Helper()
	s := &server{inner: served.New(served.Logger(log.New(io.Discard, "", 0)))}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked = append(s.asked, r.Method+" "+r.URL.Path)
		fault := s.fault
		s.mu.Unlock()
		if fault == nil || !fault(w, r) {
			s.inner.ServeHTTP(w, r)
		}
	}))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	t.Cleanup(s.Close)
	s.host = strings.TrimPrefix(s.URL, "http://")
	return s
}

// fail makes the registry answer by f, where that returns true.
func (s *server) fail(f func(http.ResponseWriter, *http.Request) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = f
}

// requests lists what was asked since the last call, the pings left out.
func (s *server) requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for _, r := range s.asked {
		if r != "GET /v2/" {
			out = append(out, r)
		}
	}
	s.asked = nil
	return out
}

// push puts an image or an index under "app:1" and returns its reference.
func (s *server) push(t *testing.T, what remote.Taggable, repoTag string) string {
	t.Helper()
	ref, err := name.ParseReference(s.host + "/" + repoTag)
	if err != nil {
		t.Fatal(err)
	}
	switch v := what.(type) {
	case v1.Image:
		err = remote.Write(ref, v)
	case v1.ImageIndex:
		err = remote.WriteIndex(ref, v)
	}
	if err != nil {
		t.Fatal(err)
	}
	s.requests()
	return ref.Name()
}

// build makes an image of layers, the lowest first.
func build(t *testing.T, platform string, c v1.Config, layers ...v1.Layer) v1.Image {
	t.Helper()
	img, err := mutate.AppendLayers(empty.Image, layers...)
	if err != nil {
		t.Fatal(err)
	}
	file, err := img.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	file = file.DeepCopy()
	p := parsePlatform(platform)
	file.OS, file.Architecture, file.Config = p.OS, p.Architecture, c
	if img, err = mutate.ConfigFile(img, file); err != nil {
		t.Fatal(err)
	}
	return img
}

// pack makes a layer. An entry is "dir/", "path", "path=content", "path->target"
// for a symbolic and "path=>target" for a hard link.
func pack(t *testing.T, entries ...string) v1.Layer {
	t.Helper()
	data := packed(t, entries...)
	l, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil })
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func packed(t *testing.T, entries ...string) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := tar.NewWriter(&buf)
	for _, e := range entries {
		h, content := &tar.Header{Name: e, Mode: 0o755}, ""
		if at, to, ok := strings.Cut(e, "->"); ok {
			h.Name, h.Linkname, h.Typeflag = at, to, tar.TypeSymlink
		} else if at, to, ok := strings.Cut(e, "=>"); ok {
			h.Name, h.Linkname, h.Typeflag = at, to, tar.TypeLink
		} else if strings.HasSuffix(e, "/") {
			h.Typeflag = tar.TypeDir
		} else {
			h.Name, content, _ = strings.Cut(e, "=")
			h.Typeflag, h.Size = tar.TypeReg, int64(len(content))
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// alpine is a layer that is like Alpine's, with an account app.
func alpine(t *testing.T) v1.Layer {
	t.Helper()
	return pack(t,
		"bin/", "bin/busybox", "bin/sh->/bin/busybox", "etc/", "etc/os-release->../usr/lib/os-release",
		"etc/passwd=root:x:0:0:root:/root:/bin/sh\napp:x:1001:1002::/home/app:/bin/sh\n", "etc/group=root:x:0:\nstaff:x:1002:\n",
		"sbin/", "sbin/apk", "usr/", "usr/sbin/", "usr/sbin/adduser->/bin/busybox", "usr/sbin/addgroup->/bin/busybox",
		"usr/lib/", "usr/lib/os-release=ID=alpine\nVERSION_ID=3.19.1\n")
}

// anonymous keeps the tests away from the credentials of who runs them.
type anonymous struct{}

func (anonymous) Resolve(authn.Resource) (authn.Authenticator, error) { return authn.Anonymous, nil }

// client makes a client that does not wait between attempts. What it would have
// waited is in the result.
func client(t *testing.T, o Options) (*Client, *[]time.Duration) {
	t.Helper()
	if o.Keychain == nil {
		o.Keychain = anonymous{}
	}
	var waits []time.Duration
	transport := &retrier{
		inner: roundTripper(o.Transport, max(o.Answer, time.Second)),
		sleep: func(_ context.Context, d time.Duration) error { waits = append(waits, d); return nil },
		now:   func() time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) },
	}
	c, err := newClient(t.Context(), o, transport)
	if err != nil {
		t.Fatal(err)
	}
	return c, &waits
}

// lookup asks about an image of which nothing else is known.
func lookup(c *Client, ref string) image.Facts { return c.Over(image.Map{}).Lookup(ref) }
