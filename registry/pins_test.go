package registry

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/dfharden/dfharden/image"
)

func TestPins(t *testing.T) {
	s := serve(t)
	img := build(t, "", v1.Config{User: "app"}, alpine(t))
	latest, one := s.push(t, img, "app:latest"), s.push(t, img, "app:1")
	digest, err := img.Digest()
	if err != nil {
		t.Fatal(err)
	}
	untagged := strings.TrimSuffix(latest, ":latest")
	cache := NewCache(t.TempDir(), time.Hour)
	tests := []struct {
		ref   string
		all   bool
		want  string
		asked []string
	}{
		{one, false, "", nil},
		{latest, false, digest.String(), []string{"HEAD /v2/app/manifests/latest"}},
		{untagged, false, digest.String(), nil}, // the cache has it
		{one, true, digest.String(), []string{"HEAD /v2/app/manifests/1"}},
		{untagged + "@" + digest.String(), true, "", nil},
		{"scratch", true, "", nil},
		{"not a reference", true, "", nil},
	}
	for _, tt := range tests {
		c, _ := client(t, Options{Remote: true, Cache: cache})
		pins := c.Pins(image.Map{s.host + "/app": {User: "below"}}, tt.all)
		f := pins.Lookup(tt.ref)
		if f.Digest != tt.want || strings.HasPrefix(tt.ref, s.host) && f.User != "below" {
			t.Errorf("%s: %+v", tt.ref, f)
		}
		if again := pins.Lookup(tt.ref); again.Digest != tt.want {
			t.Errorf("%s, again: %+v", tt.ref, again)
		}
		if diff := cmp.Diff(tt.asked, s.requests()); diff != "" {
			t.Errorf("%s asks (-want +got):\n%s", tt.ref, diff)
		}
		if p := c.Problems(); len(p) > 0 {
			t.Errorf("%s: %q", tt.ref, p)
		}
	}

	c, _ := client(t, Options{})
	if f := c.Pins(image.Map{}, true).Lookup(latest); f.Digest != "" || len(s.requests()) > 0 {
		t.Errorf("without Remote: %+v", f)
	}
	l, err := OpenLocal(layoutOf(t, refName, map[string]v1.Image{"two:2": img}, nil))
	if err != nil {
		t.Fatal(err)
	}
	c, _ = client(t, Options{Local: []*Local{l}})
	if f := c.Pins(image.Map{}, true).Lookup("two:2"); f.Digest != digest.String() {
		t.Errorf("in a layout: %+v", f)
	}
	c, _ = client(t, Options{Remote: true})
	missing := s.host + "/none"
	c.Pins(image.Map{}, false).Lookup(missing)
	if p := c.Problems(); len(p) != 1 || p[0] != missing+": "+s.host+" has no such image or tag (404); its digest is not known" {
		t.Errorf("problems: %q", p)
	}
}

// TestPinned asks for an image again as a fix may have written it.
func TestPinned(t *testing.T) {
	s := serve(t)
	ref := s.push(t, build(t, "", v1.Config{User: "app"}, alpine(t)), "app:latest")
	c, _ := client(t, Options{Remote: true})
	first := lookup(c, ref)
	s.requests()
	for _, spelling := range []string{ref + "@" + first.Digest, strings.TrimSuffix(ref, ":latest") + "@" + first.Digest, strings.TrimSuffix(ref, ":latest")} {
		if f := lookup(c, spelling); f.UID != 1001 || f.Ref != spelling {
			t.Errorf("%s: %+v", spelling, f)
		}
	}
	if asked := s.requests(); len(asked) > 0 {
		t.Errorf("asked: %q", asked)
	}
}
