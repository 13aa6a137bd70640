package registry

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dfharden/dfharden/image"
)

// opened makes layers that are read as they are.
func opened(t *testing.T, layers ...[]string) []layer {
	t.Helper()
	out := make([]layer, len(layers))
	for i, entries := range layers {
		data := packed(t, entries...)
		out[i].open = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }
	}
	return out
}

// TestLayers is how layers lie over each other.
func TestLayers(t *testing.T) {
	type layers = [][]string
	base := []string{"bin/", "bin/sh", "sbin/", "sbin/apk", "etc/", "etc/passwd=a:x:1:1::/:\n", "etc/group=a:x:1:\n", "etc/os-release=ID=alpine\n"}
	tests := []struct {
		name   string
		layers layers
		want   files
	}{
		{"one layer", layers{base}, files{OSRelease: "ID=alpine\n", Passwd: "a:x:1:1::/:\n", Group: "a:x:1:\n", Accounts: true, Shell: image.Yes, Apk: image.Yes, Shadow: image.No, Busybox: image.No, Release: image.Yes}},
		{"nothing", nil, files{Accounts: true, Shell: image.No, Apk: image.No, Shadow: image.No, Busybox: image.No, Release: image.No}},
		{"the newest wins", layers{base, {"etc/passwd=b:x:2:2::/:\n", "etc/os-release=ID=wolfi\n"}}, files{OSRelease: "ID=wolfi\n", Passwd: "b:x:2:2::/:\n", Group: "a:x:1:\n", Accounts: true, Shell: image.Yes, Apk: image.Yes, Shadow: image.No, Busybox: image.No, Release: image.Yes}},
		{"a whiteout", layers{base, {"sbin/.wh.apk", "etc/.wh.os-release"}}, files{Passwd: "a:x:1:1::/:\n", Group: "a:x:1:\n", Accounts: true, Shell: image.Yes, Apk: image.No, Shadow: image.No, Busybox: image.No, Release: image.No}},
		{"a whiteout of a directory", layers{base, {".wh.etc"}}, files{Accounts: true, Shell: image.Yes, Apk: image.Yes, Shadow: image.No, Busybox: image.No, Release: image.No}},
		{"a whiteout of the layer above only", layers{base, {"sbin/.wh.apk", "sbin/apk"}}, files{OSRelease: "ID=alpine\n", Passwd: "a:x:1:1::/:\n", Group: "a:x:1:\n", Accounts: true, Shell: image.Yes, Apk: image.Yes, Shadow: image.No, Busybox: image.No, Release: image.Yes}},
		{"an opaque directory", layers{base, {"etc/group=c:x:3:\n", "etc/.wh..wh..opq"}}, files{Group: "c:x:3:\n", Accounts: true, Shell: image.Yes, Apk: image.Yes, Shadow: image.No, Busybox: image.No, Release: image.No}},
		{"an opaque root", layers{base, {".wh..wh..opq", "bin/sh"}}, files{Accounts: true, Shell: image.Yes, Apk: image.No, Shadow: image.No, Busybox: image.No, Release: image.No}},
		{"a whiteout elsewhere", layers{base, {"usr/share/.wh.sh", "srv/.wh..wh..opq"}}, files{OSRelease: "ID=alpine\n", Passwd: "a:x:1:1::/:\n", Group: "a:x:1:\n", Accounts: true, Shell: image.Yes, Apk: image.Yes, Shadow: image.No, Busybox: image.No, Release: image.Yes}},
		{"a directory becomes a link", layers{base, {"bin->usr/bin", "usr/bin/sh"}}, files{OSRelease: "ID=alpine\n", Passwd: "a:x:1:1::/:\n", Group: "a:x:1:\n", Accounts: true, Shell: image.Yes, Apk: image.Yes, Shadow: image.No, Busybox: image.No, Release: image.Yes}},
		{"a directory becomes a file", layers{base, {"etc=text"}}, files{Accounts: true, Shell: image.Yes, Apk: image.Yes, Shadow: image.No, Busybox: image.No, Release: image.No}},
		{"a link of a layer below leads an entry", layers{{"bin->usr/bin", "usr/bin/"}, {"bin/sh", "bin/busybox"}}, files{Accounts: true, Shell: image.Yes, Apk: image.No, Shadow: image.No, Busybox: image.No, Release: image.No}},
		{"a whiteout behind a link", layers{{"bin->usr/bin", "usr/bin/sh"}, {"bin/.wh.sh"}}, files{Accounts: true, Shell: image.No, Apk: image.No, Shadow: image.No, Busybox: image.No, Release: image.No}},
		{"names with a dot and a slash", layers{{"./bin/sh", "/etc/passwd=x", "./etc/../sbin/apk"}}, files{Passwd: "x", Accounts: true, Shell: image.Yes, Apk: image.Yes, Shadow: image.No, Busybox: image.No, Release: image.No}},
		{"links that are followed", layers{{"bin->usr/bin", "usr/bin/sh->dash", "usr/bin/dash", "etc/os-release->../usr/lib/os-release", "usr/lib/os-release=ID=debian\n"}}, files{OSRelease: "ID=debian\n", Accounts: true, Shell: image.Yes, Apk: image.No, Shadow: image.No, Busybox: image.No, Release: image.Yes}},
		{"a link to nothing", layers{{"bin/sh->bash"}}, files{Accounts: true, Shell: image.No, Apk: image.No, Shadow: image.No, Busybox: image.No, Release: image.No}},
		{"a link to where nobody looked", layers{{"bin/sh->/nix/store/a/bin/sh", "etc/passwd->/nix/passwd"}}, files{Shell: image.Unknown, Apk: image.No, Shadow: image.No, Busybox: image.No, Release: image.No}},
		{"a loop of links", layers{{"bin->sbin", "sbin->bin"}}, files{Accounts: true, Shell: image.No, Apk: image.No, Shadow: image.No, Busybox: image.No, Release: image.No}},
		{"links out of the root", layers{{"bin/sh->../../../bin/dash", "bin/dash"}}, files{Accounts: true, Shell: image.Yes, Apk: image.No, Shadow: image.No, Busybox: image.No, Release: image.No}},
		{"a hard link", layers{{"usr/lib/os-release=ID=arch\n", "etc/os-release=>usr/lib/os-release"}}, files{OSRelease: "ID=arch\n", Accounts: true, Shell: image.No, Apk: image.No, Shadow: image.No, Busybox: image.No, Release: image.Yes}},
		{"a hard link to what is not read", layers{{"etc/passwd=>srv/passwd"}}, files{Shell: image.No, Apk: image.No, Shadow: image.No, Busybox: image.No, Release: image.No}},
		{"a file that is too large", layers{{"etc/passwd=" + strings.Repeat("x", maxText+1)}}, files{Shell: image.No, Apk: image.No, Shadow: image.No, Busybox: image.No, Release: image.No}},
		{"account tools", layers{{"usr/sbin/useradd", "sbin->usr/sbin", "usr/sbin/groupadd", "bin/busybox", "bin/adduser", "usr/sbin/addgroup"}}, files{Accounts: true, Shell: image.No, Apk: image.No, Shadow: image.Yes, Busybox: image.Yes, Release: image.No}},
		{"half of the account tools", layers{{"usr/sbin/useradd", "usr/bin/busybox"}}, files{Accounts: true, Shell: image.No, Apk: image.No, Shadow: image.No, Busybox: image.No, Release: image.No}},
	}
	for _, tt := range tests {
		got, err := readLayers(opened(t, tt.layers...))
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if diff := cmp.Diff(&tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// TestFilesSay is what the files come to.
func TestFilesSay(t *testing.T) {
	const debian = "ID=debian\nVERSION_ID=12\n"
	tests := []struct {
		name  string
		files files
		want  image.Facts
	}{
		{"Debian", files{OSRelease: debian, Shell: image.Yes, Apk: image.No, Shadow: image.Yes, Busybox: image.No, Release: image.Yes}, image.Facts{Distro: image.Debian, Release: "bookworm", Tools: image.ShadowTools, Shell: image.Yes, Apk: image.No}},
		{"distroless", files{OSRelease: "PRETTY_NAME=Distroless\nID=debian\n", Shell: image.No, Apk: image.No, Release: image.Yes}, image.Facts{Distro: image.Distroless, Tools: image.NoTools, Shell: image.No, Apk: image.No}},
		{"Alpine with shadow", files{OSRelease: "ID=alpine\n", Shell: image.Yes, Shadow: image.Yes, Busybox: image.Yes, Release: image.Yes}, image.Facts{Distro: image.Alpine, Tools: image.BusyBoxTools, Shell: image.Yes}},
		{"Debian with BusyBox", files{OSRelease: debian, Shell: image.Yes, Shadow: image.Yes, Busybox: image.Yes, Release: image.Yes}, image.Facts{Distro: image.Debian, Release: "bookworm", Tools: image.ShadowTools, Shell: image.Yes}},
		{"BusyBox alone", files{Shell: image.Yes, Shadow: image.No, Busybox: image.Yes, Release: image.No}, image.Facts{Distro: image.BusyBox, Tools: image.BusyBoxTools, Shell: image.Yes}},
		{"a shell and no tools", files{OSRelease: "ID=photon\n", Shell: image.Yes, Shadow: image.No, Busybox: image.No, Release: image.Yes}, image.Facts{Distro: image.Photon, Tools: image.FileTools, Shell: image.Yes}},
		{"a program alone", files{Shell: image.No, Release: image.No}, image.Facts{Distro: image.Scratch, Tools: image.NoTools, Shell: image.No}},
		{"a shell that may be there", files{OSRelease: debian, Shadow: image.Yes, Release: image.Yes}, image.Facts{Distro: image.Debian, Release: "bookworm"}},
		{"tools that may be there", files{Shell: image.Yes, Shadow: image.Unknown, Busybox: image.No, Release: image.No}, image.Facts{Shell: image.Yes}},
		{"a distribution that is not known", files{OSRelease: "ID=own\n", Shell: image.Yes, Release: image.Yes, Shadow: image.Yes}, image.Facts{Tools: image.ShadowTools, Shell: image.Yes}},
		{"an os-release that was not read", files{Shell: image.No, Release: image.Unknown}, image.Facts{Tools: image.NoTools, Shell: image.No}},
	}
	for _, tt := range tests {
		var got image.Facts
		tt.files.apply(&got)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
	table := image.Facts{Distro: image.Wolfi, Apk: image.Yes, Tools: image.NoTools, Accounts: []image.Account{{Name: "nonroot", UID: 65532}}}
	kept := table
	(&files{}).apply(&kept)
	if diff := cmp.Diff(table, kept); diff != "" {
		t.Errorf("files that tell nothing took facts away (-want +got):\n%s", diff)
	}
}

func TestLimits(t *testing.T) {
	small := opened(t, []string{"etc/"})
	large := func(size int64) []layer {
		return []layer{{size: size, open: small[0].open}, {size: 1, open: small[0].open}}
	}
	var e tooLarge
	if _, err := readLayers(large(maxFetched)); !errors.As(err, &e) || err.Error() != "its layers have more than the 128 MB that are read" {
		t.Errorf("more than fits: %v", err)
	}
	if _, err := readLayers(large(-1)); !errors.As(err, &e) {
		t.Errorf("a size below zero: %v", err)
	}
	if _, err := readLayers(large(maxFetched - 1)); err != nil {
		t.Errorf("what just fits: %v", err)
	}

	data := packed(t, "etc/", "etc/passwd=x")
	l := layer{open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }}
	if n, err := (tree{}).readLayer(l, int64(len(data))); n != int64(len(data)) || err != nil {
		t.Errorf("exactly the limit: %d, %v", n, err)
	}
	if _, err := (tree{}).readLayer(l, int64(len(data))-1); !errors.As(err, &e) {
		t.Errorf("a byte more than the limit: %v", err)
	}

	full := tree{}
	for i := range maxNodes {
		full["etc/"+strconv.Itoa(i)] = node{}
	}
	if err := full.layer(bytes.NewReader(data)); !errors.Is(err, errTooMany) {
		t.Errorf("too many files: %v", err)
	}
}
