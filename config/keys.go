package config

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/dfharden/dfharden/checks"
	"github.com/dfharden/dfharden/internal/nearest"
	"github.com/dfharden/dfharden/internal/yamltree"
)

// keys are those of the file. docs/schema/config-v1.json describes them too, and a test
// holds both together. It is filled in init, for a key's reader knows the keys.
var keys []key

var userKeys = []key{
	{"name", func(r *reader, k string, e yamltree.Entry) {
		r.text(k, e, &r.config.User.Name, AccountMistake)
	}},
	{"uid", func(r *reader, k string, e yamltree.Entry) { r.id(k, e, &r.config.User.UID) }},
	{"gid", func(r *reader, k string, e yamltree.Entry) { r.id(k, e, &r.config.User.GID) }},
	{"home", func(r *reader, k string, e yamltree.Entry) { r.text(k, e, &r.config.User.Home, absolute) }},
	{"shell", func(r *reader, k string, e yamltree.Entry) { r.text(k, e, &r.config.User.Shell, absolute) }},
	{"named", func(r *reader, k string, e yamltree.Entry) { r.bool(k, e, &r.config.User.Named) }},
}

var policyKeys = []key{
	{"uid", func(r *reader, k string, e yamltree.Entry) {
		r.ids(k, e, &r.config.UIDPolicy.UIDMin, &r.config.UIDPolicy.UIDMax)
	}},
	{"gid", func(r *reader, k string, e yamltree.Entry) {
		r.ids(k, e, &r.config.UIDPolicy.GIDMin, &r.config.UIDPolicy.GIDMax)
	}},
}

func init() {
	keys = []key{
		{"user", func(r *reader, k string, e yamltree.Entry) { r.object(e.Value, k+".", userKeys) }},
		{"uid-policy", func(r *reader, k string, e yamltree.Entry) { r.object(e.Value, k+".", policyKeys) }},
		{"fail-on", func(r *reader, k string, e yamltree.Entry) {
			r.config.FailOn = Level(r.word(k, e, string(Error), string(Warning), string(Info), string(Never)))
		}},
		{"pedantic", func(r *reader, k string, e yamltree.Entry) { r.bool(k, e, &r.config.Pedantic) }},
		{"rules", (*reader).rules},
		{"exclude", (*reader).exclude},
		{"target", func(r *reader, k string, e yamltree.Entry) { r.text(k, e, &r.config.Target, notEmpty) }},
		{"low-ports", func(r *reader, k string, e yamltree.Entry) {
			r.config.LowPorts = r.word(k, e, "allowed", "refused") == "allowed"
		}},
		{"images", func(r *reader, k string, e yamltree.Entry) { r.images(k, e) }},
		{"mirrors", (*reader).mirrors},
	}
}

// Keys lists the keys that the file may have, those below an object as "user.name".
func Keys() []string {
	var all []string
	for _, k := range keys {
		all = append(all, k.name)
	}
	for _, k := range userKeys {
		all = append(all, "user."+k.name)
	}
	for _, k := range policyKeys {
		all = append(all, "uid-policy."+k.name)
	}
	for _, k := range imageKeys {
		all = append(all, "images.*."+k.name)
	}
	return all
}

// text reads a string; mistake says what is wrong with it, "" if nothing is.
func (r *reader) text(k string, e yamltree.Entry, to *string, mistake func(string) string) {
	text, ok := e.Value.Text()
	if !ok {
		r.fail(r.at(e), "%s must be a text", k)
		return
	}
	if msg := mistake(text); msg != "" {
		r.fail(r.at(e), "%s %q: %s", k, text, msg)
	}
	*to = text
}

// at is the place of a value, that of its key where there is none.
func (r *reader) at(e yamltree.Entry) yamltree.Pos {
	if e.Value.Null() || e.Value.Pos() == (yamltree.Pos{}) {
		return e.At
	}
	return e.Value.Pos()
}

func (r *reader) bool(k string, e yamltree.Entry, to *bool) {
	value, ok := e.Value.Bool()
	if !ok {
		r.fail(r.at(e), "%s must be true or false", k)
	}
	*to = value
}

// word reads one of a few words.
func (r *reader) word(k string, e yamltree.Entry, words ...string) string {
	text, _ := e.Value.Text()
	if !slices.Contains(words, text) {
		last := len(words) - 1
		r.fail(r.at(e), "%s must be %s or %s", k, strings.Join(words[:last], ", "), words[last])
	}
	return text
}

