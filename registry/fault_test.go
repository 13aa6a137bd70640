package registry

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/authn"
	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/dfharden/dfharden/image"
)

// answerWith makes a registry answer some requests with a status, the first n of
// them; n < 0 is all. The pings go through.
func answerWith(part string, n, status int, header ...string) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.Contains(r.URL.Path, part) || n == 0 {
			return false
		}
		n--
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		return true
	}
}

// half makes a registry break off in the middle of its answers.
func half(s *server, part string) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.Contains(r.URL.Path, part) {
			return false
		}
		whole := httptest.NewRecorder()
		s.inner.ServeHTTP(whole, r)
		maps.Copy(w.Header(), whole.Header())
		w.Header().Set("Content-Length", strconv.Itoa(whole.Body.Len()))
		_, _ = w.Write(whole.Body.Next(whole.Body.Len() / 2))
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
}

// TestFaults is what becomes of a check when the registry fails: facts of the
// configuration, or none; a line that says why; and no more requests than it takes.
func TestFaults(t *testing.T) {
	const sec = time.Second
	tests := []struct {
		name    string
		fault   func(http.ResponseWriter, *http.Request) bool
		listed  bool
		problem string // HOST and REF stand for themselves
		waits   []time.Duration
		asked   int
	}{
		{"a login is wanted", answerWith("/manifests/", -1, 401), false, "REF: HOST wants a login, or has no such image (401); docker login HOST; checked without it", nil, 1},
		{"access is denied", answerWith("/manifests/", -1, 403), false, "REF: HOST wants a login, or has no such image (403); docker login HOST; checked without it", nil, 1},
		{"no such image", answerWith("/manifests/", -1, 404), false, "REF: HOST has no such image or tag (404); checked without it", nil, 1},
		{"too many requests, for a moment", answerWith("/manifests/", 2, 429), true, "", []time.Duration{sec / 2, sec}, 6},
		{"too many requests, with a time", answerWith("/manifests/", 1, 429, "Retry-After", "7"), true, "", []time.Duration{7 * sec}, 5},
		{"too many requests, with a date", answerWith("/manifests/", 1, 429, "Retry-After", "Thu, 01 Jan 2026 00:00:04 GMT"), true, "", []time.Duration{4 * sec}, 5},
		{"too many requests, with a date gone by", answerWith("/manifests/", 1, 429, "Retry-After", "Thu, 01 Jan 2015 00:00:04 GMT"), true, "", []time.Duration{0}, 5},
		{"too many requests, for an hour", answerWith("/manifests/", -1, 429, "Retry-After", "3600"), false, "REF: HOST: it limits requests (429), and asks to come back in 1h0m0s; docker login may raise the limit; checked without it", nil, 1},
		{"too many requests, for ever", answerWith("/manifests/", -1, 429), false, "REF: HOST limits requests (429); docker login may raise the limit; checked without it", []time.Duration{sec / 2, sec}, 3},
		{"a header that says nothing", answerWith("/manifests/", 1, 503, "Retry-After", "soon"), true, "", []time.Duration{sec / 2}, 5},
		{"out of order", answerWith("/manifests/", -1, 500), false, "REF: HOST answers with an error (500 Internal Server Error); checked without it", []time.Duration{sec / 2, sec}, 3},
		{"half a manifest", nil, false, "REF: HOST broke off its answer; checked without it", nil, 2},
		{"half a configuration", nil, false, "REF: HOST broke off its answer; checked without it", nil, 4},
		{"a manifest that is none", func(w http.ResponseWriter, r *http.Request) bool {
			if strings.Contains(r.URL.Path, "/manifests/") {
				w.Header().Set("Content-Type", "application/vnd.oci.image.manifest.v1+json")
				_, _ = w.Write([]byte(`{"schemaVersion":2,"config":{"mediaType":"application/vnd.cncf.helm.config.v1+json","digest":"sha256:` + strings.Repeat("0", 64) + `"},"layers":[]}`))
				return true
			}
			return false
		}, false, "REF: HOST: it is not a container image; checked without it", nil, 1},
		{"a manifest of the old form", func(w http.ResponseWriter, r *http.Request) bool {
			if strings.Contains(r.URL.Path, "/manifests/") {
				w.Header().Set("Content-Type", "application/vnd.docker.distribution.manifest.v1+json")
				_, _ = w.Write([]byte(`{"schemaVersion":1}`))
				return true
			}
			return false
		}, false, "REF: HOST: its manifest has the old form, schema 1; checked without it", nil, 1},
		{"other bytes than the digest says", func(w http.ResponseWriter, r *http.Request) bool {
			if strings.Contains(r.URL.Path, "/blobs/") {
				_, _ = w.Write([]byte(`{"config":{"User":"forged"}}`))
				return true
			}
			return false
		}, false, "", nil, 2},
	}
	for _, tt := range tests {
		s := serve(t)
		ref := s.push(t, build(t, "", v1.Config{User: "app"}, alpine(t)), "app:1")
		switch s.fail(tt.fault); tt.name {
		case "half a manifest":
			s.fail(half(s, "/manifests/"))
		case "half a configuration":
			s.fail(half(s, "/blobs/"))
		}
		c, waits := client(t, Options{Remote: true})
		f := lookup(c, ref)
		if f.Listed != tt.listed {
			t.Errorf("%s: listed is %t: %+v", tt.name, f.Listed, f)
		}
		said := strings.NewReplacer(ref, "REF", s.host, "HOST").Replace(strings.Join(c.Problems(), "\n"))
		if tt.problem != said && (tt.problem != "" || tt.listed) {
			t.Errorf("%s: said %q, want %q", tt.name, said, tt.problem)
		}
		if !tt.listed && len(c.Problems()) != 1 {
			t.Errorf("%s: %d lines: %q", tt.name, len(c.Problems()), said)
		}
		if diff := cmp.Diff(tt.waits, *waits); diff != "" {
			t.Errorf("%s: waits (-want +got):\n%s", tt.name, diff)
		}
		if asked := s.requests(); len(asked) != tt.asked {
			t.Errorf("%s: %d requests, want %d: %q", tt.name, len(asked), tt.asked, asked)
		}
	}
}

