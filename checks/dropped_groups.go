package checks

import (
	"fmt"
	"strings"

	"github.com/dfharden/dfharden/source"
)

func init() {
	register(&Rule{
		ID:       "dropped-groups",
		Summary:  "USER with a group drops the other groups of the account",
		Control:  NonRoot,
		Severity: Warning,
		Safety:   Unsafe,
		Why: "`USER app:app` gives the process that one group. The supplementary groups that the file gave the account (`useradd -G`, `usermod -aG`, `addgroup app audio`) count only where USER names\n" +
			"no group: the process then cannot use the device, socket or directory that the group is for.",
		Silent: "USER names no group, or the account has no other group than the one that is named.",
		FixSafety: "*Unsafe*: it takes the group out of USER, so that the process gets all groups of the account: more rights than it has now. No fix where the group is not the account's own, since the\n" +
			"process would get another one.",
		Refs: []string{"Docker: https://docs.docker.com/reference/dockerfile/#user"},
		Run:  droppedGroups,
	})
}

func droppedGroups(p *Pass) {
	u, ok := p.nonRoot()
	if !ok || u.At == nil || u.Group == "" || u.Account == nil {
		return
	}
	var dropped []string
	for _, g := range u.Account.Groups {
		if id, _ := p.Graph.Final().End().GroupID(g); g != u.Group && !(id.Known && u.GID.Is(id.N)) {
			dropped = append(dropped, g)
		}
	}
	if len(dropped) == 0 {
		return
	}
	f := Finding{Span: p.first(u.At), Message: fmt.Sprintf("USER %s drops %s of %s: the process has the rights of the group %s alone", u.Spec, plural(len(dropped), "the group ", "the groups ")+strings.Join(dropped, ", "), u.Name, u.Group)}
	user, _, _ := strings.Cut(u.At.Arg(0), ":")
	e, ok := u.At.ReplaceArg(0, user)
	own := u.Group == u.Account.Group || u.GID.Known && u.GID == u.Account.GID
	switch {
	case !own:
		f.Withheld = reason(changedIDs, u.At, "%s is not the group of %s: without it the process would get another one; start the process with the groups that it needs (--group-add, supplementalGroups)", u.Group, u.Name)
	case !ok || strings.Contains(user, "$"):
		f.Withheld = reason(buildArgument, u.At, "the user comes from a variable")
	default:
		f.Fix = &Fix{
			Message: "write USER " + user, Safety: Unsafe, Edits: []source.Edit{e}, After: "root-user",
			Reason: reason(changedIDs, u.At, "the process gets the rights of more groups than it has now"),
		}
	}
	p.Report(f)
}
