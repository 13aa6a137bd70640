package checks

import (
	"fmt"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/source"
	"github.com/dfharden/dfharden/stage"
)

// nonRoot is the user of an image that does not run as root; ok is false for one
// that does, or may, and for Windows.
func (p *Pass) nonRoot() (stage.User, bool) {
	u := p.Graph.Final().End().User
	return u, u.Root() == stage.No && !p.windows()
}

var _ = register(&Rule{
	ID:       "unfixed-uid",
	Summary:  "the image's user is created without a fixed UID or GID",
	Control:  NonRoot,
	Severity: Warning,
	Safety:   Unsafe,
	Why: "`adduser -S`, `useradd -r` and their like take the next free number. It changes when a package that comes before creates an account too, and then files in volumes\n" +
		"belong to somebody else, and the numbers in a pod's `runAsUser` and `fsGroup` are wrong.",
	Silent:    "The numbers are given with the account, or USER is a number. An account's own group takes the account's number, so a given UID is enough where no group is named.",
	FixSafety: "*Unsafe*: it puts the configured numbers into the command that creates the account. Files in volumes of running containers keep the old number.",
	Refs:      []string{"Kubernetes: https://kubernetes.io/docs/tasks/configure-pod-container/security-context/"},
	Run: func(p *Pass) {
		u, ok := p.nonRoot()
		if !ok || u.Account == nil || u.Account.At == nil || u.Numeric || u.UID.Known && u.GID.Known {
			return
		}
		f := Finding{Span: p.first(u.Account.At)}
		if c := p.creating(u.Account, "useradd", "adduser"); c != nil {
			f.Span = c.Span
		}
		what := "a fixed UID"
		if u.UID.Known {
			what = "a fixed GID"
			if c := p.creatingGroup(u.Account.Group); c != nil {
				f.Span = c.Span
			}
		} else if !u.GID.Known {
			what = "a fixed UID and GID"
		}
		f.Message = fmt.Sprintf("the image's user %s is created without %s: its number can change from build to build", u.Name, what)
		uid, gid, edits, ok := p.giveIDs(u.Account)
		if ok && len(edits) > 0 {
			f.Fix = &Fix{Message: fmt.Sprintf("give %s the numbers %d:%d", u.Name, uid, gid), Safety: Unsafe, Edits: edits,
				Reason: reason(changedIDs, u.Account.At, "the account gets other numbers than it has now: files in volumes of running containers keep the old ones")}
		} else {
			f.Withheld = reason(unknownBase, u.Account.At, "the command that creates %s or its group cannot be edited: give the numbers by hand", u.Name)
		}
		p.Report(f)
	},
})

var _ = register(&Rule{
	ID:       "non-numeric-user",
	Summary:  "USER is a name, which Kubernetes cannot verify",
	Control:  NonRoot,
	Severity: Info,
	Safety:   Safe,
	Why:      "With `runAsNonRoot: true` the kubelet refuses a container whose image names its user, because it cannot see the number behind the name: `container has runAsNonRoot and image has non-numeric user`.",
	Silent:   "USER is a number, or comes from the base image. With `--named-user` names are what was asked for.",
	FixSafety: "*Safe* where the numbers are known from the file or from the facts about the base image. An account with supplementary groups gets its UID alone, since a\n" +
		"group behind the colon would drop them. There is no fix where a number is left to chance; see unfixed-uid.",
	Refs: []string{"Kubernetes: https://kubernetes.io/docs/concepts/security/pod-security-standards/", "checkov: CKV2_DOCKER_1 is about sudo; there is no counterpart"},
	Run: func(p *Pass) {
		u, ok := p.nonRoot()
		if !ok || u.At == nil || u.Numeric || u.Name == "" || p.Options.NamedUser {
			return
		}
		f := Finding{Span: p.first(u.At), Message: fmt.Sprintf("USER %s is a name: Kubernetes cannot verify runAsNonRoot for it", u.Spec)}
		spec := numeric(u.UID.N, u.GID.N)
		if u.Account != nil && len(u.Account.Groups) > 0 && u.Group == "" {
			spec = fmt.Sprint(u.UID.N)
		}
		switch e, ok := u.At.ReplaceArg(0, spec); {
		case !u.UID.Known || !u.GID.Known:
			f.Withheld = reason(unknownBase, u.At, "the numbers of %s are not known", u.Name)
		case strings.Contains(u.At.Arg(0), "$"):
			f.Withheld = reason(buildArgument, u.At, "the name comes from a variable")
		case !ok:
			f.Withheld = reason(opaque, u.At, "USER in line %d cannot be edited", u.At.Line)
		default:
			f.Fix = &Fix{Message: "write USER " + spec, Safety: Safe, Edits: []source.Edit{e}}
		}
		p.Report(f)
	},
})

