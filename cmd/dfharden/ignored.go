package main

import (
	"path/filepath"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/format/gitignore"

	"github.com/dfharden/dfharden/config"
)

// patterns reads the lines of a .gitignore, or of exclude. domain are the folders that
// lead to the file, for patterns are relative to it.
func patterns(lines, domain []string) []gitignore.Pattern {
	var all []gitignore.Pattern
	for _, line := range lines {
		line = strings.TrimSuffix(line, "\r")
		if strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "" {
			continue
		}
		all = append(all, gitignore.ParsePattern(line, domain))
	}
	return all
}

// excludes reports whether a configuration leaves a file out of searches.
func (c *configs) excludes(cfg *config.Config, path string) bool {
	if len(cfg.Exclude) == 0 {
		return false
	}
	full, err := filepath.Abs(path)
	if err != nil {
		return false
	}
	rel, err := filepath.Rel(c.folder(cfg), full)
	if err != nil || !filepath.IsLocal(rel) {
		return false
	}
	return gitignore.NewMatcher(patterns(cfg.Exclude, nil)).Match(strings.Split(filepath.ToSlash(rel), "/"), false)
}

// folder is the folder of a configuration, to which its patterns are relative.
func (c *configs) folder(cfg *config.Config) string {
	for file, found := range c.files {
		if found == cfg {
			if full, err := filepath.Abs(file); err == nil {
				return filepath.Dir(full)
			}
		}
	}
	return "."
}
