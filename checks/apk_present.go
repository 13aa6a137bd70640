package checks

import (
	"fmt"
	"strings"

	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/source"
	"github.com/dfharden/dfharden/stage"
)

func init() {
	register(&Rule{
		ID:       "apk-present",
		Summary:  "the apk package manager is still in the image",
		Control:  AttackSurface,
		Severity: Warning,
		Safety:   Safe,
		Why: "With apk in the image, whoever gets in installs what they need with one command. An image that is complete needs no package manager.\n\n" +
			"Removing /lib/apk removes the package database too, which scanners read to find vulnerable packages; `--keep-apk-db` keeps it.",
		Silent: "The final image is not Alpine; or it is distroless, Wolfi or made by apko, which have no apk. Removed means an `rm` of /sbin/apk, or `apk del apk-tools`, anywhere in the final image's chain,\n" +
			"whatever the flags, the order and the spelling. What is left of /etc/apk, /lib/apk, /usr/share/apk and /var/lib/apk is named, and alone is worth an info.",
		FixSafety: "*Safe*: a RUN that removes the five paths, as the last one that runs as root. *Unsafe* where a start script that is not in the file might call apk, or others build on the image.\n" +
			"*Withheld* where apk is called later: after the switch to the user, in ENTRYPOINT or CMD, in ONBUILD, or in a stage that is built from this one.",
		Refs: []string{"CIS Docker Benchmark 1.6: 4.3 Ensure that unnecessary packages are not installed in the container", "NIST SP 800-190: 4.1.1"},
		Run:  apkPresent,
	})
}

func apkPresent(p *Pass) {
	s := p.Graph.Final()
	distro, evidence := s.Distro()
	if distro != image.Alpine || s.Facts.Apk == stage.No {
		return
	}
	left := p.apkLeft()
	if len(left) == 0 {
		return
	}
	f := Finding{Span: p.first(s.From)}
	apk := s.End().Apk
	if apk.Gone() {
		f.Severity = Info
		f.Span = p.first(apk.At)
		f.Message = fmt.Sprintf("/sbin/apk is removed in line %d, but %s %s left over", apk.At.Line, strings.Join(left, ", "), plural(len(left), "is", "are"))
	} else {
		f.Message = fmt.Sprintf("apk is still in the final image, so packages can be installed at run time (%s)", evidence)
		if !s.Facts.Listed {
			f.Confidence = Low
		}
		if rest := left[1:]; left[0] == stage.ApkPaths[0] && len(rest) > 0 && len(rest) < len(stage.ApkPaths)-1 {
			f.Message += "; left over: " + strings.Join(left, ", ")
		}
	}
	place := p.apkPlace()
	if r := p.apkWithheld(place); r != nil {
		f.Withheld = r
		p.Report(f)
		return
	}
	f.Fix = &Fix{Message: "remove " + strings.Join(left, ", "), Safety: Safe, Edits: p.apkEdits(place, left)}
	if f.Fix.Reason = p.apkDoubt(); f.Fix.Reason != nil {
		f.Fix.Safety = Unsafe
	}
	p.Report(f)
}

// apkLeft lists what is to be removed. With KeepApkDB the database stays.
func (p *Pass) apkLeft() []string {
	left := p.Graph.Final().End().Apk.Left()
	if !p.Options.KeepApkDB {
		return left
	}
	gone := p.Graph.Final().End().Apk.Gone()
	var out []string
	for _, path := range left {
		switch {
		case path != "/lib/apk":
			out = append(out, path)
		case !gone:
			out = append(out, "/lib/apk/exec")
		}
	}
	return out
}

// apkPlacement is where the RUN goes that removes apk.
type apkPlacement struct {
	at   int         // above Instructions[at] of the final stage; at its end if there is none
	back *stage.User // the user to go back to, where root has to be set first
}