var _ = register(&Rule{
	ID:       "missing-group",
	Summary:  "USER is a number without an account or a group: the process gets the root group",
	Control:  NonRoot,
	Severity: Warning,
	Safety:   Safe,
	Why:      "For `USER 1337` the group comes from the account with that UID. Without such an account it is 0, the root group, whose files are often writable.",
	Silent:   "An account with that UID exists, or a group is given, `0` included (OpenShift's convention).",
	FixSafety: "*Safe*: it adds a group of the same number; or `:0`, which changes nothing but says it, where the file prepares its files for the root group. *Unsafe* where the base image's\n" +
		"accounts are not known.",
	Refs: []string{"Docker: https://docs.docker.com/reference/dockerfile/#user"},
	Run: func(p *Pass) {
		u, ok := p.nonRoot()
		if !ok || u.At == nil || !u.Numeric || u.Group != "" || u.Account != nil || p.copiesPasswd() {
			return
		}
		f := Finding{Span: p.first(u.At)}
		f.Message = fmt.Sprintf("USER %s has no group, and no account has that UID: the process gets GID 0, the root group", u.Spec)
		listed := p.Graph.Final().Facts.Listed
		if !listed {
			f.Confidence = Low
			f.Message = fmt.Sprintf("USER %s has no group: unless %s has an account with that UID, the process gets GID 0, the root group", u.Spec, p.Graph.Final().BaseName())
		}
		spec := fmt.Sprintf("%s:%d", u.Spec, p.groupOf(u))
		e, ok := u.At.ReplaceArg(0, spec)
		if !ok || strings.Contains(u.At.Arg(0), "$") {
			f.Withheld = reason(buildArgument, u.At, "the number comes from a variable")
		} else {
			f.Fix = &Fix{Message: "write USER " + spec, Safety: Safe, Edits: []source.Edit{e}}
			if !listed {
				f.Fix.Safety = Unsafe
				f.Fix.Reason = reason(unknownBase, p.Graph.Final().Root().From, "the accounts of %s are not known", p.Graph.Final().BaseName())
			}
		}
		p.Report(f)
	},
})

// groupOf is the group that a number without an account and a group should have.
func (p *Pass) groupOf(u stage.User) int {
	if p.rootGroup() {
		return 0
	}
	return u.UID.N
}

// rootGroup reports whether the file prepares its files for the root group.
func (p *Pass) rootGroup() bool {
	for _, t := range p.transfers() {
		if strings.HasSuffix(t.Chown, ":0") || strings.HasSuffix(t.Chown, ":root") {
			return true
		}
	}
	for _, in := range p.runs() {
		for _, c := range p.calls(in) {
			ops := c.Operands()
			switch {
			case c.Name == "chgrp" && (c.Has("0") || c.Has("root")), c.Name == "chmod" && c.Has("g=u", "g+rwX", "g+rw", "g+w", "g+rwx", "775", "770", "0775", "0770"):
				return true
			case c.Name == "chown" && len(ops) > 0 && (strings.HasSuffix(ops[0].Text, ":0") || strings.HasSuffix(ops[0].Text, ":root")):
				return true
			}
		}
	}
	return false
}

// copiesPasswd reports whether the file brings an /etc/passwd from elsewhere.
func (p *Pass) copiesPasswd() bool {
	for _, t := range p.transfers() {
		if t.Dest == "" || within("/etc/passwd", t.Dest) {
			return true
		}
	}
	return false
}

