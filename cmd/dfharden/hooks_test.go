package main

import (
	"os"
	"path"
	"regexp"
	"testing"

	"github.com/goccy/go-yaml"
)

// The hooks of pre-commit take the names that a search takes.
func TestHooksTakeDockerfiles(t *testing.T) {
	text, err := os.ReadFile("../../.pre-commit-hooks.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var hooks []struct{ ID, Files, Exclude string }
	if err := yaml.Unmarshal(text, &hooks); err != nil {
		t.Fatal(err)
	}
	if len(hooks) != 2 || hooks[0].ID != "dfharden" || hooks[1].ID != "dfharden-rewrite" {
		t.Fatalf("hooks: %+v", hooks)
	}
	names := []string{
		"README", "dockerfiles", "mydockerfile", "Dockerfile.", "dockerfile.d/x", "notdockerfile/x.go", "my-dockerfile", ".dockerfile",
	}
	for _, word := range []string{"Dockerfile", "containerfile", "DOCKERFILE"} {
		for _, suffix := range append([]string{"", ".prod", "-prod", "_prod", "prod", ".x.y", ".go"}, otherEndings...) {
			names = append(names, word+suffix, "app."+word+suffix, "a.b/"+word+suffix)
		}
	}
	for _, hook := range hooks {
		files, exclude := regexp.MustCompile(hook.Files), regexp.MustCompile(hook.Exclude)
		for _, name := range names {
			if have, want := files.MatchString(name) && !exclude.MatchString(name), isDockerfile(path.Base(name)); have != want {
				t.Errorf("%s: %s: %v, want %v", hook.ID, name, have, want)
			}
		}
	}
}
