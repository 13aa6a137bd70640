package image

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
)

// entry is one image of the table: the facts that hold for every tag of it,
// then rules by tag. Every matching rule applies, and a later one wins. The yaml
// package goes by the json tags where there is no other.
type entry struct {
	Names  []string `json:"names"`         // repositories; the last part may be "*"
	Source string   `json:"source"`        // the Dockerfile or documentation that says so
	Note   string   `yaml:"note" json:"-"` // for readers of the table
	Layer  layer    `yaml:",inline" json:"layer,omitzero"`
	Tags   []*rule  `json:"tags,omitzero"`
}

// rule is what a tag says about an image.
type rule struct {
	Tag      textList `json:"tag"`
	Since    string   `json:"since,omitzero"`  // the first version that it holds for
	Before   string   `json:"before,omitzero"` // the first version that it no longer holds for
	Note     string   `yaml:"note" json:"-"`
	Layer    layer    `yaml:",inline" json:"layer,omitzero"`
	patterns []*pattern
}

// layer is a set of facts as the table writes them. What it leaves out is
// whatever the layer below says, and unknown if none does.
type layer struct {
	From       string            `json:"from,omitzero"` // the image that this one is built on, by the same table
	OS         *string           `json:"os,omitzero"`
	Distro     *Distro           `json:"distro,omitzero"`
	Release    *string           `json:"release,omitzero"`
	Tools      *AccountTools     `json:"tools,omitzero"`
	Shell      *bool             `json:"shell,omitzero"`
	Apk        *bool             `json:"apk,omitzero"`
	Kind       *Kind             `json:"kind,omitzero"`
	User       *string           `json:"user,omitzero"` // "root" where a Dockerfile need not write it
	UID        *int              `json:"uid,omitzero"`  // of User, where Accounts does not tell
	GID        *int              `json:"gid,omitzero"`
	Accounts   []Account         `json:"accounts,omitzero"` // added to those of the layers below
	Complete   *bool             `json:"accounts-complete,omitzero"`
	WorkDir    *string           `json:"workdir,omitzero"`
	Env        map[string]string `json:"env,omitzero"` // added; $PATH is the PATH of From
	Entrypoint *[]string         `json:"entrypoint,omitzero"`
	Cmd        *[]string         `json:"cmd,omitzero"`
	Command    *Command          `json:"command,omitzero"`
	Drops      *string           `json:"drops,omitzero"`
	Account    *string           `json:"account,omitzero"`
	Volumes    *[]string         `json:"volumes,omitzero"`
	Ports      *[]int            `json:"ports,omitzero"`
	JRE        *string           `json:"jre,omitzero"` // Facts.RuntimeTwin
	OnBuild    *bool             `json:"onbuild,omitzero"`
}

// textList is a list of strings that may be written as one string.
type textList []string

// UnmarshalYAML reads a string or a list of strings.
func (l *textList) UnmarshalYAML(unmarshal func(any) error) error {
	var one string
	if unmarshal(&one) == nil {
		*l = textList{one}
		return nil
	}
	return unmarshal((*[]string)(l))
}

// decode reads the entries of a table in YAML. An unknown key is an error.
func decode(data []byte) ([]*entry, error) {
	var entries []*entry
	if err := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict()).Decode(&entries); err != nil {
		return nil, fmt.Errorf("image table: %w", err)
	}
	var errs []error
	for _, e := range entries {
		errs = append(errs, e.compile())
	}
	return entries, errors.Join(errs...)
}

// decodeLine reads one entry as the lines of images.jsonl have it.
func decodeLine(line string) (*entry, error) {
	e := &entry{}
	if err := json.Unmarshal([]byte(line), e); err != nil {
		return nil, fmt.Errorf("image table: %w", err)
	}
	return e, e.compile()
}

// lineNames cuts the names out of a line, where they come first, without
// decoding the rest.
func lineNames(line string) []string {
	list, _, _ := strings.Cut(strings.TrimPrefix(line, `{"names":["`), `"]`)
	return strings.Split(list, `","`)
}

// compile reads the tag patterns and checks what every entry must have.
func (e *entry) compile() error {
	if len(e.Names) == 0 {
		return errors.New("image table: an entry has no names")
	}
	if e.Source == "" {
		return fmt.Errorf("image table: %s: no source", e.Names[0])
	}
	for _, r := range e.Tags {
		if len(r.Tag) == 0 {
			return fmt.Errorf("image table: %s: a rule has no tag", e.Names[0])
		}
		for _, text := range r.Tag {
			p, err := compile(text)
			if err != nil {
				return fmt.Errorf("image table: %s: %w", e.Names[0], err)
			}
			r.patterns = append(r.patterns, p)
		}
	}
	return nil
}
