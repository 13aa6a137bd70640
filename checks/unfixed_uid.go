package checks

import "fmt"

func init() {
	register(&Rule{
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
			if !ok || u.Account == nil || u.Account.At == nil || u.Numeric || u.UID.Given && u.GID.Given {
				return
			}
			f := Finding{Span: p.first(u.Account.At)}
			if c := p.creating(u.Account, "useradd", "adduser"); c != nil {
				f.Span = c.Span
			}
			what := "a fixed UID"
			if u.UID.Given {
				what = "a fixed GID"
				if c, _ := p.creatingGroup(u.Account.Group); c != nil {
					f.Span = c.Span
				}
			} else if !u.GID.Given {
				what = "a fixed UID and GID"
			}
			f.Message = fmt.Sprintf("the image's user %s is created without %s: its number can change from build to build", u.Name, what)
			uid, gid, edits, ok := p.giveIDs(u.Account)
			if ok && len(edits) > 0 {
				f.Fix = &Fix{
					Message: fmt.Sprintf("give %s the numbers %d:%d", u.Name, uid, gid), Safety: Unsafe, Edits: edits,
					Reason: reason(changedIDs, u.Account.At, "the account gets other numbers than it has now: files in volumes of running containers keep the old ones"),
				}
			} else {
				f.Withheld = reason(unknownBase, u.Account.At, "the command that creates %s or its group cannot be edited: give the numbers by hand", u.Name)
			}
			p.Report(f)
		},
	})
}
