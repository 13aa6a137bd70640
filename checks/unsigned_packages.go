package checks

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

func init() {
	register(&Rule{
		ID:       "unsigned-packages",
		Summary:  "packages are installed without a check of their signatures",
		Control:  SupplyChain,
		Severity: Warning,
		Why: "A package's signature is what says that it comes from the distribution; its scripts run as root while it is installed. Without the check a mirror, a proxy or anybody on the way decides what is\n" +
			"in the image. A repository of one's own is signed with a key of one's own, which the file adds (`/etc/apk/keys`, `signed-by=`, `rpm --import`). All stages count.",
		Silent: "The words stand in a comment, or where nothing reads them. A repository of local files (`deb [trusted=yes] file:…`), as images make that build their packages themselves.",
		Refs: []string{
			"CIS Docker Benchmark 1.6: 4.11 Ensure only verified packages are installed",
			"checkov: CKV2_DOCKER_7, CKV2_DOCKER_8, CKV2_DOCKER_9, CKV2_DOCKER_10, CKV2_DOCKER_11",
		},
		Run: func(p *Pass) {
			p.file(func(s *stage.Stage, in *parser.Instruction) {
				if in.Name == "run" && p.says(in, unsignedWords) {
					for _, c := range s.Calls(in) {
						p.unsigned(c)
					}
				}
				if in.Name == "copy" || in.Name == "add" {
					for _, h := range in.Heredocs {
						if m := unsignedSetting.FindString(h.Content); m != "" {
							p.Report(Finding{Span: p.first(in), Message: unsignedMessage(fmt.Sprintf("%q", m))})
						}
					}
				}
			})
		},
	})
}

// unsignedWords are found in every RUN that unsigned has something to say of, so that
// others need not be parsed.
var unsignedWords = strings.Fields(`
	--allow-untrusted unauthenticated --force-yes trusted=yes trusted= trusted: gpgcheck gpg-check --nosignature --nodigest
	--noverify siglevel allow-insecure-repositories --allow-unsigned-rpm
`)

// unsignedSetting is a setting of a package manager's configuration file.
var unsignedSetting = regexp.MustCompile(`(?i)\[[^\]\n]*\btrusted\s*=\s*yes[^\]\n]*\]|^\s*Trusted:\s*yes|\b(repo_)?gpgcheck\s*=\s*(0|no|false|off)\b|\bAPT::Get::AllowUnauthenticated\s+"?(true|1|yes)|\bSigLevel\s*=\s*(Never|[\w ]*TrustAll)`)

// unsignedOptions are options by program. Sources: apk(8), apt-get(8), yum(8), dnf(8),
// zypper(8), rpm(8).
var unsignedOptions = map[string]string{
	"apk": "--allow-untrusted", "apt-get": "--allow-unauthenticated --force-yes --allow-insecure-repositories", "apt": "--allow-unauthenticated --force-yes --allow-insecure-repositories", "aptitude": "--allow-untrusted",
	"yum": "--nogpgcheck --no-gpgchecks", "dnf": "--nogpgcheck --no-gpgchecks", "dnf5": "--nogpgcheck --no-gpgchecks", "microdnf": "--nogpgcheck", "tdnf": "--nogpgcheck",
	"zypper": "--no-gpg-checks --allow-unsigned-rpm", "rpm": "--nosignature --nodigest --noverify --nogpgcheck", "yum-config-manager": "--nogpgcheck",
}

func (p *Pass) unsigned(c stage.Call) {
	for _, option := range strings.Fields(unsignedOptions[c.Name]) {
		if c.Has(option) {
			p.Report(Finding{Span: c.Span, Message: unsignedMessage(c.Name + " " + option)})
			return
		}
	}
	for _, a := range c.Args {
		if t := strings.ToLower(a.Text); strings.HasPrefix(t, "apt::get::allowunauthenticated=") && !strings.HasSuffix(t, "false") && !strings.HasSuffix(t, "=0") {
			p.Report(Finding{Span: c.Span, Message: unsignedMessage(c.Name + " " + a.Text)})
			return
		}
	}
	if m := unsignedSetting.FindString(joined(c)); m != "" && c.Name != "grep" && !strings.Contains(joined(c), "] file:") {
		p.Report(Finding{Span: c.Span, Message: unsignedMessage(fmt.Sprintf("%q", m))})
	}
}

func unsignedMessage(what string) string {
	return what + " turns the check of package signatures off: whoever is on the way decides what is installed"
}