var _ = register(&Rule{
	ID:       "undefined-user",
	Summary:  "USER or --chown names an account that does not exist",
	Control:  NonRoot,
	Severity: Error,
	Safety:   Safe,
	Why:      "A name in USER or `--chown` is looked up in the image's /etc/passwd. If it is not there the build fails, or the container does not start: `unable to find user app: no matching entries in passwd file`.",
	Silent:   "The accounts of the base image are not all known, /etc/passwd is copied in, or a RUN calls something that may create accounts: a package manager or a script.",
	FixSafety: "*Safe* where there is no shell to create an account with (scratch, distroless): the configured numbers take the place of the name. Elsewhere the account is missing for a\n" +
		"reason that is not in the file, so nothing is changed.",
	Refs: []string{"Docker: https://docs.docker.com/reference/dockerfile/#user"},
	Run:  undefinedUser,
})

func undefinedUser(p *Pass) {
	if p.windows() || p.copiesPasswd() {
		return
	}
	for _, s := range p.Graph.Chain() {
		for _, in := range s.Instructions {
			spec, what := "", ""
			switch c := in.Cmd.(type) {
			case *instructions.UserCommand:
				spec, what = c.User, "USER"
			case *instructions.CopyCommand:
				spec, what = c.Chown, "--chown"
			case *instructions.AddCommand:
				spec, what = c.Chown, "--chown"
			}
			if spec != "" {
				p.undefined(s, in, spec, what)
			}
		}
	}
}

func (p *Pass) undefined(s *stage.Stage, in *parser.Instruction, spec, what string) {
	st := s.Before(in)
	text, known := st.Expand(spec)
	user, group, _ := strings.Cut(text, ":")
	if !known || text == "" {
		return
	}
	_, userExists := st.Account(user)
	_, groupExists := st.GroupID(group)
	missing := user
	switch {
	case !isNumber(user) && user != "" && userExists == stage.No:
	case !isNumber(group) && group != "" && groupExists == stage.No:
		missing = "group " + group
	default:
		return
	}
	f := Finding{Span: p.first(in), Message: fmt.Sprintf("%s %s: %s does not exist in the image, so the build or the start fails", what, text, missing)}
	if flag, ok := in.Flag("chown"); ok && what == "--chown" {
		f.Span = flag.Span
	}
	ids := numeric(p.Options.UID, p.Options.GID)
	var e source.Edit
	ok := false
	if what == "USER" {
		e, ok = in.ReplaceArg(0, ids)
	} else {
		e, ok = in.SetFlag("chown", ids)
	}
	if ok && s.Facts.Tools == image.NoTools {
		f.Fix = &Fix{Message: "write the numbers " + ids, Safety: Safe, Edits: []source.Edit{e}}
	} else {
		f.Withheld = reason(unknownBase, in, "create the account before line %d, with a fixed UID and GID", in.Line)
	}
	p.Report(f)
}

func isNumber(text string) bool {
	for i := 0; i < len(text); i++ {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text != ""
}

var _ = register(&Rule{
	ID:        "unused-account",
	Summary:   "an account is created, and the image still runs as root",
	Control:   NonRoot,
	Severity:  Info,
	Why:       "Creating an account changes nothing until USER switches to it. This is the commonest half-finished hardening.",
	Silent:    "The entrypoint drops privileges to the account, or the image does not run as root.",
	FixSafety: "It has no fix of its own: the fix of root-user takes this account, with its numbers if they are fixed.",
	Refs:      []string{"hadolint: no counterpart"},
	Run: func(p *Pass) {
		pl := p.plan()
		if pl == nil || pl.safety == NoFix && pl.reason.Code != needsRootHome {
			return
		}
		for _, a := range p.Graph.Final().End().Created() {
			if a.UID.Is(0) || a.Name == "root" || !p.inImage(a.At) || p.wasUser(a.Name) {
				continue
			}
			f := Finding{Span: p.first(a.At), Message: fmt.Sprintf("the account %s is created in line %d, and the image still runs as root", a.Name, a.At.Line)}
			if c := p.creating(&a, "useradd", "adduser"); c != nil {
				f.Span = c.Span
			}
			p.Report(f)
		}
	},
})

func (p *Pass) inImage(in *parser.Instruction) bool {
	for _, s := range p.Graph.Chain() {
		for _, other := range s.Instructions {
			if other == in {
				return true
			}
		}
	}
	return false
}

// wasUser reports whether an account is switched to somewhere in the image.
func (p *Pass) wasUser(name string) bool {
	for _, s := range p.Graph.Chain() {
		for _, in := range s.Instructions {
			if s.Before(in).User.Name == name {
				return true
			}
		}
	}
	return false
}
