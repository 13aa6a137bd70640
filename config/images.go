package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/internal/yamltree"
)

// imageReader reads the facts about one image. What the file does not say is as in the
// image that it is like, else unknown.
type imageReader struct {
	*reader
	facts    image.Facts
	uid, gid int
	distro   image.Distro
	tools    image.AccountTools
}

var imageKeys []imageKey

// imageKey is a key of one image.
type imageKey struct {
	name string
	read func(*imageReader, string, yamltree.Entry)
}

// The distributions, tools and commands that a file may name.
var (
	distros = []string{
		"alpine", "busybox", "debian", "ubuntu", "rhel", "fedora", "amazonlinux", "photon", "azurelinux", "opensuse", "arch", "wolfi",
		"alpaquita", "distroless", "scratch", "windows",
	}
	toolWords    = []string{"busybox", "shadow", "files", "none"}
	commandWords = []string{"none", "shell", "interpreter", "program"}
)

// byDistro is what a distribution brings in every image of it. The images of the others
// differ.
var byDistro = map[image.Distro]image.Facts{
	image.Alpine:     {OS: "linux", Tools: image.BusyBoxTools, Shell: image.Yes},
	image.BusyBox:    {OS: "linux", Tools: image.BusyBoxTools, Shell: image.Yes, Apk: image.No},
	image.Debian:     {OS: "linux", Tools: image.ShadowTools, Shell: image.Yes, Apk: image.No},
	image.Ubuntu:     {OS: "linux", Tools: image.ShadowTools, Shell: image.Yes, Apk: image.No},
	image.Fedora:     {OS: "linux", Tools: image.ShadowTools, Shell: image.Yes, Apk: image.No},
	image.OpenSUSE:   {OS: "linux", Tools: image.ShadowTools, Shell: image.Yes, Apk: image.No},
	image.Arch:       {OS: "linux", Tools: image.ShadowTools, Shell: image.Yes, Apk: image.No},
	image.Distroless: {OS: "linux", Tools: image.NoTools, Shell: image.No, Apk: image.No},
	image.Scratch:    {OS: "linux", Tools: image.NoTools, Shell: image.No, Apk: image.No},
	image.Windows:    {OS: "windows", Apk: image.No},
}

func init() {
	imageKeys = []imageKey{
		{"like", func(r *imageReader, k string, e yamltree.Entry) { r.like(k, e) }},
		{"distro", func(r *imageReader, k string, e yamltree.Entry) {
			r.distro = image.Distro(r.word(k, e, distros...))
		}},
		{"tools", func(r *imageReader, k string, e yamltree.Entry) {
			r.tools = image.AccountTools(r.word(k, e, toolWords...))
		}},
		{"user", func(r *imageReader, k string, e yamltree.Entry) { r.user(k, e) }},
		{"uid", func(r *imageReader, k string, e yamltree.Entry) { r.number(k, e, &r.uid) }},
		{"gid", func(r *imageReader, k string, e yamltree.Entry) { r.number(k, e, &r.gid) }},
		{"accounts", func(r *imageReader, k string, e yamltree.Entry) { r.accounts(k, e) }},
		{"workdir", func(r *imageReader, k string, e yamltree.Entry) { r.text(k, e, &r.facts.WorkDir, directory) }},
		{"entrypoint", func(r *imageReader, k string, e yamltree.Entry) { r.facts.Entrypoint = r.list(k, e) }},
		{"cmd", func(r *imageReader, k string, e yamltree.Entry) { r.facts.Cmd = r.list(k, e) }},
		{"command", func(r *imageReader, k string, e yamltree.Entry) {
			r.facts.Command = image.Command(r.word(k, e, commandWords...))
		}},
		{"drops", func(r *imageReader, k string, e yamltree.Entry) { r.text(k, e, &r.facts.Drops, notEmpty) }},
		{"volumes", func(r *imageReader, k string, e yamltree.Entry) { r.facts.Volumes = r.list(k, e) }},
		{"ports", func(r *imageReader, k string, e yamltree.Entry) { r.ports(k, e) }},
	}
}

// images reads the facts about one's own images, each a mapping, or the name of an
// image that it is like.
func (r *reader) images(k string, e yamltree.Entry) {
	if !e.Value.IsMap() {
		r.fail(r.at(e), "%s must be a mapping of images to what is known about them", k)
		return
	}
	r.config.Images = map[string]image.Facts{}
	for entry := range e.Value.Entries() {
		name, tag, digest, err := image.Normalise(entry.Key)
		if err != nil || digest != "" {
			r.fail(entry.At, "%s.%s: must be the name of an image, with or without a tag", k, entry.Key)
			continue
		}
		if strings.LastIndexByte(entry.Key, ':') > strings.LastIndexByte(entry.Key, '/') {
			name += ":" + tag
		}
		r.config.at[k+"."+entry.Key] = entry.At
		r.config.Images[name] = r.image(k+"."+entry.Key, entry)
	}
}

