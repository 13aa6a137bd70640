package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dfharden/dfharden/stage"
)

func init() {
	register(&Rule{
		ID:       "root-user",
		Summary:  "the image's process runs as root",
		Control:  NonRoot,
		Severity: Error,
		Safety:   Safe,
		Why: "A process that runs as root in a container is root on the node the moment it leaves the container, and inside it may change every file of the image. " +
			"Nothing in the image needs that: a service listens on a port, reads its files and writes to a few directories.\n\n" +
			"The rule follows the user of the image through `FROM` of an earlier stage and the base image's own default. `root`, `0`, `00`, `+0`, `0:0` and a variable that expands to " +
			"nothing all are root. `scratch` is root too.",
		Silent: "The base image is known to run as another user (distroless `:nonroot`, Chainguard, Bitnami, the unprivileged variants) and nothing resets it. A USER in an earlier stage that the " +
			"image is not built from never silences the rule. Where the base image is not known the rule says so, as a warning of low confidence.",
		FixSafety: "The fix creates an account with a fixed UID and GID in the manner of the distribution, lets it write to the working directory and the volumes, switches to it below the last RUN that " +
			"needs root, and gives it the files of COPY and ADD. A RUN that needs root, and unpacks or clones the project into a directory of its own, gives that to the account at its end (`&& chown -Rh`), in the same layer, so that nothing is stored twice. An account that the file has, or that the image of a server brings (nginx, postgres …), is taken instead of a new one; so is that of the base image in whose home the project lies (node in `/home/node/app`), unless the configuration asks for another name or number. " +
			"A program that lies in `/`, a project that is copied there and built, and one in root's home move to the account's home, where nothing in the file and in the project's own files says where they lie; `--no-relocate` leaves paths alone. It is *safe* if all that it rests on is known: the distribution, the accounts, the command, what the command needs. It is *unsafe* or " +
			"*withheld* for the reasons that are listed in [the hazards](../reasons.md).",
		Refs: []string{
			"CIS Docker Benchmark 1.6: 4.1 Ensure that a user for the container has been created",
			"NSA/CISA Kubernetes Hardening Guide 1.2: Non-root containers",
			"Docker: https://docs.docker.com/reference/dockerfile/#user",
			"hadolint: DL3002", "trivy: DS-0002", "KICS: fd54f200-402c-4333-a5a4-36ef6709af2f, 67fd0c4a-68cf-46d7-8c41-bc9fba7e40ae", "checkov: CKV_DOCKER_3, CKV_DOCKER_8", "tally: stateful-root-runtime",
		},
		Run: rootUser,
	})
}

func rootUser(p *Pass) {
	pl := p.plan()
	if pl == nil {
		return
	}
	s := p.Graph.Final()
	u := s.End().User
	f := Finding{Span: p.first(s.From)}
	if u.At != nil {
		f.Span = p.first(u.At)
		if s != p.Graph.Chain()[0] && u.At.Index < s.From.Index {
			f.Span = p.first(s.From)
			f.Related = append(f.Related, Related{"the user is set here", p.first(u.At)})
		}
	}
	switch {
	case u.Root() == stage.Unknown:
		f.Severity, f.Confidence = Warning, Low
		f.Message = fmt.Sprintf("final image may run as root: %s; to make it known list the image under images in the configuration, use --resolve, or add a USER", u.Why)
		if p.windows() {
			f.Message = fmt.Sprintf("final image may run as administrator: %s; to make it known list the image under images in the configuration, use --resolve, or add a USER", u.Why)
		}
	case u.At == nil:
		f.Message = fmt.Sprintf("final image runs as %s: no USER, and %s", p.rootName(), u.Why)
	default:
		f.Message = fmt.Sprintf("final image runs as %s: %s", p.rootName(), u.Why)
		if pl.reason != nil && pl.reason.Code == buildArgument {
			f.Confidence = Low
		}
	}
	if pl.safety == NoFix {
		f.Withheld = pl.reason
	} else {
		f.Fix = &Fix{Message: strings.Join(pl.said, "; ") + p.volumeNote(pl) + p.mountNote(pl), Safety: pl.safety, Reason: pl.reason, Edits: pl.edits}
	}
	p.Report(f)
}

func (p *Pass) rootName() string {
	if p.windows() {
		return "administrator"
	}
	return "root"
}

// volumeNote says what has to be done once for volumes that the old image made.
func (p *Pass) volumeNote(pl *plan) string {
	var dirs []string
	for _, v := range pl.stage.End().Volumes {
		if r := p.recipe(); r != nil && r.Drops && r.keeps(v.Path) {
			continue // mountNote is about those
		}
		if v.At != nil && volumeDir(v.Path) {
			dirs = append(dirs, v.Path)
		}
	}
	for _, t := range p.dataFlags() {
		if givenTo(pl, t.Path) && !slices.Contains(dirs, t.Path) {
			dirs = append(dirs, t.Path)
		}
	}
	if len(dirs) == 0 || pl.who.Numeric == "" {
		return ""
	}
	return fmt.Sprintf("; volumes made by the old image stay root's: run once `chown -R %s %s` in a container that mounts them", pl.who.Numeric, strings.Join(dirs, " "))
}
