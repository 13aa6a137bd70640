package checks

import (
	"fmt"
	"strings"

	"github.com/dfharden/dfharden/source"
	"github.com/dfharden/dfharden/stage"
)

func init() {
	register(&Rule{
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
				f.Message = fmt.Sprintf("USER %s has no group: unless %s has an account with that UID, the process gets GID 0, the root group", u.Spec, p.Graph.Final().Called())
			}
			spec := fmt.Sprintf("%s:%d", u.Spec, p.groupOf(u))
			e, ok := u.At.ReplaceArg(0, spec)
			if !ok || strings.Contains(u.At.Arg(0), "$") {
				f.Withheld = reason(buildArgument, u.At, "the number comes from a variable")
			} else {
				f.Fix = &Fix{Message: "write USER " + spec, Safety: Safe, Edits: []source.Edit{e}}
				if !listed {
					f.Fix.Safety = Unsafe
					f.Fix.Reason = reason(unknownBase, p.Graph.Final().Root().From, "the accounts of %s are not known", p.Graph.Final().Called())
				}
			}
			p.Report(f)
		},
	})
}

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