// apkPlace finds the place of the last RUN that root runs: the privilege boundary
// of an image that runs as root; else where the last switch from root to another
// user stands, above the account's own RUNs.
func (p *Pass) apkPlace() apkPlacement {
	s := p.Graph.Final()
	if pl := p.plan(); pl != nil {
		at := pl.at
		if u := p.stateAt(at).User; !pl.asUser && u.Root() == stage.Unknown {
			return apkPlacement{at: at, back: &u}
		}
		if !pl.asUser {
			return apkPlacement{at: p.aboveAccounts(s, at)}
		}
	}
	for i := len(s.Instructions) - 1; i >= 0; i-- {
		in := s.Instructions[i]
		if in.Name == "user" && s.Before(in).User.Root() != stage.No {
			return apkPlacement{at: p.aboveAccounts(s, i)}
		}
	}
	at := 0
	for i, in := range s.Instructions {
		if in.Name == "run" {
			at = i + 1
		}
	}
	u := s.End().User
	if at < len(s.Instructions) {
		u = s.Before(s.Instructions[at]).User
	}
	return apkPlacement{at: at, back: &u}
}

// aboveAccounts goes up over RUNs that only make accounts and directories, which
// need no packages: the pattern removes apk first.
func (p *Pass) aboveAccounts(s *stage.Stage, at int) int {
	for at > 0 {
		in := s.Instructions[at-1]
		if in.Name != "run" || s.Before(in).User.Root() == stage.No || !accountsOnly(s.Calls(in)) {
			break
		}
		at--
	}
	return at
}

func accountsOnly(calls []stage.Call) bool {
	for _, c := range calls {
		switch c.Name {
		case "addgroup", "adduser", "groupadd", "useradd", "mkdir", "chown", "set":
		default:
			return false
		}
	}
	return len(calls) > 0
}

// apkWithheld finds the reason why apk must stay.
func (p *Pass) apkWithheld(place apkPlacement) *Reason {
	s := p.Graph.Final()
	if in := p.onBuild(); in != nil {
		return reason(baseImage, in, "ONBUILD in line %d: an image built from this one may install packages", in.Line)
	}
	for i, in := range s.Instructions {
		if i >= place.at && in.Name == "run" && callsApk(s.Calls(in)) {
			return reason(apkNeeded, in, "apk is called in line %d, after the last place where root can remove it", in.Line)
		}
	}
	for _, c := range p.started() {
		if in := p.at(c); in != nil && c.Name == "apk" {
			return reason(apkNeeded, in, "%s in line %d calls %s", strings.ToUpper(in.Name), in.Line, said(c))
		}
	}
	for _, other := range p.Graph.Stages {
		if other.Base == s {
			return reason(apkNeeded, other.From, "stage %s in line %d is built from this one, and may call apk", other.Label(), other.From.Line)
		}
	}
	if place.back != nil && (!place.back.Known || place.back.Spec == "") {
		return reason(nonRootBase, s.From, "removing apk needs root, and the user to go back to is not known: %s", place.back.Why)
	}
	if st := p.stateAt(place.at); st.Shell.Kind != stage.Posix && p.hasShell() != stage.Yes {
		return reason(unknownShell, st.Shell.At, "the shell in force is not a POSIX one")
	}
	return p.opaqueHere()
}

func (p *Pass) opaqueHere() *Reason {
	for _, in := range p.Graph.Final().Instructions {
		if in.Opaque != "" {
			return reason(opaque, in, "%s in line %d could not be mapped to the bytes of the file", strings.ToUpper(in.Name), in.Line)
		}
	}
	return nil
}

func (p *Pass) stateAt(at int) stage.State {
	s := p.Graph.Final()
	if at < len(s.Instructions) {
		return s.Before(s.Instructions[at])
	}
	return s.End()
}

func callsApk(calls []stage.Call) bool {
	for _, c := range calls {
		if c.Name == "apk" {
			return true
		}
	}
	return false
}

