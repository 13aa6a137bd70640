package parser

import (
	"path"
	"strings"

	"github.com/dfharden/dfharden/source"
)

// inner lists the commands of a text that the words hand to a shell: eval 'text'
// or sh -c 'text'. Their spans are those of the text's words. A text that is not
// literal or does not parse has none.
func inner(words []Word, sc scope) []*Command {
	if len(words) < 2 {
		return nil
	}
	first, last := 1, len(words)-1
	if name, _ := words[0].Lit(); name != "eval" {
		var ok bool
		if first, ok = commandText(words); !ok {
			return nil
		}
		last = first
	}
	parts := make([]string, 0, last-first+1)
	for _, word := range words[first : last+1] {
		lit, ok := word.Lit()
		if !ok {
			return nil
		}
		parts = append(parts, lit)
	}
	span := source.Span{Start: words[first].Span.Start, End: words[last].Span.End}
	commands, err := parseIn(placed(strings.Join(parts, " "), span), sc)
	if err != nil {
		return nil
	}
	return commands
}

// commandText finds the text behind "sh -c": a shell, perhaps started through
// programs that start others, with options of which one is -c.
func commandText(words []Word) (int, bool) {
	found := false
	for i := shellAt(words) + 1; i > 0 && i < len(words); i++ {
		option, ok := words[i].Lit()
		if !ok {
			return 0, false
		}
		if len(option) < 2 || option[0] != '-' && option[0] != '+' {
			return i, found
		}
		if strings.HasPrefix(option, "--") {
			continue
		}
		found = found || option[0] == '-' && strings.Contains(option, "c")
		i += strings.Count(option, "o") // each takes a word, as in -eo pipefail
	}
	return 0, false
}

// shellAt returns the index of the word that names a shell, or -1.
func shellAt(words []Word) int {
	for i, word := range words {
		lit, ok := word.Lit()
		if !ok {
			return -1
		}
		switch name := path.Base(lit); name {
		case "exec", "env", "busybox", "command", "time", "nice", "tini", "dumb-init", "catatonit":
			continue
		default:
			if isShell(name) {
				return i
			}
			if i == 0 || lit == "" || lit[0] != '-' && !strings.Contains(lit, "=") {
				return -1
			}
		}
	}
	return -1
}
