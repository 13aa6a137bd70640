package image

import (
	"regexp"
	"strconv"
	"strings"
)

// versionNumber is what a tag may start with; Java writes 8u292.
var versionNumber = regexp.MustCompile(`^v?\d+(?:[.u]\d+)*`)

// older tells whether the version that a tag starts with is older than another
// one. A tag that starts with no number ("latest", "alpine") is the newest, and
// a tag with fewer parts than the other is the newest of its series: "6" is not
// older than "6.10". "8u292" is 8.292. Nothing is older than "".
func older(tag, than string) bool {
	if than == "" {
		return false
	}
	have := versionNumber.FindString(tag) // "" has no parts
	parts := strings.FieldsFunc(have, func(r rune) bool { return r < '0' || r > '9' })
	for i, want := range strings.Split(than, ".") {
		if i == len(parts) {
			return false
		}
		a, errA := strconv.Atoi(parts[i])
		b, errB := strconv.Atoi(want)
		if errA != nil || errB != nil || a > b {
			return false
		}
		if a < b {
			return true
		}
	}
	return false
}