// apkDoubt finds the reason why removing apk is not safe.
func (p *Pass) apkDoubt() *Reason {
	s := p.Graph.Final()
	base := s.Root().From
	st := s.End()
	switch {
	case !s.Facts.Listed:
		return p.unlisted(s, base)
	case len(p.Graph.BuiltOn()) > 0:
		return reason(baseImage, s.From, "%s is built on this image, and may install packages", p.Graph.BuiltOn()[0])
	case s.Facts.Brings != "" && st.Start.Entrypoint == nil && len(s.Facts.Entrypoint) > 0:
		return reason(opaqueEntrypoint, base, "what the entrypoint of %s does is not in this file: it may call apk", s.Called())
	case st.Start.Entrypoint == nil && st.Start.Cmd == nil && s.Facts.Command != image.Program:
		return reason(baseImage, s.From, "the file has neither CMD nor ENTRYPOINT: an image built from this one may install packages")
	case s.Facts.Kind == image.Server || s.Facts.Kind == image.Tool || s.Facts.Kind == "":
		if st.Start.Entrypoint == nil && s.Facts.Command == "" {
			return reason(unknownBase, base, "what the entrypoint of %s does is not known", s.Called())
		}
	}
	if ref := p.script(); ref != nil {
		r := reason(opaqueEntrypoint, ref.At, "what %s does is not known (%s): it may call apk", ref.Name, p.unreadWhy())
		r.Span = ref.Span
		return r
	}
	if in := p.unreadable(); in != nil {
		return reason(unknownShell, in, "RUN in line %d does not parse: whether it needs apk later is not known", in.Line)
	}
	if calls := p.started(); len(calls) > 0 && onlyShell(calls) {
		return reason(baseImage, p.at(calls[0]), "the image starts nothing but a shell or an interpreter: what is done there may need apk")
	}
	return p.apkInNginx()
}

// apkInNginx is about nginx's entrypoint, which asks apk whether default.conf is
// the package's own before it lets it listen on IPv6 too. Source:
// 10-listen-on-ipv6-by-default.sh.
func (p *Pass) apkInNginx() *Reason {
	s := p.Graph.Final()
	if s.Facts.Name != "nginx" || len(s.Facts.Entrypoint) == 0 || s.End().Start.Entrypoint != nil {
		return nil
	}
	if f, there := p.settings("/etc/nginx", nginxOwn).Files["/etc/nginx/conf.d/default.conf"]; !there || f.At != nil {
		return nil
	}
	return reason(apkNeeded, s.Root().From, "the entrypoint of %s asks apk whether /etc/nginx/conf.d/default.conf is its own, and listens on IPv6 only then; bring a default.conf that listens on both", s.Called())
}

// apkEdits removes paths at a place.
func (p *Pass) apkEdits(place apkPlacement, left []string) []source.Edit {
	s := p.Graph.Final()
	command := "rm -rf " + strings.Join(left, " ")
	line := "RUN " + command
	if p.stateAt(place.at).Shell.Kind != stage.Posix {
		line = fmt.Sprintf("RUN [\"/bin/sh\", \"-c\", %q]", command)
	}
	lines := []string{"# Remove the apk package manager, so that nothing can be installed at run time.", line}
	if place.back != nil {
		lines = []string{lines[0], "USER 0", line, "USER " + backTo(place.back)}
	}
	return p.insertAt(s, place.at, lines)
}

// backTo is the USER that a step as root goes back to: by number where it is the
// base image's.
func backTo(u *stage.User) string {
	if u.At == nil && u.UID.Known && u.GID.Known {
		return numeric(u.UID.N, u.GID.N)
	}
	return u.Spec
}

// insertAt puts lines above the instruction with that number in a stage, or at
// the stage's end.
func (p *Pass) insertAt(s *stage.Stage, at int, lines []string) []source.Edit {
	if at < len(s.Instructions) {
		return []source.Edit{p.File.InsertBefore(s.Instructions[at], lines...)}
	}
	last := s.From
	if n := len(s.Instructions); n > 0 {
		last = s.Instructions[n-1]
	}
	return p.File.InsertAfter(last, lines...)
}
