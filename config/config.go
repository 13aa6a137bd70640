// Package config reads .dfharden.yaml: what a project wants of its images. It says
// of every value where it stands, and of every mistake what is meant.
package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dfharden/dfharden/checks"
	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/internal/nearest"
	"github.com/dfharden/dfharden/internal/yamltree"
)

// Name is what the file is called.
const Name = ".dfharden.yaml"

// Level is what rules and fail-on say: how much a rule's findings matter.
type Level string

// The levels. Off is for rules, Never for fail-on.
const (
	Off     Level = "off"
	Never   Level = "never"
	Info    Level = "info"
	Warning Level = "warning"
	Error   Level = "error"
)

// Severity is the severity of a level, 0 for off and never.
func (l Level) Severity() checks.Severity {
	return map[Level]checks.Severity{Info: checks.Info, Warning: checks.Warning, Error: checks.Error}[l]
}

// Config is what a file says. A zero value is one that the file leaves out; Has
// tells those apart that may be zero.
type Config struct {
	Path string // of the file, as messages name it; "" if there is none

	User      User
	UIDPolicy checks.UIDPolicy
	FailOn    Level
	Pedantic  bool
	Rules     map[string]Level
	Exclude   []string // patterns as in .gitignore, relative to the file
	Target    string
	LowPorts  bool // ports below 1024 need no privilege where the images run
	Images    map[string]image.Facts
	Mirrors   map[string]string // "docker.io" → "mirror.example.com/hub"

	at map[string]yamltree.Pos // by key: "user.name", "rules.root-user"
}

// User is the account that fixes create.
type User struct {
	Name     string
	UID, GID int
	Home     string
	Shell    string
	Named    bool
}

// Has reports whether the file has a key, such as "user.named".
func (c *Config) Has(key string) bool {
	_, ok := c.at[key]
	return ok
}

// Place is where a key stands: ".dfharden.yaml:3".
func (c *Config) Place(key string) string { return fmt.Sprintf("%s:%d", c.Path, c.at[key].Line) }

// Mistake is something wrong in a file.
type Mistake struct {
	Path string
	yamltree.Pos
	Msg string
}

func (m *Mistake) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", m.Path, m.Line, m.Column, m.Msg)
}

// Parse reads a file. The error joins a *Mistake for each thing that is wrong.
func Parse(path string, data []byte) (*Config, error) {
	r := &reader{config: &Config{Path: path, at: map[string]yamltree.Pos{}}}
	docs, err := yamltree.Parse(data)
	var syntax *yamltree.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return nil, &Mistake{path, syntax.Pos, syntax.Msg}
	case len(docs) > 1:
		return nil, &Mistake{path, docs[1].Pos(), "a second document: there must be one"}
	case len(docs) == 1 && !docs[0].Null():
		r.object(docs[0], "", keys)
	}
	if len(r.mistakes) > 0 {
		return nil, errors.Join(r.mistakes...)
	}
	return r.config, nil
}

// reader fills a Config and collects mistakes.
type reader struct {
	config   *Config
	mistakes []error
}

func (r *reader) fail(at yamltree.Pos, format string, args ...any) {
	r.mistakes = append(r.mistakes, &Mistake{r.config.Path, at, fmt.Sprintf(format, args...)})
}

// key is one that an object may have.
type key struct {
	name string
	read func(*reader, string, yamltree.Entry)
}

// object reads a mapping with known keys. prefix is "" or that of the keys, "user.".
func (r *reader) object(n yamltree.Node, prefix string, known []key) {
	if !n.IsMap() {
		r.fail(n.Pos(), "%smust be a mapping: %s", what(prefix), names(known))
		return
	}
	for e := range n.Entries() {
		i := slices.IndexFunc(known, func(k key) bool { return k.name == e.Key })
		if i < 0 {
			r.fail(e.At, "unknown key %q%s", prefix+e.Key, suggest(prefix, e.Key, known))
			continue
		}
		r.config.at[prefix+e.Key] = e.At
		known[i].read(r, prefix+e.Key, e)
	}
}

func what(prefix string) string {
	if prefix == "" {
		return "the file "
	}
	return strings.TrimSuffix(prefix, ".") + " "
}

func names(known []key) string {
	var all []string
	for _, k := range known {
		all = append(all, k.name)
	}
	return strings.Join(all, ", ")
}

// suggest names the nearest key, else all.
func suggest(prefix, name string, known []key) string {
	var all []string
	for _, k := range known {
		all = append(all, k.name)
	}
	if near := nearest.Name(name, all); near != "" {
		return "; did you mean " + prefix + near + "?"
	}
	return "; there are " + strings.Join(all, ", ")
}