func (r *reader) image(k string, e yamltree.Entry) image.Facts {
	ir := &imageReader{reader: r, uid: -1, gid: -1}
	if _, ok := e.Value.Text(); ok {
		ir.like(k, e)
		ir.facts.Evidence = "configuration: " + r.config.Place(k)
		return ir.facts
	}
	if !e.Value.IsMap() {
		r.fail(r.at(e), "%s must be the image that it is like, or a mapping", k)
		return ir.facts
	}
	if like := e.Value.Get("like"); like.Present() { // before what differs from it
		ir.like(k+".like", yamltree.Entry{Key: "like", At: like.Pos(), Value: like})
	}
	ir.object(e.Value, k+".", ir.keys())
	return ir.finish(k)
}

// keys are the keys of an image with this reader in them.
func (r *imageReader) keys() []key {
	var all []key
	for _, k := range imageKeys {
		all = append(all, key{k.name, func(_ *reader, name string, e yamltree.Entry) {
			if k.name != "like" {
				k.read(r, name, e)
			}
		}})
	}
	return all
}

// like takes the facts of an image that the program knows.
func (r *imageReader) like(k string, e yamltree.Entry) {
	text, _ := e.Value.Text()
	f := image.Table().Lookup(text)
	if !f.Listed {
		r.fail(r.at(e), "%s %q: the program does not know that image; name one such as debian:bookworm, or say what is known of it", k, text)
	}
	f.Accounts = slices.Clip(f.Accounts)
	r.facts = f
}

// finish puts together what belongs together.
func (r *imageReader) finish(k string) image.Facts {
	f := &r.facts
	if r.distro != "" && r.distro != f.Distro {
		brings := byDistro[r.distro]
		f.Distro, f.Release, f.OS, f.Tools, f.Shell, f.Apk = r.distro, "", brings.OS, brings.Tools, brings.Shell, brings.Apk
		if r.distro == image.Alpine {
			f.Apk = image.Yes
		}
	}
	if r.tools != "" {
		f.Tools = r.tools
		f.Shell = image.Of(r.tools != image.NoTools)
	}
	for _, a := range f.Accounts {
		if name, _, _ := strings.Cut(f.User, ":"); name == a.Name && !f.UserIDs {
			f.UID, f.GID, f.UserIDs = a.UID, a.GID, true
		}
	}
	if r.uid >= 0 && r.gid >= 0 {
		f.UID, f.GID, f.UserIDs = r.uid, r.gid, true
		if !f.UserSet {
			f.User, f.UserSet = fmt.Sprintf("%d:%d", r.uid, r.gid), true
		}
	}
	f.Evidence = "configuration: " + r.config.Place(k)
	return *f
}

// user reads the image's USER: a name, numbers, or root.
func (r *imageReader) user(k string, e yamltree.Entry) {
	text := ""
	r.text(k, e, &text, notEmpty)
	f := &r.facts
	f.User, f.UserSet, f.UserIDs, f.UID, f.GID = text, true, false, 0, 0
	user, group, _ := strings.Cut(text, ":")
	uid, errUser := strconv.Atoi(user)
	gid, errGroup := strconv.Atoi(group)
	switch {
	case text == "root" || text == "0" || text == "0:0":
		f.User, f.UserIDs = "", true
	case errUser == nil && errGroup == nil:
		f.UID, f.GID, f.UserIDs = uid, gid, true
	}
}

func (r *imageReader) number(k string, e yamltree.Entry, to *int) {
	n, ok := e.Value.Int()
	if !ok || n < 0 {
		r.fail(r.at(e), "%s must be a number", k)
	}
	*to = n
}

func (r *imageReader) accounts(k string, e yamltree.Entry) {
	if !e.Value.IsList() {
		r.fail(r.at(e), "%s must be a list of {name, uid, gid, home}", k)
		return
	}
	for _, item := range e.Value.Items() {
		a := image.Account{UID: -1, GID: -1}
		r.object(item, k+".", []key{
			{"name", func(_ *reader, k string, e yamltree.Entry) { r.text(k, e, &a.Name, notEmpty) }},
			{"uid", func(_ *reader, k string, e yamltree.Entry) { r.number(k, e, &a.UID) }},
			{"gid", func(_ *reader, k string, e yamltree.Entry) { r.number(k, e, &a.GID) }},
			{"home", func(_ *reader, k string, e yamltree.Entry) { r.text(k, e, &a.Home, directory) }},
		})
		if a.Name == "" || a.UID < 0 || a.GID < 0 {
			r.fail(item.Pos(), "%s: an account needs name, uid and gid", k)
			continue
		}
		r.facts.Accounts = append(r.facts.Accounts, a)
	}
}

func (r *imageReader) list(k string, e yamltree.Entry) []string {
	list := []string{}
	for _, item := range e.Value.Items() {
		text, _ := item.Text()
		list = append(list, text)
	}
	if !e.Value.IsList() {
		r.fail(r.at(e), "%s must be a list of texts", k)
	}
	return list
}

func (r *imageReader) ports(k string, e yamltree.Entry) {
	r.facts.Ports = nil
	for _, item := range e.Value.Items() {
		n, ok := item.Int()
		if !ok || n < 1 || n > 65535 {
			r.fail(item.Pos(), "%s must be a list of port numbers", k)
		}
		r.facts.Ports = append(r.facts.Ports, n)
	}
	if !e.Value.IsList() {
		r.fail(r.at(e), "%s must be a list of port numbers", k)
	}
}

func directory(s string) string {
	if !strings.HasPrefix(s, "/") {
		return "must be an absolute path"
	}
	return ""
}
