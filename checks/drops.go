package checks

import (
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// droppers start another program as another user.
var droppers = wordSet(`
	gosu su-exec setpriv runuser su setuidgid s6-setuidgid s6-applyuidgid chpst start-stop-daemon softlimit
`)

// dropPackages bring such a program, or an init system that does the same.
var dropPackages = []string{"gosu", "su-exec", "s6-overlay", "s6", "fixuid"}

// drops finds the sign that the image starts as root on purpose and gives the
// privileges up by itself. The account is "" if the file does not say it.
func (p *Pass) drops() (account string, in *parser.Instruction, sign string) {
	st := p.Graph.Final().End()
	for _, c := range p.started() {
		to, ok := dropTarget(c)
		if !ok || p.at(c) == nil {
			continue
		}
		if sign == "" || account == "" && to != "" {
			account, in, sign = to, p.at(c), said(c)
		}
	}
	if sign != "" {
		if account == "" {
			account = p.switched()
		}
		return account, in, sign
	}
	if f := p.Graph.Final().Facts; f.Drops != "" && st.Start.Entrypoint == nil && p.recipe() == nil {
		return f.Drops, nil, "the entrypoint of " + p.Graph.Final().Called()
	}
	if script := p.script(); script == nil && !startsInit(p.started()) {
		return "", nil, "" // the tool is there for another purpose
	}
	for _, in := range p.installing() {
		text := strings.ToLower(in.Rest.Text)
		for _, d := range dropPackages {
			if word(text, d) {
				return p.switched(), in, d
			}
		}
	}
	return "", nil, ""
}

// said names a call in a message, with the script that it stands in.
func said(c stage.Call) string {
	if c.Script != "" {
		return c.Name + " in " + c.Script
	}
	return c.Name
}

// installing lists what brings programs into the image: RUN, COPY and ADD.
func (p *Pass) installing() []*parser.Instruction {
	var out []*parser.Instruction
	for _, s := range p.Graph.Chain() {
		for _, in := range s.Instructions {
			if in.Name == "run" || in.Name == "copy" || in.Name == "add" {
				out = append(out, in)
			}
		}
	}
	return out
}

// switched is the one account that the file creates, as the likely target of an
// entrypoint that drops privileges.
func (p *Pass) switched() string {
	if created := p.Graph.Final().End().Created(); len(created) == 1 {
		return created[0].Name
	}
	return ""
}

// dropTarget reports whether a call starts a program as another user, and whom.
func dropTarget(c stage.Call) (string, bool) {
	for _, via := range c.Via {
		if via == "sudo" {
			return "", true
		}
	}
	switch {
	case c.Name == "gosu" || c.Name == "su-exec" || c.Name == "setuidgid" || c.Name == "s6-setuidgid" || c.Name == "chpst":
		return strings.SplitN(c.Sub(), ":", 2)[0], true
	case c.Name == "id" && c.Has("-u"):
		return "", true
	case c.Name == "su" || c.Name == "runuser":
		for _, op := range c.Operands() {
			if op.Known && !strings.ContainsAny(op.Text, " /") {
				return op.Text, true
			}
		}
		return "", true
	case c.Name == "chroot":
		for _, a := range c.Args {
			if strings.HasPrefix(a.Text, "--userspec") {
				return "", true
			}
		}
		return "", false
	case c.Name == "init" && c.Path == "/init", strings.HasPrefix(c.Name, "s6-svscan"):
		return "", true
	}
	if options, ok := userOptions[c.Name]; ok {
		return optionValue(c, strings.Fields(options))
	}
	return "", droppers[c.Name]
}

// userOptions are the options by which servers are told to change their user, which
// they do as root only. Sources: docs.gunicorn.org/en/stable/settings.html#user,
// uwsgi-docs.readthedocs.io/en/latest/Options.html#uid, docs.celeryq.dev (worker),
// thin --help, memcached(1) is left out: another user than root ignores it.
var userOptions = map[string]string{
	"gunicorn": "-u --user -g --group", "uwsgi": "--uid --gid", "celery": "--uid --gid", "thin": "-u --user -g --group", "unicorn": "-u --user",
	"twistd": "-u --uid -g --gid", "darkhttpd": "--uid --gid", "thttpd": "-u", "mini_httpd": "-u", "lighttpd": "-u",
}

// optionValue is the value of the first of some options that a call has.
func optionValue(c stage.Call, options []string) (string, bool) {
	for i, a := range c.Args {
		for _, o := range options {
			if value, ok := strings.CutPrefix(a.Text, o+"="); ok {
				return value, true
			}
			if a.Text == o && i+1 < len(c.Args) {
				return c.Args[i+1].Text, true
			}
		}
	}
	return "", false
}

func startsInit(calls []stage.Call) bool {
	for _, c := range calls {
		if c.Path == "/init" {
			return true
		}
	}
	return false
}
