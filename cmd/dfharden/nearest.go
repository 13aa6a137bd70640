package main

import (
	"fmt"
	"strings"
	"unicode"
)

// suggest ends a message about an unknown name: with the known name that is
// nearest to it, or, if none is near, with otherwise.
func suggest(name string, known []string, otherwise string) string {
	best, distance := "", 1+max(2, len(name)/3)
	for _, k := range known {
		if d := edits(strings.ToLower(name), k); d < distance || d == distance && k < best {
			best, distance = k, d
		}
	}
	if best == "" {
		return "; " + otherwise
	}
	return fmt.Sprintf("; did you mean %s?", best)
}

// edits is the Levenshtein distance in bytes.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
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
