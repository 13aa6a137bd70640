package checks

import (
	"fmt"
	"strings"

	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/source"
	"github.com/dfharden/dfharden/stage"
)

func init() {
	register(&Rule{
		ID:       "setuid-kept",
		Summary:  "programs of the base image keep their setuid and setgid bits",
		Control:  AttackSurface,
		Severity: Info,
		Safety:   Safe,
		Pedantic: true,
		Why: "su, mount, passwd and their like become root when anybody starts them, and a defect in one of them makes whoever is in the container root. A service starts none of them. `no-new-privileges`\n" +
			"stops them as well, where the pod or `docker run` sets it; without the bits it does not depend on that.",
		Silent: "The file strips the bits (`find … -perm … chmod a-s`) or says so by name for single programs. scratch, distroless and other images without a shell. Windows.",
		FixSafety: "*Safe* on Alpine, Debian and Ubuntu where the image starts the project's own program: a RUN that takes the bits from all files, as the last one that root runs. *Unsafe* where it is not known\n" +
			"what starts, or whether the image has `find`. *Withheld* where the file installs or calls a program that needs its bit, and where it is not known\n" +
			"that root runs the RUN.",
		Refs: []string{"CIS Docker Benchmark 1.6: 4.8 Ensure setuid and setgid permissions are removed"},
		Run:  setuidKept,
	})
}

// stripLine takes the bits away; BusyBox and GNU find both read it.
const stripLine = `find / -xdev -type f \( -perm -4000 -o -perm -2000 \) -exec chmod a-s {} +`

func setuidKept(p *Pass) {
	s := p.Graph.Final()
	if p.windows() || p.hasShell() == stage.No || p.strips() {
		return
	}
	f := Finding{Span: p.first(s.From), Message: fmt.Sprintf("setuid and setgid programs of %s are kept: each is a way to become root", s.Called())}
	if !s.Facts.Listed {
		f.Confidence = Low
		f.Message = fmt.Sprintf("setuid and setgid programs, if %s has any, are kept: each is a way to become root; what is in it is not known", s.Called())
	}
	place := p.apkPlace()
	if f.Withheld = p.setuidStays(place); f.Withheld == nil {
		f.Fix = &Fix{Message: "take the setuid and setgid bits from all files", Safety: Safe, Edits: p.stripEdits(place), After: "root-user"}
		if f.Fix.Reason = p.setuidDoubt(); f.Fix.Reason != nil {
			f.Fix.Safety = Unsafe
		}
	}
	p.Report(f)
}

// strips reports whether a RUN takes setuid bits away.
func (p *Pass) strips() bool {
	for _, in := range p.runs() {
		text := p.text(in)
		if !strings.Contains(text, "chmod") {
			continue
		}
		for _, mode := range []string{"a-s", "u-s", "g-s", "-s ", "ug-s", "u=rwx,g=rx,o=rx"} {
			if strings.Contains(text, mode) {
				return true
			}
		}
	}
	return false
}

// setuidUsers are programs, and packages, that work through their setuid bit.
var setuidUsers = wordSet(`
	sudo su doas opendoas ping ping6 iputils iputils-ping mount umount fuse fuse3 fusermount pkexec polkit
	policykit-1 newuidmap newgidmap uidmap shadow-uidmap bubblewrap bwrap crontab cron at screen chromium
	chromium-browser google-chrome google-chrome-stable chrome electron puppeteer playwright postfix exim4 sendmail
	podman buildah rootlesskit slirp4netns passwd chsh chfn newgrp firejail singularity apptainer
`)

// setuidStays is the reason why the bits must stay.
func (p *Pass) setuidStays(place apkPlacement) *Reason {
	switch root := p.stateAt(place.at).User.Root(); {
	case root == stage.Unknown:
		return reason(nonRootBase, p.Graph.Final().From, "the bits can be taken away by root only, and who the user is where the image is built is not known")
	case place.back != nil || root == stage.No:
		return reason(nonRootBase, p.Graph.Final().From, "the bits can be taken away by root only, and the base image runs as another user: do it there")
	}
	if in := p.onBuild(); in != nil {
		return reason(baseImage, in, "ONBUILD in line %d: an image built from this one may need them", in.Line)
	}
	var found *Reason
	p.image(func(s *stage.Stage, in *parser.Instruction) {
		for _, c := range s.Calls(in) {
			if c.Sudo || setuidUsers[c.Name] {
				found = reason(setuidNeeded, in, "%s in line %d works through its setuid bit", firstWord(c), in.Line)
			}
			for _, name := range packages(c) {
				if setuidUsers[name] && (c.Manager() != "" || c.Name == "npm" || c.Name == "yarn") {
					found = reason(setuidNeeded, in, "%s, installed in line %d, works through its setuid bit", name, in.Line)
				}
			}
		}
	})
	return found
}

func firstWord(c stage.Call) string {
	if c.Sudo {
		return c.Via[0]
	}
	return c.Name
}

// setuidDoubt is the reason why the fix is not safe.
func (p *Pass) setuidDoubt() *Reason {
	s := p.Graph.Final()
	distro, _ := s.Distro()
	switch {
	case !s.Facts.Listed:
		return reason(unknownBase, s.Root().From, "what is in %s is not known", s.Called())
	case distro != image.Alpine && distro != image.Debian && distro != image.Ubuntu:
		return reason(unknownBase, s.Root().From, "whether %s has find is not known", s.Called())
	case len(p.Graph.BuiltOn()) > 0:
		return reason(baseImage, s.From, "%s is built on this image: what runs there is not in this file", p.Graph.BuiltOn()[0])
	case s.End().Start.Entrypoint == nil && s.End().Start.Cmd == nil:
		return reason(baseImage, s.From, "the file has neither CMD nor ENTRYPOINT: what runs in the image is not known")
	case len(p.started()) > 0 && onlyShell(p.started()):
		return reason(baseImage, p.at(p.started()[0]), "the image starts nothing but a shell or an interpreter: what is done there is not known")
	}
	if ref := p.script(); ref != nil {
		return reason(opaqueEntrypoint, ref.At, "what %s does is not known (%s)", ref.Name, p.unreadWhy())
	}
	return p.programDoubt(p.plan())
}

// stripEdits puts the RUN at the last place where root runs one.
func (p *Pass) stripEdits(place apkPlacement) []source.Edit {
	line := "RUN " + stripLine
	if p.stateAt(place.at).Shell.Kind != stage.Posix {
		line = fmt.Sprintf("RUN [\"/bin/sh\", \"-c\", %q]", stripLine)
	}
	return p.insertAt(p.Graph.Final(), place.at, []string{"# Take the setuid and setgid bits from all programs, so that none of them makes anybody root.", line})
}
