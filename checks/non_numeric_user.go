package checks

import (
	"fmt"
	"strings"

	"github.com/dfharden/dfharden/source"
)

func init() {
	register(&Rule{
		ID:       "non-numeric-user",
		Summary:  "USER is a name, which Kubernetes cannot verify",
		Control:  NonRoot,
		Severity: Info,
		Safety:   Safe,
		Why:      "With `runAsNonRoot: true` the kubelet refuses a container whose image names its user, because it cannot see the number behind the name: `container has runAsNonRoot and image has non-numeric user`.",
		Silent:   "USER is a number, or comes from the base image, or only goes back to that one where its numbers are not known. With `--named-user` names are what was asked for.",
		FixSafety: "*Safe* where the numbers are known from the file or from the facts about the base image. An account with supplementary groups gets its UID alone, since a\n" +
			"group behind the colon would drop them. There is no fix where a number is left to chance; see unfixed-uid.",
		Refs: []string{"Kubernetes: https://kubernetes.io/docs/concepts/security/pod-security-standards/"},
		Run: func(p *Pass) {
			u, ok := p.nonRoot()
			if !ok || u.At == nil || u.Numeric || u.Name == "" || p.Options.NamedUser {
				return
			}
			if !u.UID.Known && u.Spec == p.Graph.Final().Facts.User {
				return // goes back to the base image's own user, whose numbers only the image has
			}
			f := Finding{Span: p.first(u.At), Message: fmt.Sprintf("USER %s is a name: Kubernetes cannot verify runAsNonRoot for it", u.Spec)}
			spec := numeric(u.UID.N, u.GID.N)
			if u.Account != nil && len(u.Account.Groups) > 0 && u.Group == "" {
				spec = fmt.Sprint(u.UID.N)
			}
			switch e, ok := u.At.ReplaceArg(0, spec); {
			case (!u.UID.Given || !u.GID.Given) && u.Account != nil:
				f.Withheld = reason(changedIDs, u.Account.At, "the numbers of %s are left to chance: give it fixed ones first (see unfixed-uid)", u.Name)
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
}
