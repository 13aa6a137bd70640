package registry

import (
	"fmt"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// defaultPlatform is what is taken where FROM names none.
var defaultPlatform = v1.Platform{OS: "linux", Architecture: "amd64"}

// architectures are other spellings of what Go calls an architecture.
var architectures = map[string]string{"x86_64": "amd64", "x86-64": "amd64", "i386": "386", "aarch64": "arm64", "armhf": "arm", "armel": "arm"}

// parsePlatform reads a platform as FROM --platform has it: "linux/arm64/v8",
// "linux" or "arm64".
func parsePlatform(text string) v1.Platform {
	p := defaultPlatform
	parts := strings.Split(strings.ToLower(text), "/")
	switch {
	case text == "":
		return p
	case len(parts) > 1:
		p.OS, p.Architecture = parts[0], parts[1]
	case text == "linux" || text == "windows":
		p.OS = parts[0]
	default:
		p.Architecture = parts[0]
	}
	if name := architectures[p.Architecture]; name != "" {
		p.Architecture = name
	}
	if len(parts) > 2 && (p.Architecture != "arm64" || parts[2] != "v8") { // that is arm64's only one
		p.Variant = parts[2]
	}
	return p
}

// choose returns the image of an index for a platform. Where none is named and
// the usual one is not there, any of Linux will do, and then any other.
func choose(index v1.ImageIndex, platform string) (v1.Image, v1.Hash, error) {
	list, err := index.IndexManifest()
	if err != nil {
		return nil, v1.Hash{}, err
	}
	want, best, rank := parsePlatform(platform), v1.Descriptor{}, 0
	for _, d := range list.Manifests {
		if !d.MediaType.IsImage() || d.Platform == nil && len(list.Manifests) > 1 {
			continue
		}
		if r := fit(d.Platform, want, platform != ""); r > rank {
			best, rank = d, r
		}
	}
	if rank == 0 {
		if platform == "" {
			return nil, v1.Hash{}, fmt.Errorf("it has no image for any platform")
		}
		return nil, v1.Hash{}, fmt.Errorf("it has no image for %s", platform)
	}
	img, err := index.Image(best.Digest)
	return img, best.Digest, err
}

// fit grades how well an image fits a platform; 0 is not at all.
func fit(have *v1.Platform, want v1.Platform, exactly bool) int {
	switch {
	case have == nil: // the only one
		return 1
	case have.OS == want.OS && have.Architecture == want.Architecture && (want.Variant == "" || have.Variant == want.Variant):
		return 4
	case exactly || have.OS == "unknown": // an attestation
		return 0
	case have.OS == want.OS:
		return 3
	}
	return 2
}