// TestLayerFault breaks off a layer: what the configuration says stays.
func TestLayerFault(t *testing.T) {
	for name, fault := range map[string]func(http.ResponseWriter, *http.Request) bool{
		"half a layer":     nil,
		"no layer":         answerWith("/blobs/"+layerDigest(t), -1, 404),
		"another layer":    answerWith("/blobs/"+layerDigest(t), -1, 200),
		"layer out of use": answerWith("/blobs/"+layerDigest(t), -1, 502),
	} {
		s := serve(t)
		ref := s.push(t, build(t, "", v1.Config{User: "app", Cmd: []string{"serve"}}, alpine(t)), "app:1")
		if s.fail(fault); fault == nil {
			s.fail(half(s, "/blobs/"+layerDigest(t)))
		}
		c, _ := client(t, Options{Remote: true, Cache: NewCache(t.TempDir(), time.Hour)})
		f := lookup(c, ref)
		if !f.Listed || f.User != "app" || f.UserIDs || f.Distro != "" || f.AccountsComplete || f.Command != image.Program {
			t.Errorf("%s: %+v", name, f)
		}
		p := c.Problems()
		if len(p) != 1 || !strings.HasSuffix(p[0], "; its distribution and accounts are not looked up") {
			t.Errorf("%s: %q", name, p)
		}
		s.fail(nil)
		again, _ := client(t, c.o)
		if f := lookup(again, ref); f.UID != 1001 {
			t.Errorf("%s: the fault stays in the cache: %+v", name, f)
		}
	}
}

