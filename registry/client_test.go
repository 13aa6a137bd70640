package registry

import (
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"

	"github.com/dfharden/dfharden/image"
)

// TestFacts reads an image that nothing is known of: its configuration and its
// files.
func TestFacts(t *testing.T) {
	s := serve(t)
	img := build(t, "", v1.Config{
		User: "app", WorkingDir: "/srv", Entrypoint: []string{"/tini", "--"}, Cmd: []string{"serve"},
		Env: []string{"PATH=/usr/bin:/bin", "EMPTY=", "URL=a=b"}, Volumes: map[string]struct{}{"/var/b": {}, "/var/a": {}},
		ExposedPorts: map[string]struct{}{"8080/tcp": {}, "53/udp": {}, "8080/udp": {}, "90-91": {}}, OnBuild: []string{"COPY . ."},
	}, alpine(t))
	ref := s.push(t, img, "team/app:1")
	digest, err := img.Digest()
	if err != nil {
		t.Fatal(err)
	}

	c, _ := client(t, Options{Remote: true})
	want := image.Facts{
		Ref: ref, Name: s.host + "/team/app", Tag: "1", Listed: true,
		OS: "linux", Arch: "amd64", Distro: image.Alpine, Release: "3.19", Tools: image.BusyBoxTools, Shell: image.Yes, Apk: image.Yes,
		User: "app", UserSet: true, UserIDs: true, UID: 1001, GID: 1002,
		Accounts: []image.Account{{Name: "app", UID: 1001, GID: 1002, Group: "staff", Home: "/home/app"}}, Groups: []image.Group{}, AccountsComplete: true,
		WorkDir: "/srv", Entrypoint: []string{"/tini", "--"}, Cmd: []string{"serve"}, Command: image.Program,
		Env:     map[string]string{"PATH": "/usr/bin:/bin", "EMPTY": "", "URL": "a=b"},
		Volumes: []string{"/var/a", "/var/b"}, Ports: []int{53, 8080}, OnBuild: true,
		Digest: digest.String(), Source: s.host + "/team/app@" + digest.String(), Evidence: "registry: " + digest.String()[:19] + "…",
	}
	if diff := cmp.Diff(want, lookup(c, ref)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if p := c.Problems(); len(p) > 0 {
		t.Errorf("problems: %q", p)
	}
}

// TestOverTable puts an answer over what the table knows: the configuration
// wins, what it cannot tell stays, and no layer is fetched.
func TestOverTable(t *testing.T) {
	s := serve(t)
	ref := s.push(t, build(t, "", v1.Config{User: "7:8", Cmd: []string{"server"}}, alpine(t)), "jdk:1")
	below := image.Map{s.host + "/jdk": {
		OS: "linux", Distro: image.Debian, Release: "bookworm", Tools: image.ShadowTools, Shell: image.Yes, Kind: image.JDK,
		UserSet: true, UserIDs: true, Cmd: []string{"jshell"}, Command: image.Interpreter, Drops: "app", Ports: []int{80},
		RuntimeTwin: "jre:1", WorkDir: "/old", Env: map[string]string{"OLD": "1"}, Evidence: "image table: jdk",
	}}
	c, _ := client(t, Options{Remote: true})
	got := c.Over(below).Lookup(ref)
	digest, evidence := got.Digest, got.Evidence
	got.Digest, got.Source, got.Evidence = "", "", ""
	want := image.Facts{
		Ref: ref, Name: s.host + "/jdk", Tag: "1", Listed: true,
		OS: "linux", Arch: "amd64", Distro: image.Debian, Release: "bookworm", Tools: image.ShadowTools, Shell: image.Yes, Kind: image.JDK,
		User: "7:8", UserSet: true, UserIDs: true, UID: 7, GID: 8,
		Cmd: []string{"server"}, Command: image.Program, Drops: "app", Ports: []int{80}, RuntimeTwin: "jre:1", WorkDir: "/",
		Env: map[string]string{}, Volumes: nil,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if want := "registry: " + shorten(digest) + "; image table: jdk"; evidence != want {
		t.Errorf("evidence %q, want %q", evidence, want)
	}
	if asked := s.requests(); len(asked) != 2 {
		t.Errorf("requests %q, want the manifest and the configuration", asked)
	}
}

// TestTriggers reads an image whose ONBUILD changes what it says of itself.
func TestTriggers(t *testing.T) {
	for trigger, want := range map[string]image.Facts{
		"COPY . .":                 {UserSet: true, UserIDs: true, WorkDir: "/", Cmd: []string{"serve"}, Command: image.Program},
		"USER app":                 {WorkDir: "/", Cmd: []string{"serve"}, Command: image.Program},
		"workdir /srv":             {UserSet: true, UserIDs: true, Cmd: []string{"serve"}, Command: image.Program},
		" ENTRYPOINT [\"/entry\"]": {UserSet: true, UserIDs: true, WorkDir: "/"},
	} {
		want.OS, want.OnBuild, want.Env = "linux", true, map[string]string{}
		got := (&record{OS: "linux", Cmd: []string{"serve"}, OnBuild: []string{"RUN make", trigger}}).over(image.Facts{})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", trigger, diff)
		}
	}
}

// TestCommand is who is right about what an image starts: the table knows more
// programs that only wait, the registry knows what is in the image.
func TestCommand(t *testing.T) {
	type words = []string
	tests := []struct {
		name       string
		table      image.Facts
		entry, cmd words
		want       image.Command
	}{
		{"unlisted", image.Facts{}, nil, words{"server"}, image.Program},
		{"unlisted, nothing", image.Facts{}, nil, nil, image.NoCommand},
		{"as listed", image.Facts{Cmd: words{"sbt"}, Command: image.Interpreter}, nil, words{"sbt"}, image.Interpreter},
		{"listed otherwise", image.Facts{Cmd: words{"sbt"}, Command: image.Interpreter}, nil, words{"server"}, image.Program},
		{"listed without words", image.Facts{Command: image.Interpreter}, words{"sbt"}, nil, image.Interpreter},
		{"listed without words, a shell", image.Facts{Command: image.Program}, nil, words{"sh"}, image.ShellCmd},
		{"listed as nothing", image.Facts{Command: image.NoCommand}, nil, words{"server"}, image.Program},
		{"nothing any more", image.Facts{Cmd: words{"server"}, Command: image.Program}, nil, nil, image.NoCommand},
	}
	for _, tt := range tests {
		r := &record{OS: "linux", Entrypoint: tt.entry, Cmd: tt.cmd}
		if got := r.over(tt.table).Command; got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestPlatform(t *testing.T) {
	s := serve(t)
	index := func(platforms ...string) v1.ImageIndex {
		idx := v1.ImageIndex(empty.Index)
		for _, p := range platforms {
			parsed := parsePlatform(p)
			if p == "unknown/unknown" { // an attestation
				parsed = v1.Platform{OS: "unknown", Architecture: "unknown"}
			}
			idx = mutate.AppendManifests(idx, mutate.IndexAddendum{
				Add: build(t, p, v1.Config{User: "5:5", Env: []string{"P=" + p}}, alpine(t)), Descriptor: v1.Descriptor{Platform: &parsed},
			})
		}
		return idx
	}
	all := s.push(t, index("unknown/unknown", "linux/arm/v7", "linux/arm64", "linux/amd64", "windows/amd64"), "all:1")
	arm := s.push(t, index("windows/amd64", "linux/arm64"), "arm:1")
	windows := s.push(t, index("windows/amd64"), "windows:1")
	single := s.push(t, build(t, "linux/s390x", v1.Config{Env: []string{"P=linux/s390x"}}, alpine(t)), "single:1")
	none := s.push(t, index("unknown/unknown"), "none:1")
	tests := []struct{ ref, platform, want string }{
		{all, "", "linux/amd64"},
		{all, "linux/amd64", "linux/amd64"},
		{all, "linux/arm64", "linux/arm64"},
		{all, "linux/arm64/v8", "linux/arm64"},
		{all, "linux/aarch64", "linux/arm64"},
		{all, "arm64", "linux/arm64"},
		{all, "linux/arm/v7", "linux/arm/v7"},
		{all, "linux/arm/v6", ""},
		{all, "windows", "windows/amd64"},
		{all, "linux/ppc64le", ""},
		{arm, "", "linux/arm64"},
		{arm, "linux/amd64", ""},
		{windows, "", "windows/amd64"},
		{single, "", "linux/s390x"},
		{single, "linux/amd64", "linux/s390x"}, // builders warn, and take it
		{none, "", ""},
	}
	c, _ := client(t, Options{Remote: true})
	missing := 0
	for _, tt := range tests {
		f := c.Over(image.Map{}).LookupPlatform(tt.ref, tt.platform)
		if f.Env["P"] != tt.want || f.Listed != (tt.want != "") {
			t.Errorf("%s for %q: %q (listed: %t), want %q", tt.ref, tt.platform, f.Env["P"], f.Listed, tt.want)
		}
		if tt.want == "" {
			missing++
		}
	}
	if p := c.Problems(); len(p) != missing || p[0] != all+": "+s.host+": it has no image for linux/arm/v6; checked without it" {
		t.Errorf("problems: %q", p)
	}
}

func TestWindows(t *testing.T) {
	s := serve(t)
	own := s.push(t, build(t, "windows/amd64", v1.Config{User: "ContainerUser"}, alpine(t)), "own:1")
	base := s.push(t, build(t, "windows/amd64", v1.Config{}, alpine(t)), "base:1")
	c, _ := client(t, Options{Remote: true})
	if f := lookup(c, own); f.OS != "windows" || f.Distro != image.Windows || f.User != "ContainerUser" || !f.UserSet {
		t.Errorf("%+v", f)
	}
	if f := lookup(c, base); f.UserSet || f.WorkDir != "" {
		t.Errorf("an image without a user is taken for one with a known user: %+v", f)
	}
	below := image.Map{s.host + "/base": {OS: "linux", Distro: image.Debian, UserSet: true, UserIDs: true}}
	if f := c.Over(below).Lookup(base); f.Distro != image.Windows || f.UserSet {
		t.Errorf("facts of Linux are on a Windows image: %+v", f)
	}
	for _, r := range s.requests() {
		if r == "GET /v2/own/blobs/"+layerDigest(t) {
			t.Error("a layer was fetched")
		}
	}
}

func layerDigest(t *testing.T) string {
	t.Helper()
	h, err := alpine(t).Digest()
	if err != nil {
		t.Fatal(err)
	}
	return h.String()
}

// TestOnce asks for one image from many sides at once.
func TestOnce(t *testing.T) {
	s := serve(t)
	ref := s.push(t, build(t, "", v1.Config{User: "app"}, alpine(t)), "app:1")
	c, _ := client(t, Options{Remote: true})
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if f := lookup(c, ref); f.UID != 1001 {
				t.Errorf("%+v", f)
			}
		})
	}
	wg.Wait()
	if asked := s.requests(); len(asked) != 4 { // manifest, configuration; manifest by digest, layer
		t.Errorf("requests: %q", asked)
	}
}

func TestNotAsked(t *testing.T) {
	s := serve(t)
	ref := s.push(t, build(t, "", v1.Config{}, alpine(t)), "app:1")
	offline, _ := client(t, Options{})
	if f := lookup(offline, ref); f.Listed || f.Ref != ref {
		t.Errorf("without Remote: %+v", f)
	}
	online, _ := client(t, Options{Remote: true})
	for _, ref := range []string{"scratch", "not a reference", s.host + "/Upper:1"} {
		if f := online.Over(image.Table()).Lookup(ref); f.Listed != (ref == "scratch") {
			t.Errorf("%q: %+v", ref, f)
		}
	}
	if asked := s.requests(); len(asked) > 0 {
		t.Errorf("asked: %q", asked)
	}
	want := []string{
		s.host + "/Upper:1: no registry takes this name; checked without it",
		"not a reference: no registry takes this name; checked without it",
	}
	if diff := cmp.Diff(want, online.Problems()); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}
