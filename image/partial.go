package image

import (
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// form is what a part of a tag that is not known may be.
type form struct {
	text, family string
	word         bool // more than a version: it means something in the tags of some images only
}

// The families of distributions that a tag may name. No tag names two, but slim
// goes with every Linux that is not Alpine.
const (
	alpineTag  = "alpine"
	windowsTag = "windows"
	otherTag   = "other"
	slimTag    = "slim"
	triggerTag = "onbuild" // goes with nothing
)

// forms are what the tags of the table are made of: one for each kind of word
// that some image goes by.
var forms = slices.Concat(
	formsOf("", false, "0.1", "1", "3.12", "8", "99.1"),
	formsOf("", true, "2024-01-01", "latest", "lts", "stable", "edge", "dev", "99-dev", "99-rc", "unheard-of", "debug", "nonroot",
		"11-jdk", "17-jre", "fpm", "8-fpm", "apache", "cli", "cli-8"),
	formsOf(triggerTag, true, "onbuild", "1-onbuild"),
	formsOf(alpineTag, true, "alpine", "99-alpine3.19", "0.1-alpine"),
	formsOf(slimTag, true, "slim", "99-slim", "0.1-slim"),
	formsOf(otherTag, true, "bookworm", "99-bookworm", "0.1-jessie", "noble", "99-jammy", "22.04", "99-ubi9-minimal", "99-centos7",
		"99-amazonlinux2", "99-oracle", "99-azurelinux3.0", "99-corretto", "99-distroless", "99-jammy-chiseled"),
	formsOf(windowsTag, true, "windowsservercore", "99-nanoserver-1809"),
)

func formsOf(family string, word bool, texts ...string) []form {
	var out []form
	for _, text := range texts {
		out = append(out, form{text, family, word})
	}
	return out
}

var families = map[string]*regexp.Regexp{
	alpineTag:  regexp.MustCompile(`alpine`),
	windowsTag: regexp.MustCompile(`windows|nanoserver|ltsc`),
	slimTag:    regexp.MustCompile(`slim`),
	otherTag: regexp.MustCompile(`jessie|stretch|buster|bullseye|bookworm|trixie|xenial|bionic|focal|jammy|noble|resolute|` +
		`ubi|centos|rocky|alma|amazonlinux|oracle|corretto|azurelinux|mariner`),
	triggerTag: regexp.MustCompile(`onbuild`),
}

// marker is a text that no reference has.
const marker = "0x0x0"

// Partial is what l knows of an image of which a part of the tag is not known:
// what holds whatever that part is. fill gives the reference with a text in place
// of the part. It is nothing if the part is not in the tag alone. Where the part is
// in front of one that names a distribution, it is taken for a version, or for
// a word that the image's tags have, and not for a second distribution.
func Partial(l Lookup, fill func(text string) string) Facts {
	name, known, ok := cutTag(fill(""))
	if !ok {
		return Facts{}
	}
	open := strings.HasSuffix(fill(marker), marker)
	var all []Facts
	for _, f := range forms {
		if !open && !together(known, f.family) {
			continue
		}
		if !open && named(known) && f.word && l.Lookup(name+":"+f.text).Distro == "" {
			continue // not a word of this image's tags
		}
		facts := l.Lookup(fill(f.text))
		if !facts.Listed || len(all) > 0 && facts.Name != all[0].Name || facts.Tag == "" {
			return Facts{}
		}
		all = append(all, facts)
	}
	return common(all)
}

// cutTag cuts a reference in front of its tag, which may be wrong or empty.
func cutTag(ref string) (name, tag string, ok bool) {
	colon := strings.LastIndexByte(ref, ':')
	if colon < 0 || strings.ContainsAny(ref[colon:], "/@") || strings.Contains(ref, "@") {
		return "", "", false
	}
	return ref[:colon], ref[colon+1:], true
}

// named reports whether a part of a tag names a distribution, or a variant of one.
func named(known string) bool {
	for _, words := range families {
		if words.MatchString(known) {
			return true
		}
	}
	return false
}

// together reports whether a tag may have a word of that family beside the part
// of it that is known.
func together(known, family string) bool {
	for have, words := range families {
		if family == "" || !words.MatchString(known) {
			continue
		}
		if (have != slimTag || family != otherTag) && (have != otherTag || family != slimTag) {
			return false
		}
	}
	return true
}

// common is what holds for each of the facts, which are of one name. Where they
// do not agree it is unknown; what an image must be feared to do, one of them is
// enough for.
func common(all []Facts) Facts {
	out := all[0]
	fields := reflect.ValueOf(&out).Elem()
	for _, f := range all[1:] {
		drops, triggers := out.Drops, out.OnBuild != f.OnBuild
		volumes, ports := union(out.Volumes, f.Volumes), union(out.Ports, f.Ports)
		start := sameStart(out, f)
		sameUser := out.UserSet && f.UserSet && out.User == f.User
		env, accounts := sameEnv(out.Env, f.Env), sameAccounts(out.Accounts, f.Accounts)
		if drops == "" {
			drops = f.Drops
		}
		for i, other := 0, reflect.ValueOf(f); i < fields.NumField(); i++ {
			if !reflect.DeepEqual(fields.Field(i).Interface(), other.Field(i).Interface()) {
				fields.Field(i).SetZero()
			}
		}
		if !sameUser {
			out.User, out.UserSet, out.UserIDs = "", false, false
		}
		if triggers {
			out.Distro, out.Tools = "", "" // what they bring is not known
		}
		out.Drops, out.Volumes, out.Ports, out.Env, out.Accounts = drops, volumes, ports, env, accounts
		out.Entrypoint, out.Cmd, out.Command = start.Entrypoint, start.Cmd, start.Command
	}
	out.Listed, out.Evidence = true, "image table: "+all[0].Name
	return out
}

// sameStart is what two images start, as far as they agree in it. All that is no
// program comes to the same.
func sameStart(a, b Facts) Facts {
	switch {
	case !slices.Equal(a.Entrypoint, b.Entrypoint), a.Command == "" || b.Command == "":
		return Facts{}
	case a.Command == b.Command && slices.Equal(a.Cmd, b.Cmd):
		return a
	case a.Command == b.Command:
		return Facts{Entrypoint: a.Entrypoint, Command: a.Command}
	case a.Command == Program || b.Command == Program:
		return Facts{}
	}
	return Facts{Entrypoint: a.Entrypoint, Command: Interpreter}
}

func union[E comparable](a, b []E) []E {
	out := slices.Clone(a)
	for _, e := range b {
		if !slices.Contains(out, e) {
			out = append(out, e)
		}
	}
	return out
}

func sameEnv(a, b map[string]string) map[string]string {
	out := maps.Clone(a)
	maps.DeleteFunc(out, func(name, value string) bool { return b[name] != value })
	return out
}

func sameAccounts(a, b []Account) []Account {
	return slices.DeleteFunc(slices.Clone(a), func(x Account) bool { return !slices.Contains(b, x) })
}
