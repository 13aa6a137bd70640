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

func init() {
	register(&Rule{
		ID:       "undefined-user",
		Summary:  "USER or --chown names an account that does not exist",
		Control:  NonRoot,
		Severity: Error,
		Safety:   Safe,
		Why:      "A name in USER or `--chown` is looked up in the image's /etc/passwd. If it is not there the build fails, or the container does not start: `unable to find user app: no matching entries in passwd file`.",
		Silent:   "The accounts of the base image are not all known, /etc/passwd is copied in, or a RUN calls something that may create accounts: a package manager or a script.",
		FixSafety: "*Safe* where there is no shell to create an account with (scratch, distroless): the configured numbers take the place of the name. Elsewhere the account is missing for a\n" +
			"reason that is not in the file, so nothing is changed.",
		Refs: []string{"Docker: https://docs.docker.com/reference/dockerfile/#user", "tally: named-identity-in-passwdless-stage"},
		Run:  undefinedUser,
	})
}

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
	var ok bool
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
