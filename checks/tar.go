package checks

import (
	"regexp"
	"strings"

	"github.com/dfharden/dfharden/stage"
)

func extracts(c stage.Call) bool {
	return hasLetter(c, 'x', "--extract") || len(c.Args) > 0 && !strings.HasPrefix(c.Args[0].Text, "-") && strings.Contains(c.Args[0].Text, "x")
}

// extractDir is the directory that tar unpacks to, the one of the call if no -C
// names another. Letters may stand together, the last with its value: tar -xzC D;
// without a dash the values of all of them follow in their order: tar xzfC FILE D.
func extractDir(c stage.Call) string {
	for i, a := range c.Args {
		rest := c.Args[i+1:]
		switch {
		case strings.HasPrefix(a.Text, "--directory="):
			return c.Abs(stage.Arg{Text: a.Text[len("--directory="):], Known: a.Known})
		case a.Text == "--directory" || a.Text == "--cd" || tarLetters.MatchString(a.Text):
			if len(rest) > 0 {
				return c.Abs(rest[0])
			}
		case strings.HasPrefix(a.Text, "-C"):
			return c.Abs(stage.Arg{Text: a.Text[2:], Known: a.Known})
		case i == 0 && !strings.HasPrefix(a.Text, "-") && a.Known:
			if at := valueOf(a.Text, 'C'); at >= 0 && at < len(rest) {
				return c.Abs(rest[at])
			}
		}
	}
	return c.Dir
}

var tarLetters = regexp.MustCompile(`^-[A-Za-z]*C$`)

// valueOf is the place of a letter's value among those of tar's letters without a
// dash, -1 if the letter is not there.
func valueOf(letters string, letter rune) int {
	n := 0
	for _, l := range letters {
		switch {
		case l == letter:
			return n
		case strings.ContainsRune("bCfFgHIKLNTVX", l):
			n++
		}
	}
	return -1
}
