package image

import (
	"regexp"
	"strings"
)

// ubuntuReleases and debianReleases name a release as Facts.Release does: Ubuntu's
// by number, Debian's by code name.
var (
	ubuntuReleases = map[string]string{
		"precise": "12.04", "trusty": "14.04", "xenial": "16.04", "bionic": "18.04", "focal": "20.04",
		"jammy": "22.04", "kinetic": "22.10", "lunar": "23.04", "mantic": "23.10", "noble": "24.04",
		"oracular": "24.10", "plucky": "25.04", "questing": "25.10", "resolute": "26.04", "stonking": "26.10",
	}
	debianReleases = map[string]string{
		"6": "squeeze", "7": "wheezy", "8": "jessie", "9": "stretch", "10": "buster",
		"11": "bullseye", "12": "bookworm", "13": "trixie", "14": "forky",
		"unstable": "sid",
	}
	leadingNumber = regexp.MustCompile(`^v?\d+(?:\.\d+)*`)
)

// releaseOf says which release of its distribution the tag of a bare
// distribution is, "" if the tag does not say.
func releaseOf(distro Distro, tag string) string {
	first, _, _ := strings.Cut(tag, "-")
	number := leadingNumber.FindString(first)
	switch distro {
	case Debian:
		major, _, _ := strings.Cut(number, ".")
		if name := debianReleases[major+word(first, number)]; name != "" {
			return name
		}
		return debianName(first)
	case Ubuntu:
		if name := ubuntuReleases[first]; name != "" {
			return name
		}
	case Alpine:
		if first == "edge" {
			return first
		}
		return minor(number)
	}
	return number
}

// word is the text of a tag that starts with no number.
func word(first, number string) string {
	if number != "" {
		return ""
	}
	return first
}

// debianName returns name if it is the code name of a Debian release.
func debianName(name string) string {
	for _, known := range debianReleases {
		if name == known {
			return name
		}
	}
	return ""
}

// minor cuts a version behind its second number: "3.19.1" is "3.19". A version
// of one number is no release of Alpine, and neither is a date.
func minor(number string) string {
	parts := strings.SplitN(number, ".", 3)
	if len(parts) < 2 {
		return ""
	}
	return parts[0] + "." + parts[1]
}
