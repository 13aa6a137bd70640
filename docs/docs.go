// Package docs holds the pages about the rules, so that the program can print
// them.
package docs

import (
	"embed"
	"path"
	"strings"
)

//go:embed rules/*.md
var pages embed.FS

// Rule returns the page of a rule; ok is false if there is none.
func Rule(id string) (page string, ok bool) {
	text, err := pages.ReadFile(path.Join("rules", id+".md"))
	if err != nil || id == "README" {
		return "", false
	}
	_, body, _ := strings.Cut(string(text), "\n\n") // behind the line that says who wrote it
	return body, true
}