// TestHuge does not fetch a layer that is too large: its size is in the manifest.
func TestHuge(t *testing.T) {
	s := serve(t)
	img := build(t, "", v1.Config{User: "app"}, alpine(t))
	ref := s.push(t, img, "app:1")
	m, err := img.Manifest()
	if err != nil {
		t.Fatal(err)
	}
	huge := m.DeepCopy()
	huge.Layers[0].Size = maxFetched + 1
	data, err := json.Marshal(huge)
	if err != nil {
		t.Fatal(err)
	}
	digest, _, err := v1.SHA256(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	s.fail(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.Contains(r.URL.Path, "/manifests/") {
			return false
		}
		w.Header().Set("Content-Type", string(huge.MediaType))
		_, _ = w.Write(data)
		return true
	})
	c, _ := client(t, Options{Remote: true})
	if f := lookup(c, ref); f.User != "app" || f.UserIDs || f.Distro != "" || f.Digest != digest.String() {
		t.Errorf("%+v", f)
	}
	want := []string{ref + ": its layers have more than the 128 MB that are read; its distribution and accounts are not looked up"}
	if diff := cmp.Diff(want, c.Problems()); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	for _, r := range s.requests() {
		if strings.HasSuffix(r, layerDigest(t)) {
			t.Errorf("asked: %s", r)
		}
	}
}

func TestSleep(t *testing.T) {
	if err := sleep(t.Context(), 0); err != nil {
		t.Error(err)
	}
	stopped, stop := context.WithCancelCause(t.Context())
	stop(&slow{time.Second})
	if err := sleep(stopped, time.Hour); !errors.As(err, new(*slow)) {
		t.Errorf("stopped: %v", err)
	}
}

// TestSlow never gets an answer.
func TestSlow(t *testing.T) {
	s := serve(t)
	ref := s.push(t, build(t, "", v1.Config{}, alpine(t)), "app:1")
	done := make(chan struct{})
	t.Cleanup(func() { close(done) })
	hang := func(_ http.ResponseWriter, r *http.Request) bool {
		if !strings.Contains(r.URL.Path, "/manifests/") {
			return false
		}
		select {
		case <-r.Context().Done():
		case <-done:
		}
		return true
	}
	s.fail(hang)
	c, waits := client(t, Options{Remote: true, Config: 20 * time.Millisecond})
	if f := lookup(c, ref); f.Listed {
		t.Errorf("%+v", f)
	}
	lookup(c, s.host+"/other:1")
	want := []string{
		ref + ": " + s.host + " does not answer: gave up after 20ms; checked without it",
		s.host + "/other:1: " + s.host + " did not answer before, and is not asked again; checked without it",
	}
	if diff := cmp.Diff(want, c.Problems()); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	if asked := s.requests(); len(asked) > 1 || len(*waits) != 0 {
		t.Errorf("asked %q, waited %v", asked, *waits)
	}

	begins, err := New(t.Context(), Options{Remote: true, Answer: 20 * time.Millisecond, Keychain: anonymous{}})
	if err != nil {
		t.Fatal(err)
	}
	lookup(begins, ref)
	if p := begins.Problems(); len(p) != 1 || p[0] != ref+": "+s.host+" does not answer; checked without it" {
		t.Errorf("an answer that does not begin: %q", p)
	}
}