func (r *reader) id(k string, e yamltree.Entry, to *int) {
	n, ok := e.Value.Int()
	if !ok || n < 1 || n > math.MaxInt32 {
		r.fail(r.at(e), "%s must be a number from 1 to %d (0 is root)", k, math.MaxInt32)
	}
	*to = n
}

var idRange = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(\d{1,10}) *(?:-|\.\.) *(\d{1,10})?$`) })

// ids reads a number or a range: 1337, "10000-20000", "10000-".
func (r *reader) ids(k string, e yamltree.Entry, from, to *int) {
	if n, ok := e.Value.Int(); ok {
		*from, *to = n, n
	} else {
		text, _ := e.Value.Text()
		m := idRange().FindStringSubmatch(text)
		if m == nil {
			r.fail(r.at(e), "%s must be a number, or a range such as 10000-20000 or 10000-", k)
			return
		}
		*from, _ = strconv.Atoi(m[1]) // ten digits
		*to, _ = strconv.Atoi(m[2])   // none: no upper end
	}
	if *from < 1 || *from > math.MaxInt32 || *to > math.MaxInt32 || *to != 0 && *to < *from {
		r.fail(r.at(e), "%s must be from 1 to %d (0 is root), and its end not below its start", k, math.MaxInt32)
	}
}

func (r *reader) rules(k string, e yamltree.Entry) {
	if !e.Value.IsMap() {
		r.fail(r.at(e), "%s must be a mapping of rules to off, info, warning or error", k)
		return
	}
	r.config.Rules = map[string]Level{}
	var ids []string
	for _, rule := range checks.All() {
		ids = append(ids, rule.ID)
	}
	for rule := range e.Value.Entries() {
		if checks.Get(rule.Key) == nil {
			hint := "; dfharden rules lists them"
			if near := nearest.Name(rule.Key, ids); near != "" {
				hint = "; did you mean " + near + "?"
			}
			r.fail(rule.At, "unknown rule %q%s", rule.Key, hint)
			continue
		}
		name := k + "." + rule.Key
		r.config.at[name] = rule.At
		r.config.Rules[rule.Key] = Level(r.word(name, rule, string(Off), string(Info), string(Warning), string(Error)))
	}
}

func (r *reader) exclude(k string, e yamltree.Entry) {
	if !e.Value.IsList() {
		r.fail(r.at(e), "%s must be a list of patterns, as in .gitignore", k)
		return
	}
	for _, item := range e.Value.Items() {
		text, ok := item.Text()
		if !ok || text == "" {
			r.fail(item.Pos(), "%s must be a list of patterns, as in .gitignore", k)
			continue
		}
		r.config.Exclude = append(r.config.Exclude, text)
	}
}

func (r *reader) mirrors(k string, e yamltree.Entry) {
	if !e.Value.IsMap() {
		r.fail(r.at(e), "%s must be a mapping of registries to those asked in their place", k)
		return
	}
	r.config.Mirrors = map[string]string{}
	for m := range e.Value.Entries() {
		name := k + "." + m.Key
		r.config.at[name] = m.At
		var mirror string
		if msg := registryName(m.Key); msg != "" {
			r.fail(m.At, "%s: %s", name, msg)
		}
		r.text(name, m, &mirror, registryName)
		r.config.Mirrors[m.Key] = strings.TrimSuffix(mirror, "/")
	}
}

var registryPart = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[a-z0-9][a-z0-9.-]*(:\d{1,5})?(/[a-z0-9][a-z0-9._-]*)*$`)
})

// registryName finds what is wrong with the name of a registry or of a part of one.
func registryName(s string) string {
	if !registryPart().MatchString(strings.TrimSuffix(s, "/")) {
		return "must be a registry, or a part of one, without https://: mirror.example.com/hub"
	}
	return ""
}

func notEmpty(s string) string {
	if s == "" {
		return "must not be empty"
	}
	return ""
}

var path = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(/[A-Za-z0-9._+@-]+)+$`) })

// absolute finds what is wrong with a path that gets into a RUN.
func absolute(s string) string {
	if !path().MatchString(s) {
		return "must be an absolute path of letters, digits and . _ + @ -"
	}
	return ""
}

var account = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z_][a-z0-9_-]{0,31}$`) })

// AccountMistake finds what is wrong with the name of an account, which gets into a
// RUN: it must be what groupadd, useradd and BusyBox's tools all take.
func AccountMistake(s string) string {
	if !account().MatchString(s) || s == "root" {
		return "must be lower-case letters, digits, _ and -, begin with a letter or _, and not be root"
	}
	return ""
}
