package main

import (
	"os"
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

// maxIgnoreFile is the largest .gitignore that is read, in bytes.
const maxIgnoreFile = 1 << 20

// gitignored reads the patterns of a .gitignore; none if it is not there.
func gitignored(file string, domain []string) []gitignore.Pattern {
	info, err := os.Stat(file)
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxIgnoreFile {
		return nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil // git cannot read it either
	}
	return patterns(strings.Split(string(data), "\n"), domain)
}

// above returns the path of a directory from the root of its repository, and the
// patterns of the folders between. A directory that these leave out was named all the
// same, so that they do not count there; nor do they outside a repository.
func above(dir string) (path []string, ignored []gitignore.Pattern) {
	full, err := filepath.Abs(dir)
	if err != nil {
		return nil, nil
	}
	root := full
	for !exists(filepath.Join(root, ".git")) {
		up := filepath.Dir(root)
		if up == root {
			return nil, nil
		}
		root = up
	}
	ignored = gitignored(filepath.Join(root, ".git", "info", "exclude"), nil)
	rel, err := filepath.Rel(root, full)
	if err != nil || rel == "." {
		return nil, ignored
	}
	path = strings.Split(filepath.ToSlash(rel), "/")
	for i := range path {
		ignored = append(ignored, gitignored(filepath.Join(root, filepath.Join(path[:i]...), ".gitignore"), path[:i])...)
	}
	if gitignore.NewMatcher(ignored).Match(path, true) {
		return path, nil
	}
	return path, ignored
}

func exists(file string) bool {
	_, err := os.Lstat(file)
	return err == nil
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
