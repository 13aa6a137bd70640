// Package docs holds the pages about the rules, so that the program can print
// them.
package docs

import (
	"embed"
	"path"
)

//go:embed rules/*.md
var pages embed.FS

// Rule returns the page of a rule; ok is false if there is none.
func Rule(id string) (page string, ok bool) {
	text, err := pages.ReadFile(path.Join("rules", id+".md"))
	if err != nil || id == "README" {
		return "", false
	}
	return string(text), true
}
