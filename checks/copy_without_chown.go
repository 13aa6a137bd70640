package checks

import (
	"fmt"
	"strings"

	"github.com/dfharden/dfharden/source"
	"github.com/dfharden/dfharden/stage"
)

func init() {
	register(&Rule{
		ID:       "copy-without-chown",
		Summary:  "COPY or ADD leaves the program's files to root",
		Control:  Ownership,
		Severity: Warning,
		Safety:   Safe,
		Why: "COPY and ADD make root the owner of what they bring, whoever USER is. A file of mode 0600 cannot be read by the process then, and a directory not written to.\n" +
			"`--chown` costs nothing; a `RUN chown -R` afterwards stores every file twice.",
		Silent: "Before USER: destinations below /etc, /usr, /bin, /sbin, /lib and /opt that are not the working directory (configuration and code that the process should not own).\n" +
			"A later `chown` on the destination or a parent. Windows. A tree of system files from another stage. On scratch, what goes to a system directory: the builder makes that directory too, and would give it the same owner. An image that runs as root, where root-user offers no fix.",
		FixSafety: "*Safe*: `--chown` with the numbers of the image's user, which works before the account exists, on scratch and with `--link`. While the image still runs as root the fix is graded like\n" +
			"that of root-user. No fix where git would refuse to work in the files during the build.",
		Refs: []string{"Docker: https://docs.docker.com/reference/dockerfile/#copy---chown---chmod", "KICS flags every `--chown`, which is the opposite", "tally: copy-after-user-without-chown"},
		Run:  copyWithoutChown,
	})
}

func copyWithoutChown(p *Pass) {
	o, ok := p.owner()
	if !ok {
		return
	}
	for _, t := range p.transfers() {
		belowUser := t.State.User.Root() == stage.No
		if o.plan != nil {
			belowUser = p.isBelow(t.In, t.Stage, o.plan.at)
		}
		if p.wantsChown(t, belowUser, o.who.Home) {
			p.Report(p.rootsFiles(t, o, belowUser))
		}
	}
}

// owner is whose the files should be.
type owner struct {
	who    identity
	plan   *plan // nil: the image has its user already
	safety Safety
	why    *Reason
}

// owner says no for Windows, and for an image that has to run as root or is to.
func (p *Pass) owner() (owner, bool) {
	pl := p.plan()
	switch {
	case p.windows():
		return owner{}, false
	case pl == nil:
		return owner{who: p.current(), safety: Safe}, true
	}
	return owner{pl.who, pl, pl.safety, pl.reason}, pl.safety != NoFix && !p.staysRoot()
}

// rootsFiles is the finding about one copy.
func (p *Pass) rootsFiles(t transfer, o owner, belowUser bool) Finding {
	f := Finding{Span: p.first(t.In)}
	what := fmt.Sprintf("%s to %s without --chown: the files are root's", strings.ToUpper(t.In.Name), t.In.Arg(len(t.In.Args)-1))
	var hazard *Reason
	if o.plan != nil {
		f.Message = what + ", and will stay so when the process does not run as root any more"
		hazard = p.ownerHazard(t, o.plan.at)
	} else {
		f.Message = fmt.Sprintf("%s, and the process runs as %s", what, o.who.call())
		hazard = p.hazardBeforeUser(t)
	}
	name := o.who.name(t, belowUser)
	e, ok := t.In.SetFlag("chown", name)
	switch {
	case hazard != nil && !belowUser:
		f.Withheld = hazard
	case name == "" || !ok:
		f.Withheld = reason(unknownBase, t.In, "the numbers of the image's user are not known")
	default:
		f.Fix = &Fix{Message: "add --chown=" + name, Safety: o.safety, Reason: o.why, Edits: []source.Edit{e}}
		if o.plan != nil {
			f.Fix.After = "root-user"
		}
	}
	return f
}

// name is what --chown says for a copy: numbers, which need no account and go
// with --link, unless the identity has a name to use below USER.
func (w identity) name(t transfer, belowUser bool) string {
	if belowUser && !t.Link && w.Owner != "" {
		return w.Owner
	}
	return w.Numeric
}

// call is how a message names a user.
func (w identity) call() string {
	if w.Name != "" {
		return w.Name
	}
	if w.Spec != "" {
		return w.Spec
	}
	return "another user"
}

// current is the identity of an image that does not run as root.
func (p *Pass) current() identity {
	u := p.Graph.Final().End().User
	who := identity{Name: u.Name, Spec: u.Spec}
	if u.Account != nil {
		who.Home = u.Account.Home
	}
	switch {
	case u.Numeric && u.Group == "" && u.Account == nil:
		who.Owner = numeric(u.UID.N, p.groupOf(u))
		who.Numeric = who.Owner
	case u.UID.Known && u.GID.Known:
		who.Numeric = numeric(u.UID.N, u.GID.N)
		who.Owner = who.Numeric
		if p.Options.NamedUser && u.Account != nil {
			who.Owner = u.Account.Name + ":" + u.Account.Group
		}
	case u.Account != nil && u.Account.Group != "":
		who.Owner = u.Account.Name + ":" + u.Account.Group
	}
	return who
}

// hazardBeforeUser is ownerHazard for an image that has a user already: the RUNs
// that root runs are those that count.
func (p *Pass) hazardBeforeUser(t transfer) *Reason {
	for _, in := range p.runs() {
		if in.Index < t.In.Index {
			continue
		}
		for _, s := range p.Graph.Chain() {
			if len(s.Calls(in)) > 0 && s.Before(in).User.Root() != stage.No {
				return p.ownerHazard(t, len(p.Graph.Final().Instructions))
			}
		}
	}
	return nil
}
