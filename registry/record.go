package registry

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/dfharden/dfharden/image"
)

// record is what an image says of itself.
type record struct {
	OS         string   `json:"os,omitzero"`
	Arch       string   `json:"arch,omitzero"`
	User       string   `json:"user,omitzero"`
	WorkDir    string   `json:"workdir,omitzero"`
	Entrypoint []string `json:"entrypoint,omitzero"`
	Cmd        []string `json:"cmd,omitzero"`
	Env        []string `json:"env,omitzero"`
	Volumes    []string `json:"volumes,omitzero"`
	Ports      []int    `json:"ports,omitzero"`
	OnBuild    []string `json:"onbuild,omitzero"` // instructions

	Files *files `json:"files,omitzero"` // nil: not read, or not readable
}

// recordOf reads an image's configuration.
func recordOf(c *v1.ConfigFile) *record {
	r := &record{
		OS: cmp.Or(c.OS, "linux"), Arch: c.Architecture,
		User: c.Config.User, WorkDir: c.Config.WorkingDir,
		Entrypoint: c.Config.Entrypoint, Cmd: c.Config.Cmd, Env: c.Config.Env,
		Volumes: slices.Sorted(maps.Keys(c.Config.Volumes)),
		OnBuild: c.Config.OnBuild,
	}
	for port := range c.Config.ExposedPorts {
		number, _, _ := strings.Cut(port, "/")
		if n, err := strconv.Atoi(number); err == nil { // a range is not a port
			r.Ports = append(r.Ports, n)
		}
	}
	slices.Sort(r.Ports)
	r.Ports = slices.Compact(r.Ports)
	return r
}

// over puts the record over what is known without it. The configuration of the
// image wins; its kind, its twin and what its entrypoint drops to are not in it.
func (r *record) over(f image.Facts) image.Facts {
	if f.OS != "" && f.OS != r.OS {
		f = image.Facts{Ref: f.Ref, Name: f.Name, Tag: f.Tag} // the facts are of another image
	}
	f.Command = r.command(f)
	f.OS, f.Arch = r.OS, r.Arch
	f.Entrypoint, f.Cmd, f.Volumes, f.OnBuild = r.Entrypoint, r.Cmd, r.Volumes, len(r.OnBuild) > 0
	f.Ports = union(f.Ports, r.Ports)
	f.Env = map[string]string{}
	for _, kv := range r.Env {
		name, value, _ := strings.Cut(kv, "=")
		f.Env[name] = value
	}
	if r.OS == "windows" {
		r.windows(&f)
		return f
	}
	f.WorkDir = cmp.Or(r.WorkDir, "/")
	if r.Files != nil {
		r.Files.apply(&f)
	}
	f.SetUser(r.User)
	r.triggers(&f)
	return f
}

// triggers takes back what instructions of ONBUILD change before the Dockerfile's
// first line.
func (r *record) triggers(f *image.Facts) {
	for _, trigger := range r.OnBuild {
		name, _, _ := strings.Cut(strings.TrimSpace(trigger), " ")
		switch strings.ToUpper(name) {
		case "USER":
			f.User, f.UserSet, f.UserIDs = "", false, false
		case "WORKDIR":
			f.WorkDir = ""
		case "CMD", "ENTRYPOINT":
			f.Entrypoint, f.Cmd, f.Command = nil, nil, ""
		}
	}
}

// command says what the image starts. A table knows more programs that only wait
// for somebody to type than the words show.
func (r *record) command(f image.Facts) image.Command {
	words := image.CommandOf(r.Entrypoint, r.Cmd)
	given := len(f.Entrypoint)+len(f.Cmd) > 0
	switch {
	case f.Command == "":
	case given && slices.Equal(r.Entrypoint, f.Entrypoint) && slices.Equal(r.Cmd, f.Cmd):
		return f.Command
	case !given && words == image.Program && f.Command != image.NoCommand:
		return f.Command
	}
	return words
}

// windows sets what is different there: an image that names no user runs as one
// that only its base says, and there are no files to look at.
func (r *record) windows(f *image.Facts) {
	f.Distro = image.Windows
	f.WorkDir = cmp.Or(r.WorkDir, f.WorkDir)
	if r.User != "" {
		f.User, f.UserSet, f.UserIDs = r.User, true, false
	}
}

// lacks reports whether the files of the image could tell what f leaves open.
func (r *record) lacks(f image.Facts) bool {
	if r.OS == "windows" || r.Files != nil {
		return false
	}
	return f.Distro == "" || f.Tools == "" || f.Shell == image.Unknown || f.UserSet && !f.UserIDs
}

// union is for ports: a server listens on some that it does not expose.
func union(a, b []int) []int {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}
