package registry

import (
	"cmp"

	"github.com/dfharden/dfharden/image"
)

// files is what the layers of an image say about it. It is kept in the cache:
// texts, not what this version of the program reads from them.
type files struct {
	OSRelease string `json:"os_release,omitzero"`
	Passwd    string `json:"passwd,omitzero"`
	Group     string `json:"group,omitzero"`
	Accounts  bool   `json:"accounts,omitzero"` // Passwd and Group are all that there is

	Shell   image.Tri `json:"shell,omitzero"` // what exists in the image
	Apk     image.Tri `json:"apk,omitzero"`
	Shadow  image.Tri `json:"shadow,omitzero"`  // useradd and groupadd
	Busybox image.Tri `json:"busybox,omitzero"` // busybox, with adduser and addgroup
	Release image.Tri `json:"release,omitzero"` // an os-release file
}

// files looks up what is wanted of an image, whose layers have all been read.
func (t tree) files() *files {
	f := &files{
		Shell:   t.any("bin/sh"),
		Apk:     t.any("sbin/apk"),
		Shadow:  both(t.any("usr/sbin/useradd", "sbin/useradd"), t.any("usr/sbin/groupadd", "sbin/groupadd")),
		Busybox: both(t.any("bin/busybox", "usr/bin/busybox"), both(t.any(places("adduser")...), t.any(places("addgroup")...))),
		Release: t.any("etc/os-release", "usr/lib/os-release"),
	}
	etc, _ := t.text("etc/os-release")
	lib, _ := t.text("usr/lib/os-release")
	f.OSRelease = cmp.Or(etc, lib)
	var passwd, group bool
	f.Passwd, passwd = t.text("etc/passwd")
	f.Group, group = t.text("etc/group")
	f.Accounts = passwd && group
	return f
}

// text is the content of a file, "" if it does not exist; known is false if that
// is not known.
func (t tree) text(name string) (text string, known bool) {
	n, found := t.find(name)
	return n.text, found == image.No || found == image.Yes && !n.unknown && !n.dir
}

// any says whether one of several paths exists.
func (t tree) any(names ...string) image.Tri {
	found := image.No
	for _, name := range names {
		switch _, exists := t.find(name); exists {
		case image.Yes:
			return image.Yes
		case image.Unknown:
			found = image.Unknown
		}
	}
	return found
}

// places are where a program can be.
func places(program string) []string {
	return []string{"bin/" + program, "sbin/" + program, "usr/bin/" + program, "usr/sbin/" + program}
}

func both(a, b image.Tri) image.Tri {
	switch {
	case a == image.No || b == image.No:
		return image.No
	case a == image.Yes && b == image.Yes:
		return image.Yes
	}
	return image.Unknown
}

// apply puts what the files say over f. What they leave open stays as it is.
func (fs *files) apply(f *image.Facts) {
	if distro, release := fs.distro(); distro != "" {
		f.Distro, f.Release = distro, release
	}
	f.Shell, f.Apk = cmp.Or(fs.Shell, f.Shell), cmp.Or(fs.Apk, f.Apk)
	f.Tools = cmp.Or(fs.tools(f.Distro), f.Tools)
	if fs.Accounts {
		f.Accounts, f.Groups = image.Accounts(fs.Passwd, fs.Group)
		f.AccountsComplete = true
	}
}

// distro says what the file system is made of.
func (fs *files) distro() (distro image.Distro, release string) {
	switch {
	case fs.OSRelease != "" || fs.Release != image.No:
		return image.OSRelease(fs.OSRelease)
	case fs.Busybox == image.Yes:
		return image.BusyBox, ""
	case fs.Shell == image.No:
		return image.Scratch, "" // a program and its files, nothing else
	}
	return "", ""
}

// tools says with what an account can be created. Alpine with shadow has both,
// and its own way is BusyBox's.
func (fs *files) tools(distro image.Distro) image.AccountTools {
	switch {
	case fs.Shell == image.No:
		return image.NoTools
	case fs.Shell == image.Unknown:
		return ""
	case fs.Busybox == image.Yes && (distro == image.Alpine || distro == image.BusyBox):
		return image.BusyBoxTools
	case fs.Shadow == image.Yes:
		return image.ShadowTools
	case fs.Busybox == image.Yes:
		return image.BusyBoxTools
	case fs.Shadow == image.No && fs.Busybox == image.No:
		return image.FileTools
	}
	return ""
}
