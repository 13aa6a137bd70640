// Gendocs writes the pages of docs/ that come from the rules and their goldens:
// docs/rules/*.md, docs/reasons.md and docs/migration.md. Run it from the top of the project.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

func main() {
	if err := run("."); err != nil {
		fmt.Fprintln(os.Stderr, "gendocs:", err)
		os.Exit(1)
	}
}

// run writes the pages below root, and removes pages of rules that are gone.
func run(root string) error {
	pages, err := pages(os.DirFS(root))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(root, "docs", "rules"), 0o777); err != nil {
		return err
	}
	stale, err := staleNames(root, pages)
	if err != nil {
		return err
	}
	for _, name := range stale {
		if err := os.Remove(filepath.Join(root, name)); err != nil {
			return err
		}
	}
	for name, text := range pages {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o666); err != nil {
			return err
		}
	}
	return nil
}

// staleNames lists the pages of docs/rules that no rule has.
func staleNames(root string, pages map[string]string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(root, "docs", "rules", "*.md"))
	if err != nil {
		return nil, err
	}
	var stale []string
	for _, file := range files {
		name, err := filepath.Rel(root, file)
		if err != nil {
			return nil, err
		}
		if _, ok := pages[filepath.ToSlash(name)]; !ok {
			stale = append(stale, name)
		}
	}
	slices.Sort(stale)
	return stale, nil
}
