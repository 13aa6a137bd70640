package main

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/dfharden/dfharden/internal/nearest"
)

// suggest ends a message about an unknown name: with the known name that is
// nearest to it, or, if none is near, with otherwise.
func suggest(name string, known []string, otherwise string) string {
	if near := nearest.Name(name, known); near != "" {
		return fmt.Sprintf("; did you mean %s?", near)
	}
	return "; " + otherwise
}

// printable replaces control characters, which a file's name or text may hold.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return '\uFFFD'
		}
		return r
	}, s)
}
