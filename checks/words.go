package checks

import "strings"

// wordSet is the set of the words of a text.
func wordSet(text string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(text) {
		set[w] = true
	}
	return set
}

// explained turns a table of explanations, each with the words that it is for,
// into one by word.
func explained(table map[string]string) map[string]string {
	by := map[string]string{}
	for why, text := range table {
		for _, w := range strings.Fields(text) {
			by[w] = why
		}
	}
	return by
}
