package image

import (
	"bufio"
	_ "embed"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// These tests hold the table itself to its rules.

//go:embed images.yaml
var images []byte

// entriesOf decodes images.yaml, which refuses unknown keys, and makes a table
// of the same entries.
func entriesOf(t testing.TB) ([]*entry, *T) {
	t.Helper()
	entries, err := decode(images)
	if err != nil {
		t.Fatal(err)
	}
	table, err := fromEntries(entries)
	if err != nil {
		t.Fatal(err)
	}
	return entries, table
}

// TestEveryEntry checks what an entry must have: a source that is an address,
// names as Normalise gives them, values that the types know.
func TestEveryEntry(t *testing.T) {
	entries, _ := entriesOf(t)
	for _, e := range entries {
		if !strings.HasPrefix(e.Source, "https://") {
			t.Errorf("%s: source %q is not an address", e.Names[0], e.Source)
		}
		for _, name := range e.Names {
			plain := strings.Replace(name, "*", "x", 1)
			if got, _, _, err := Normalise(plain); err != nil || got != plain {
				t.Errorf("%s normalises to %s (%v)", name, got, err)
			}
		}
		checkLayer(t, e.Names[0], &e.Layer)
		for _, r := range e.Tags {
			checkLayer(t, e.Names[0]+":"+r.Tag[0], &r.Layer)
		}
	}
}

func checkLayer(t *testing.T, where string, l *layer) {
	t.Helper()
	oneOf(t, where, l.OS, "linux", "windows")
	oneOf(t, where, l.Distro, "", Alpine, BusyBox, Debian, Ubuntu, RHEL, Fedora, AmazonLinux, Photon, AzureLinux,
		OpenSUSE, Arch, Wolfi, Alpaquita, Distroless, Scratch, Windows)
	oneOf(t, where, l.Tools, BusyBoxTools, ShadowTools, FileTools, NoTools)
	oneOf(t, where, l.Kind, OS, Language, JDK, Build, Server, Tool)
	oneOf(t, where, l.Command, NoCommand, ShellCmd, Interpreter, Program)
	if l.Entrypoint != nil && len(*l.Entrypoint) > 0 && l.Cmd == nil && l.Command == nil {
		return // the command of the entry holds
	}
	if (l.UID == nil) != (l.GID == nil) || l.UID != nil && l.User == nil {
		t.Errorf("%s: uid and gid go with user and with each other", where)
	}
}

func oneOf[V comparable](t *testing.T, where string, got *V, want ...V) {
	t.Helper()
	if got != nil && !slices.Contains(want, *got) {
		t.Errorf("%s: unknown value %v", where, *got)
	}
}

// TestFromIsListed checks that an image is built on one that the table knows,
// and that no chain is longer than facts follows.
func TestFromIsListed(t *testing.T) {
	entries, table := entriesOf(t)
	for _, e := range entries {
		for _, tag := range samples(t, e) {
			_, from, _ := e.layers(tag)
			for depth := 1; from != ""; depth++ {
				name, baseTag, _ := strings.Cut(from, ":")
				base := table.find(name)
				if base == nil {
					t.Fatalf("%s:%s is built on %s, which is not listed", e.Names[0], tag, from)
				}
				if depth == maxDepth {
					t.Fatalf("%s:%s: the chain of images is too long", e.Names[0], tag)
				}
				_, from, _ = base.layers(baseTag)
			}
		}
	}
}

// TestRulesAreReachable checks that every rule changes the facts of some tag:
// none is shadowed by the rules after it.
func TestRulesAreReachable(t *testing.T) {
	entries, table := entriesOf(t)
	for _, e := range entries {
		tags := samples(t, e)
		for i := range e.Tags {
			if !matters(table, e, i, tags) {
				t.Errorf("%s: rule %d (%v) changes nothing", e.Names[0], i+1, e.Tags[i].Tag)
			}
		}
	}
}

func matters(table *T, e *entry, i int, tags []string) bool {
	all := e.Tags
	defer func() { e.Tags = all }()
	name := strings.Replace(e.Names[0], "*", "x", 1)
	for _, tag := range tags {
		if p, _ := all[i].match(tag); p == nil {
			continue
		}
		e.Tags = all
		with := table.facts(name, tag, maxDepth)
		e.Tags = slices.Delete(slices.Clone(all), i, i+1)
		without := table.facts(name, tag, maxDepth)
		with.Evidence, without.Evidence = "", ""
		if !reflect.DeepEqual(with, without) {
			return true
		}
	}
	return false
}

// TestFactsForEveryTag checks that what the table says about a name without a
// tag is true of all its tags.
func TestFactsForEveryTag(t *testing.T) {
	entries, table := entriesOf(t)
	for _, e := range entries {
		name := strings.Replace(e.Names[0], "*", "x", 1)
		always := table.facts(name, "", maxDepth)
		for _, tag := range samples(t, e) {
			f := table.facts(name, tag, maxDepth)
			if diff := cmp.Diff(always, overlaid(always, f)); diff != "" {
				t.Errorf("%s is not %s:%s (-every tag +this one):\n%s", name, name, tag, diff)
				break
			}
		}
	}
}

// overlaid is always with the facts of f where always knows any.
func overlaid(always, f Facts) Facts {
	out := always
	a, b, o := reflect.ValueOf(always), reflect.ValueOf(f), reflect.ValueOf(&out).Elem()
	for i := range a.NumField() {
		if !a.Field(i).IsZero() {
			o.Field(i).Set(b.Field(i))
		}
	}
	if always.UserSet { // "" is root
		out.User = f.User
	}
	if always.Env != nil { // a tag may add variables
		out.Env = map[string]string{}
		for name := range always.Env {
			out.Env[name] = f.Env[name]
		}
	}
	out.Accounts, out.Evidence = nil, always.Evidence
	for _, account := range f.Accounts { // … and accounts
		if slices.ContainsFunc(always.Accounts, func(a Account) bool { return a.Name == account.Name }) {
			out.Accounts = append(out.Accounts, account)
		}
	}
	return out
}

// samples are tags of an entry: those of testdata/official.txt, and one or more
// for each pattern and version bound.
func samples(t *testing.T, e *entry) []string {
	t.Helper()
	tags := officialTags(t, e.Names[0])
	for _, r := range e.Tags {
		numbers := []string{"99.1", "0.1"}
		if r.Since != "" {
			numbers = append(numbers, r.Since)
		}
		if r.Before != "" {
			numbers = append(numbers, "1.0", r.Since+".1")
		}
		for _, p := range r.patterns {
			for _, n := range append(numbers, "latest") {
				tags = append(tags, fill(p.text, n, "x"), fill(p.text, n, ""), n+"-"+fill(p.text, n, ""))
			}
		}
	}
	tags = slices.DeleteFunc(tags, func(tag string) bool { return tag == "" })
	slices.Sort(tags)
	return slices.Compact(tags)
}

func fill(pattern, number, star string) string {
	return strings.NewReplacer("<version>", number, "<number>", strings.Replace(number, "latest", "3", 1),
		"<debian>", "bookworm", "<ubuntu>", "noble", "<alpine>", "alpine3.19", "*", star).Replace(pattern)
}

func officialTags(t *testing.T, name string) []string {
	t.Helper()
	var tags []string
	for _, line := range official(t) {
		if tag, ok := strings.CutPrefix(line[0], name+":"); ok {
			tags = append(tags, tag)
		}
	}
	return tags
}

var officialLines [][]string

// official reads testdata/official.txt: reference, distribution, user and
// working directory, "?" where unknown.
func official(t *testing.T) [][]string {
	t.Helper()
	if officialLines != nil {
		return officialLines
	}
	f, err := os.Open("testdata/official.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for scanner := bufio.NewScanner(f); scanner.Scan(); {
		if line := scanner.Text(); !strings.HasPrefix(line, "#") {
			officialLines = append(officialLines, strings.Fields(line))
		}
	}
	return officialLines
}

// TestOfficial holds the table against what the Dockerfiles of the official
// images say, tag by tag: a fact is right or unknown, and few are unknown.
func TestOfficial(t *testing.T) {
	known := 0
	for _, line := range official(t) {
		f := Table().Lookup(line[0])
		if f.Distro != "" && f.Distro != Distro(line[1]) {
			t.Errorf("%s: distribution %s, want %s", line[0], f.Distro, line[1])
		}
		user := f.User
		if user == "" {
			user = "root"
		}
		if f.UserSet && line[2] != "?" && user != line[2] {
			t.Errorf("%s: user %s, want %s", line[0], user, line[2])
		}
		if f.WorkDir != "" && line[3] != "?" && f.WorkDir != line[3] {
			t.Errorf("%s: working directory %s, want %s", line[0], f.WorkDir, line[3])
		}
		if f.Distro != "" && f.UserSet {
			known++
		}
	}
	if share := float64(known) / float64(len(official(t))); share < 0.8 {
		t.Errorf("only %.2f of the tags are known", share)
	}
}
