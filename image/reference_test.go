package image

import "testing"

func TestNormalise(t *testing.T) {
	const sum = "sha256:6457d53fb065d6f250e1504b9bc42d5b6c65941d57532c072d929dd0628977d0"
	tests := []struct{ ref, name, tag, digest string }{
		{"alpine", "alpine", "latest", ""},
		{"alpine:3.19", "alpine", "3.19", ""},
		{"docker.io/alpine:3", "alpine", "3", ""},
		{"docker.io/library/alpine", "alpine", "latest", ""},
		{"index.docker.io/library/alpine:3", "alpine", "3", ""},
		{"registry-1.docker.io/library/alpine:3", "alpine", "3", ""},
		{"library/alpine", "alpine", "latest", ""},
		{"docker.io/bitnami/redis", "bitnami/redis", "latest", ""},
		{"public.ecr.aws/docker/library/node:20", "node", "20", ""},
		{"public.ecr.aws/amazonlinux/amazonlinux:2023", "public.ecr.aws/amazonlinux/amazonlinux", "2023", ""},
		{"mirror.gcr.io/library/node:20", "node", "20", ""},
		{"mcr.microsoft.com/mirror/docker/library/python:3.12", "python", "3.12", ""},
		{"mirror.gcr.io/bitnami/redis:7", "bitnami/redis", "7", ""},
		{"gcr.io/distroless/static-debian12:nonroot", "gcr.io/distroless/static-debian12", "nonroot", ""},
		{"localhost:5000/app", "localhost:5000/app", "latest", ""},
		{"localhost:5000/app:2", "localhost:5000/app", "2", ""},
		{"alpine@" + sum, "alpine", "", sum},
		{"alpine:3.19@" + sum, "alpine", "3.19", sum},
		{"localhost:5000/app@" + sum, "localhost:5000/app", "", sum},
		{"scratch", "scratch", "", ""},
		{"Alpine:3", "Alpine", "3", ""},
		{"MyReg.example.com/app", "MyReg.example.com/app", "latest", ""},
		{"alpine:Latest", "alpine", "Latest", ""},
		{"example.com/App:RC@" + sum, "example.com/App", "RC", sum},
	}
	for _, tt := range tests {
		name, tag, digest, err := Normalise(tt.ref)
		if err != nil {
			t.Errorf("%s: %v", tt.ref, err)
		}
		if name != tt.name || tag != tt.tag || digest != tt.digest {
			t.Errorf("%s: got %q %q %q, want %q %q %q", tt.ref, name, tag, digest, tt.name, tt.tag, tt.digest)
		}
	}
}

func TestNormaliseRefuses(t *testing.T) {
	for _, ref := range []string{"", "a b", "${BASE}", "alpine:", "alpine@sha256:12", "//x"} {
		if name, _, _, err := Normalise(ref); err == nil {
			t.Errorf("%q: got %q, want an error", ref, name)
		}
	}
}
