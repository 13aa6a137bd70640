package checks

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/dfharden/dfharden/source"
	"github.com/dfharden/dfharden/stage"
)

func init() {
	register(&Rule{
		ID:       "uid-policy",
		Summary:  "the image's user does not have the numbers that the configuration asks for",
		Control:  NonRoot,
		Severity: Warning,
		Safety:   Unsafe,
		Why: "Clusters admit only certain numbers (`runAsUser` ranges of a policy engine, OpenShift's ranges per project), and hosts keep theirs apart from those of containers, so that a process that\n" +
			"breaks out meets no account of the host. With `uid-policy` in the configuration every image is held to that range.",
		Silent: "No policy is configured, which is the default. The image runs as root; that is root-user's finding, whose fix takes numbers from the range.",
		FixSafety: "*Unsafe*: other numbers in USER and in every `--chown` that has the old ones. Files in volumes of running containers keep the old number. No fix where the file creates the account, or the\n" +
			"base image does, or a RUN names the number: that is to be done by hand.",
		Refs: []string{"Kubernetes: https://kubernetes.io/docs/tasks/configure-pod-container/security-context/"},
		Run:  uidPolicy,
	})
}

// allows reports whether numbers are in the ranges of a policy.
func (o UIDPolicy) allows(uid, gid stage.ID) bool {
	in := func(id stage.ID, low, high int) bool { return !id.Known || id.N >= low && (high == 0 || id.N <= high) }
	return in(uid, o.UIDMin, o.UIDMax) && in(gid, o.GIDMin, o.GIDMax)
}

// String is the policy as messages say it.
func (o UIDPolicy) String() string {
	ids := func(low, high int) string {
		switch {
		case high == 0:
			return fmt.Sprintf("%d or more", low)
		case low == high:
			return strconv.Itoa(low)
		}
		return fmt.Sprintf("%d to %d", low, high)
	}
	var parts []string
	if o.UIDMin != 0 || o.UIDMax != 0 {
		parts = append(parts, "UID "+ids(o.UIDMin, o.UIDMax))
	}
	if o.GIDMin != 0 || o.GIDMax != 0 {
		parts = append(parts, "GID "+ids(o.GIDMin, o.GIDMax))
	}
	return strings.Join(parts, ", ")
}

// choose returns numbers that the policy allows: those given, else the lowest.
func (o UIDPolicy) choose(uid, gid int) (int, int) {
	known := func(n int) stage.ID { return stage.ID{N: n, Known: true} }
	if !o.allows(known(uid), stage.ID{}) {
		uid = max(o.UIDMin, 1)
	}
	if !o.allows(stage.ID{}, known(gid)) {
		gid = max(o.GIDMin, 1)
	}
	return uid, gid
}

func uidPolicy(p *Pass) {
	policy := p.Options.UIDPolicy
	if policy == (UIDPolicy{}) || p.windows() {
		return
	}
	s := p.Graph.Final()
	u, ok := p.nonRoot()
	if pl := p.plan(); pl != nil && pl.safety != NoFix && pl.who.Numeric != "" {
		known := func(n int) stage.ID { return stage.ID{N: n, Known: true} }
		if !policy.allows(known(pl.who.UID), known(pl.who.GID)) {
			p.Report(Finding{Span: p.first(s.From), Message: fmt.Sprintf("the image's user will be %s, and the policy asks for %s: give the account other numbers", pl.who.Numeric, policy)})
		}
		return
	}
	f := Finding{Span: p.first(s.From)}
	if u.At != nil {
		f.Span = p.first(u.At)
	}
	switch {
	case !ok || u.UID.Known && u.GID.Known && policy.allows(u.UID, u.GID):
		return
	case !policy.allows(u.UID, u.GID):
		f.Message = fmt.Sprintf("the image's user is %s, and the policy asks for %s", p.idsOf(u), policy)
		p.policyFix(&f, u)
	default:
		f.Confidence = Low
		f.Message = fmt.Sprintf("the policy asks for %s, and the numbers of %s are not known", policy, p.current().call())
	}
	p.Report(f)
}

func (p *Pass) idsOf(u stage.User) string {
	switch {
	case u.UID.Known && u.GID.Known:
		return numeric(u.UID.N, u.GID.N)
	case u.UID.Known:
		return strconv.Itoa(u.UID.N)
	}
	return u.Spec
}

// policyFix writes other numbers where the old ones stand in USER and --chown only.
func (p *Pass) policyFix(f *Finding, u stage.User) {
	uid, gid := p.Options.UIDPolicy.choose(p.Options.UID, u.GID.N)
	spec, old := numeric(uid, gid), ""
	if u.UID.Known && u.GID.Known {
		old = numeric(u.UID.N, u.GID.N)
	}
	if f.Withheld = p.policyStays(u, spec); f.Withheld != nil {
		return
	}
	e, ok := u.At.ReplaceArg(0, spec)
	edits := []source.Edit{e}
	for _, t := range p.transfers() {
		if t.Chown == "" || t.Chown != old && t.Chown != u.Spec {
			continue
		}
		e, set := t.In.SetFlag("chown", spec)
		edits, ok = append(edits, e), ok && set
	}
	if !ok {
		f.Withheld = reason(opaque, u.At, "USER in line %d or a --chown cannot be edited", u.At.Line)
		return
	}
	f.Fix = &Fix{
		Message: "run as " + spec, Safety: Unsafe, Edits: edits, After: "root-user",
		Reason: reason(changedIDs, u.At, "files in volumes of running containers keep the old number"),
	}
}

// policyStays is the reason why other numbers cannot be written.
func (p *Pass) policyStays(u stage.User, spec string) *Reason {
	switch {
	case u.At == nil:
		return reason(changedIDs, nil, "the base image sets the user: set USER %s, and give it the files that it needs, by hand", spec)
	case u.Account != nil && u.Account.At != nil:
		return reason(changedIDs, u.Account.At, "the account is created in line %d: give it the numbers %s there, and in USER and --chown", u.Account.At.Line, spec)
	case u.Account != nil || !u.Numeric:
		return reason(changedIDs, u.At, "the account is the base image's: create one with the numbers %s by hand", spec)
	case strings.Contains(u.At.Arg(0), "$"):
		return reason(buildArgument, u.At, "the number comes from a variable: give that another value")
	case p.runNames(strconv.Itoa(u.UID.N)):
		return reason(changedIDs, u.At, "a RUN names the number %d as well: change it there too, by hand", u.UID.N)
	}
	return nil
}

// runNames reports whether a RUN has a number as a word or a part of one.
func (p *Pass) runNames(number string) bool {
	for _, in := range p.runs() {
		if word(p.text(in), number) {
			return true
		}
	}
	return false
}
