package image

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/goccy/go-yaml"
)

// entry is one image of the table: the facts that hold for every tag of it,
// then rules by tag. Every matching rule applies, and a later one wins.
type entry struct {
	Names  []string `yaml:"names"`  // repositories; the last part may be "*"
	Source string   `yaml:"source"` // the Dockerfile or documentation that says so
	Note   string   `yaml:"note"`   // for readers of the table
	Layer  layer    `yaml:",inline"`
	Tags   []*rule  `yaml:"tags"`
}

// rule is what a tag says about an image.
type rule struct {
	Tag      textList `yaml:"tag"`
	Since    string   `yaml:"since"`  // the first version that it holds for
	Before   string   `yaml:"before"` // the first version that it no longer holds for
	Note     string   `yaml:"note"`
	Layer    layer    `yaml:",inline"`
	patterns []*pattern
}

// layer is a set of facts as the table writes them. What it leaves out is
// whatever the layer below says, and unknown if none does.
type layer struct {
	From       string            `yaml:"from"` // the image that this one is built on, by the same table
	OS         *string           `yaml:"os"`
	Distro     *Distro           `yaml:"distro"`
	Release    *string           `yaml:"release"`
	Tools      *AccountTools     `yaml:"tools"`
	Shell      *bool             `yaml:"shell"`
	Apk        *bool             `yaml:"apk"`
	Kind       *Kind             `yaml:"kind"`
	User       *string           `yaml:"user"` // "root" where a Dockerfile need not write it
	UID        *int              `yaml:"uid"`  // of User, where Accounts does not tell
	GID        *int              `yaml:"gid"`
	Accounts   []Account         `yaml:"accounts"` // added to those of the layers below
	Complete   *bool             `yaml:"accounts-complete"`
	WorkDir    *string           `yaml:"workdir"`
	Env        map[string]string `yaml:"env"` // added; $PATH is the PATH of From
	Entrypoint *[]string         `yaml:"entrypoint"`
	Cmd        *[]string         `yaml:"cmd"`
	Command    *Command          `yaml:"command"`
	Drops      *string           `yaml:"drops"`
	Account    *string           `yaml:"account"`
	Volumes    *[]string         `yaml:"volumes"`
	Ports      *[]int            `yaml:"ports"`
	JRE        *string           `yaml:"jre"` // Facts.RuntimeTwin
	OnBuild    *bool             `yaml:"onbuild"`
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

// decode reads the entries of a table. An unknown key is an error.
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
