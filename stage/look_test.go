package stage

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dfharden/dfharden/image"
)

// asked is a Lookup that notes what it is asked.
type asked struct{ refs []string }

func (a *asked) Lookup(ref string) image.Facts { return a.LookupPlatform(ref, "") }

func (a *asked) LookupPlatform(ref, platform string) image.Facts {
	if platform != "" {
		ref += " for " + platform
	}
	a.refs = append(a.refs, ref)
	return image.Table().Lookup(ref)
}

// TestLook shows which images Images is asked about: it may have to ask a
// registry for each.
func TestLook(t *testing.T) {
	tests := []struct {
		name, src, target string
		want              []string
	}{
		{"the base of the image only", "FROM golang:1.22 AS build\nFROM build AS more\nFROM example.com/run:1\nCOPY --from=build /a /a\n", "", []string{"example.com/run:1"}},
		{"through a stage", "FROM example.com/run:1 AS base\nFROM golang\nFROM base\n", "", []string{"example.com/run:1"}},
		{"the target", "FROM golang:1.22 AS build\nFROM alpine\n", "build", []string{"golang:1.22"}},
		{"a root file system from a stage", "FROM example.com/build AS files\nFROM golang AS other\nFROM scratch\nCOPY --from=other /a /a\nCOPY --from=files / /\n", "", []string{"example.com/build", "scratch"}},
		{"a root file system from an image", "FROM scratch\nCOPY --from=example.com/files:1 / /\n", "", []string{"scratch", "example.com/files:1"}},
		{"not for a stage beside", "FROM scratch AS beside\nCOPY --from=example.com/files:1 / /\nFROM alpine\n", "", []string{"alpine"}},
		{"a platform", "FROM --platform=linux/arm64 example.com/run\n", "", []string{"example.com/run for linux/arm64"}},
		{"the builder's platform", "FROM --platform=$BUILDPLATFORM example.com/run\n", "", []string{"example.com/run for linux/amd64"}},
		{"a platform by argument", "ARG P\nFROM --platform=$P example.com/run\n", "", []string{"example.com/run"}},
		{"a base by argument", "ARG BASE\nFROM $BASE\n", "", nil},
	}
	for _, tt := range tests {
		images := &asked{}
		build(t, tt.src, Options{Target: tt.target, Images: images, Others: image.Table()})
		if diff := cmp.Diff(tt.want, images.refs); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}
