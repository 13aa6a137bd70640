package checks

import (
	"strings"

	"github.com/dfharden/dfharden/stage"
)

// host is the account of the base image in whose home the project lies: others may
// not enter that, and Docker's documentation of such images says to run as it. It is
// nil if there is none, or the configuration asks for an account by name or number.
func (p *Pass) host() *stage.Account {
	end, o := p.Graph.Final().End(), p.Options
	rest, ok := strings.CutPrefix(end.WorkDir.Path, "/home/")
	name, _, _ := strings.Cut(rest, "/")
	a, known := end.Account(name)
	_, moved := end.ImageEnv("HOME")
	switch {
	case !ok, !end.WorkDir.Known, name == "", known != stage.Yes, moved, sudoers[name]:
		return nil
	case a.At != nil, a.Home != "/home/"+name, !a.UID.Known, a.UID.Is(0), !a.GID.Known:
		return nil
	case o.User != defaultUser, o.UID != defaultID, o.GID != defaultID, !o.UIDPolicy.allows(a.UID, a.GID):
		return nil
	}
	return a
}

// What the account is without a configuration.
const (
	defaultUser = "boot"
	defaultID   = 1337
)

// sudoers are accounts that their images let become root without a password. Sources:
// github.com/devcontainers/features src/common-utils/main.sh, github.com/avsm/ocaml-dockerfile
// src-opam/dockerfile_linux.ml.
var sudoers = wordSet(`vscode codespace opam`)

// hostsOwn reports whether a path in the home of the base image's account is that
// account's: no RUN makes anything there, or names it.
func (p *Pass) hostsOwn(pl *plan, name string) bool {
	part, _, _ := strings.Cut(strings.TrimPrefix(name, pl.who.Home+"/"), "/")
	top := pl.who.Home + "/" + part
	for _, m := range p.traces().made {
		if within(m.Path, top) {
			return false
		}
	}
	for _, in := range p.runs() {
		for _, c := range p.calls(in) {
			if mentions(c, top) {
				return false
			}
		}
	}
	return true
}