func TestUnreachable(t *testing.T) {
	closed := httptest.NewServer(http.NotFoundHandler())
	host := strings.TrimPrefix(closed.URL, "http://")
	closed.Close()
	untrusted := httptest.NewUnstartedServer(http.NotFoundHandler())
	untrusted.Config.ErrorLog = log.New(io.Discard, "", 0)
	untrusted.StartTLS()
	defer untrusted.Close()
	tls := strings.TrimPrefix(untrusted.URL, "https://")
	c, _ := client(t, Options{Remote: true})
	lookup(c, host+"/app:1")
	if p := c.Problems(); len(p) != 1 || !strings.HasPrefix(p[0], host+"/app:1: "+host+" cannot be reached: connect: connection refused") {
		t.Errorf("closed: %q", p)
	}
	c, _ = client(t, Options{Remote: true})
	lookup(c, tls+"/app:1")
	if p := c.Problems(); len(p) != 1 || !strings.Contains(p[0], tls+": its certificate is not trusted") {
		t.Errorf("untrusted: %q", p)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	c, err := New(stopped, Options{Remote: true, Keychain: anonymous{}})
	if err != nil {
		t.Fatal(err)
	}
	lookup(c, host+"/app:1")
	if p := c.Problems(); len(p) != 1 || p[0] != host+"/app:1: stopped; checked without it" {
		t.Errorf("stopped: %q", p)
	}
}

// keys is a keychain by registry.
type keys map[string]authn.Authenticator

func (k keys) Resolve(r authn.Resource) (authn.Authenticator, error) {
	if a := k[r.RegistryStr()]; a != nil {
		return a, nil
	}
	return nil, errors.New("the credential helper is broken")
}

// stuck is a keychain whose helper never ends.
type stuck struct{ done chan struct{} }

func (s stuck) Resolve(authn.Resource) (authn.Authenticator, error) {
	<-s.done
	return authn.Anonymous, nil
}

func TestCredentials(t *testing.T) {
	s := serve(t)
	ref := s.push(t, build(t, "", v1.Config{User: "5:5"}, alpine(t)), "private:1")
	s.fail(func(w http.ResponseWriter, r *http.Request) bool {
		if user, password, _ := r.BasicAuth(); user == "me" && password == "secret" {
			return false
		}
		w.Header().Set("WWW-Authenticate", `Basic realm="test"`)
		w.WriteHeader(http.StatusUnauthorized)
		return true
	})
	c, _ := client(t, Options{Remote: true, Keychain: keys{s.host: &authn.Basic{Username: "me", Password: "secret"}}})
	if f := lookup(c, ref); !f.Listed {
		t.Errorf("with credentials: %q", c.Problems())
	}
	c, _ = client(t, Options{Remote: true, Keychain: keys{}})
	if f := lookup(c, ref); f.Listed || !strings.Contains(c.Problems()[0], "wants a login") {
		t.Errorf("without: %+v, %q", f, c.Problems())
	}
	s.fail(nil)
	c, _ = client(t, Options{Remote: true, Keychain: keys{}})
	if f := lookup(c, ref); !f.Listed {
		t.Errorf("a broken helper keeps a public image away: %q", c.Problems())
	}
	done := make(chan struct{})
	defer close(done)
	c, _ = client(t, Options{Remote: true, Keychain: stuck{done}, Config: 20 * time.Millisecond})
	if f := lookup(c, ref); f.Listed || !strings.Contains(c.Problems()[0], "gave up after 20ms") {
		t.Errorf("a stuck helper: %+v, %q", f, c.Problems())
	}
}

func TestMirrors(t *testing.T) {
	s := serve(t)
	s.push(t, build(t, "", v1.Config{User: "5:5"}, alpine(t)), "hub/library/app:1")
	pinned := s.push(t, build(t, "", v1.Config{User: "6:6"}, alpine(t)), "team/tool:2")
	plain, _ := client(t, Options{Remote: true})
	c := plain.With(map[string]string{"docker.io": s.host + "/hub/", "docker.io/team": s.host + "/team"})
	tests := []struct{ ref, user string }{
		{"app:1", "5:5"},
		{"docker.io/library/app:1", "5:5"},
		{"team/tool:2", "6:6"},
		{"team/tool@" + lookup(c, pinned).Digest, "6:6"},
		{"team/tool:9@" + lookup(c, pinned).Digest, "6:6"},
	}
	for _, tt := range tests {
		if f := lookup(c, tt.ref); f.User != tt.user || f.Ref != tt.ref {
			t.Errorf("%s: %+v; %q", tt.ref, f, c.Problems())
		}
	}
	s.requests()
	if f := lookup(plain, pinned); f.User != "6:6" || len(s.requests()) > 0 {
		t.Errorf("what the one was told the other does not know: %+v", f)
	}
	if f := c.Pins(image.Map{}, true).Lookup("team/tool:2"); f.Digest == "" {
		t.Errorf("no digest by a mirror: %q", c.Problems())
	}
}
