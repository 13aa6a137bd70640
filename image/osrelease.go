package image

import (
	"strings"
)

// osIDs are the distributions by the ID of their os-release file.
var osIDs = map[string]Distro{
	"alpine": Alpine, "debian": Debian, "ubuntu": Ubuntu, "fedora": Fedora, "amzn": AmazonLinux, "photon": Photon,
	"rhel": RHEL, "centos": RHEL, "rocky": RHEL, "almalinux": RHEL, "ol": RHEL,
	"mariner": AzureLinux, "azurelinux": AzureLinux, "arch": Arch, "wolfi": Wolfi, "chainguard": Wolfi, "alpaquita": Alpaquita,
	"opensuse": OpenSUSE, "suse": OpenSUSE, "sles": OpenSUSE, "opensuse-leap": OpenSUSE, "opensuse-tumbleweed": OpenSUSE,
}

// OSRelease reads an os-release file (man 5 os-release): the distribution, and
// its release as Facts.Release has it. A derivative counts as what it says it is
// like; both are empty for one that is like nothing known.
func OSRelease(text string) (distro Distro, release string) {
	vars := osVars(text)
	if vars["PRETTY_NAME"] == "Distroless" { // Google's images; its ID is Debian's
		return Distroless, vars["VERSION_CODENAME"]
	}
	id := vars["ID"]
	if distro = osIDs[id]; distro == "" {
		for like := range strings.FieldsSeq(vars["ID_LIKE"]) {
			if distro = osIDs[like]; distro != "" {
				return distro, "" // the release is the derivative's own
			}
		}
	}
	version := vars["VERSION_ID"]
	switch distro {
	case "":
		return "", ""
	case Debian:
		if major, _, _ := strings.Cut(version, "."); debianReleases[major] != "" {
			return distro, debianReleases[major]
		}
		return distro, debianName(vars["VERSION_CODENAME"]) // testing has no number
	case Alpine:
		if strings.Contains(version, "_alpha") {
			return distro, "edge"
		}
		return distro, minor(version)
	case Arch, Wolfi: // these roll
		return distro, ""
	}
	return distro, version
}

// osVars reads the assignments of an os-release file, which are those of a shell
// without expansion.
func osVars(text string) map[string]string {
	vars := map[string]string{}
	for line := range strings.Lines(text) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		if !ok || strings.HasPrefix(name, "#") {
			continue
		}
		if n := len(value); n > 1 && (value[0] == '"' || value[0] == '\'') && value[n-1] == value[0] {
			value = value[1 : n-1]
		}
		vars[name] = strings.NewReplacer(`\"`, `"`, `\\`, `\`, `\$`, `$`, "\\`", "`").Replace(value)
	}
	return vars
}
