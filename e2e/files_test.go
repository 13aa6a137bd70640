//go:build e2e

package e2e

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"slices"
	"strings"
	"syscall"
)

// scratchPlaces may be written by anybody in every image, or lie outside it.
var scratchPlaces = []string{"/tmp", "/var/tmp", "/run/lock", "/dev", "/proc", "/sys"}

// A file is an entry of a container's root file system, or a volume's root.
type file struct {
	name     string // absolute
	uid, gid int
	mode     int64 // the permission bits
	dir      bool
}

// writableBy reports whether a process of that identity, without capabilities,
// may write the file, or make itself able to: an owner can change the mode.
func (f file) writableBy(who identity) bool {
	switch {
	case f.uid == who.uid:
		return true
	case f.gid == who.gid:
		return f.mode&0o020 != 0
	}
	return f.mode&0o002 != 0
}

// files lists the container's root file system as an export of the engine has
// it, and the roots of its volumes. Symbolic links are left out: what counts is
// what they lead to.
func (k *container) files(ctx context.Context) ([]file, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://docker/containers/"+k.id+"/export", http.NoBody)
	if err != nil {
		return nil, err
	}
	resp, err := k.e.api.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("export: %s", resp.Status)
	}
	all, err := listTar(resp.Body)
	if err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	s, err := k.inspect(ctx)
	if err != nil {
		return nil, err
	}
	return overlayMountPoints(all, s.Mounts)
}

func listTar(r io.Reader) ([]file, error) {
	var all []file
	for t := tar.NewReader(r); ; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		if h.Typeflag == tar.TypeSymlink {
			continue
		}
		all = append(all, file{path.Clean("/" + h.Name), h.Uid, h.Gid, h.Mode & 0o7777, h.Typeflag == tar.TypeDir})
	}
}

// overlayMountPoints puts the volumes' roots in the place of what they hide.
func overlayMountPoints(all []file, mounts []mount) ([]file, error) {
	for _, m := range mounts {
		if m.Type != "volume" {
			continue
		}
		info, err := os.Stat(m.Source)
		if err != nil {
			return nil, err
		}
		stat, ok := info.Sys().(*syscall.Stat_t)
		if !ok {
			return nil, fmt.Errorf("%s: no owner known", m.Source)
		}
		all = slices.DeleteFunc(all, func(f file) bool { return below(f.name, m.Destination) })
		all = append(all, file{m.Destination, int(stat.Uid), int(stat.Gid), int64(stat.Mode & 0o7777), info.IsDir()})
	}
	return all, nil
}

// below reports whether name is dir or in it.
func below(name, dir string) bool {
	return name == dir || strings.HasPrefix(name, strings.TrimSuffix(dir, "/")+"/")
}

// judgeFiles says which files can be written that were not declared, and which
// declared ones cannot.
func judgeFiles(all []file, who identity, declared []string) []string {
	var problems []string
	found := map[string]bool{}
	for _, f := range all {
		if !f.writableBy(who) {
			continue
		}
		found[f.name] = true
		if !slices.ContainsFunc(append(scratchPlaces, declared...), func(dir string) bool { return below(f.name, dir) }) {
			problems = append(problems, fmt.Sprintf("%s (%d:%d %o) can be written", f.name, f.uid, f.gid, f.mode))
		}
	}
	for _, dir := range declared {
		if !found[path.Clean(dir)] {
			problems = append(problems, fmt.Sprintf("%s should be %d's to write, and is not", dir, who.uid))
		}
	}
	const many = 12
	if len(problems) > many {
		problems = append(problems[:many], fmt.Sprintf("… and %d more", len(problems)-many))
	}
	return problems
}

// apkPaths are what apk consists of.
var apkPaths = []string{"/sbin/apk", "/etc/apk", "/lib/apk", "/usr/share/apk", "/var/lib/apk"}

// judgeAPK says what is left of apk.
func judgeAPK(all []file) []string {
	var problems []string
	for _, f := range all {
		if slices.Contains(apkPaths, f.name) || path.Base(f.name) == "apk" && !f.dir && f.mode&0o111 != 0 {
			problems = append(problems, f.name+" is still there")
		}
	}
	return problems
}
