package image

import (
	"strconv"
	"strings"
)

// older tells whether the version that a tag starts with is older than another
// one. A tag that starts with no number ("latest", "alpine") is the newest, and
// a tag with fewer parts than the other is the newest of its series: "6" is not
// older than "6.10". Nothing is older than "".
func older(tag, than string) bool {
	have := leadingNumber.FindString(tag)
	if than == "" || have == "" {
		return false
	}
	parts := strings.Split(strings.TrimPrefix(have, "v"), ".")
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
