package image

import (
	_ "crypto/sha256" // without these a reference with a digest is
	_ "crypto/sha512" // refused: "unsupported digest algorithm"
	"strings"

	"github.com/distribution/reference"
)

// hubMirrors are registries that serve Docker Hub's own images under another
// name; what follows the prefix is the name on the Hub.
var hubMirrors = []string{
	"public.ecr.aws/docker/",           // Docker's own mirror of the official images
	"mirror.gcr.io/",                   // Google's cache of Docker Hub
	"mcr.microsoft.com/mirror/docker/", // Microsoft's copy of some official images
	"registry-1.docker.io/",            // the Hub's API host
	"registry.hub.docker.com/",         // likewise
}

// Normalise splits a reference into the short name that people know the
// repository by, its tag and its digest: "docker.io/library/alpine" is "alpine",
// "docker.io/bitnami/redis" is "bitnami/redis", and a name on another registry
// keeps its host. The tag is "latest" if neither tag nor digest is given, and ""
// if only a digest is. "scratch" is a name of its own and has no tag. A name with
// upper-case letters, which no registry takes, comes back as it is written.
func Normalise(ref string) (name, tag, digest string, err error) {
	if ref == "scratch" {
		return ref, "", "", nil
	}
	named, err := reference.ParseDockerRef(ref)
	if err != nil {
		if name, tag, digest, ok := upperCase(ref); ok {
			return name, tag, digest, nil
		}
		return "", "", "", err
	}
	name = reference.FamiliarName(named)
	for _, mirror := range hubMirrors {
		if rest, ok := strings.CutPrefix(name, mirror); ok {
			name = strings.TrimPrefix(rest, "library/")
			break
		}
	}
	return name, tagOf(ref, named), digestOf(named), nil
}

// tagOf returns the tag of a reference. ParseDockerRef drops the tag of a
// reference that has a digest too, so that one is cut out of the text.
func tagOf(ref string, named reference.Named) string {
	if tagged, ok := named.(reference.Tagged); ok {
		return tagged.Tag()
	}
	before, _, _ := strings.Cut(ref, "@")
	if i := strings.LastIndexByte(before, ':'); i > strings.LastIndexByte(before, '/') {
		return before[i+1:]
	}
	return ""
}

func digestOf(named reference.Named) string {
	if digested, ok := named.(reference.Digested); ok {
		return digested.Digest().String()
	}
	return ""
}

// upperCase splits a reference that is wrong only in having upper-case letters.
func upperCase(ref string) (name, tag, digest string, ok bool) {
	lower := strings.ToLower(ref)
	if lower == ref {
		return "", "", "", false
	}
	if _, tag, digest, err := Normalise(lower); err == nil {
		name, _, _ = strings.Cut(ref, "@")
		if i := strings.LastIndexByte(name, ':'); i > strings.LastIndexByte(name, '/') {
			name, tag = name[:i], name[i+1:]
		}
		return name, tag, digest, true
	}
	return "", "", "", false
}

// Rename puts the name of another place at the start of a reference: mirrors maps
// a registry, or the part of one, to what takes its place, such as "docker.io" to
// "mirror.example.com/hub". The longest name decides, whole parts only. What
// matches nothing, or is no reference, stays as it is.
func Rename(ref string, mirrors map[string]string) string {
	if len(mirrors) == 0 {
		return ref
	}
	named, err := reference.ParseNormalizedNamed(ref)
	if err != nil {
		return ref
	}
	full := named.Name()
	for prefix := full; prefix != ""; prefix = prefix[:max(0, strings.LastIndexByte(prefix, '/'))] {
		if to, ok := mirrors[prefix]; ok {
			return strings.TrimSuffix(to, "/") + named.String()[len(prefix):]
		}
	}
	return ref
}
