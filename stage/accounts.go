package stage

import (
	"strconv"
	"strings"

	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/parser"
)

// Account is a user of the image.
type Account struct {
	Name     string
	UID, GID ID       // unknown: the tool chooses the next free number
	Group    string   // name of the primary group, "" if not known
	Groups   []string // supplementary groups
	Home     string
	Sure     bool                // false: created on a condition only
	At       *parser.Instruction // that created it; nil: from the base image
}

// Group is a group of the image.
type Group struct {
	Name string
	GID  ID
	At   *parser.Instruction
}

// accounts is what is known of /etc/passwd and /etc/group.
type accounts struct {
	users    []Account
	groups   []Group
	complete bool // what is not listed does not exist
	windows  bool
}

func baseAccounts(f image.Facts) accounts {
	a := accounts{complete: f.AccountsComplete, windows: f.OS == "windows"}
	a.users = []Account{{Name: "root", UID: known(0), GID: known(0), Group: "root", Home: "/root", Sure: true}}
	a.groups = []Group{{Name: "root", GID: known(0)}}
	if a.windows {
		a.users, a.groups = nil, nil
	}
	for _, x := range f.Accounts {
		group := x.Group
		if group == "" {
			group = x.Name
		}
		a.users = append(a.users, Account{Name: x.Name, UID: known(x.UID), GID: known(x.GID), Group: group, Home: x.Home, Sure: true})
		if _, ok := a.group(group); !ok {
			a.groups = append(a.groups, Group{Name: group, GID: known(x.GID)})
		}
	}
	for _, g := range f.Groups {
		a.groups = append(a.groups, Group{Name: g.Name, GID: known(g.GID)})
	}
	return a
}

// clone makes room for a change that earlier states do not see.
func (a accounts) clone() accounts {
	a.users = append([]Account(nil), a.users...)
	a.groups = append([]Group(nil), a.groups...)
	return a
}

func (a accounts) byName(name string) *Account {
	for i := len(a.users) - 1; i >= 0; i-- {
		if a.users[i].Name == name {
			return &a.users[i]
		}
	}
	return nil
}

func (a accounts) byUID(uid int) *Account {
	for i := range a.users {
		if a.users[i].UID.Is(uid) {
			return &a.users[i]
		}
	}
	return nil
}

func (a accounts) group(name string) (Group, bool) {
	for i := len(a.groups) - 1; i >= 0; i-- {
		if a.groups[i].Name == name {
			return a.groups[i], true
		}
	}
	return Group{}, false
}

// gid is the number of a group that is given by name or number.
func (a accounts) gid(name string) ID {
	if g, ok := a.group(name); ok {
		return g.GID
	}
	if n, err := strconv.Atoi(name); err == nil {
		return known(n)
	}
	return ID{Given: true} // the base image's
}

// put adds a user, or replaces the one of that name.
func (a *accounts) put(u Account) {
	for i := range a.users {
		if a.users[i].Name == u.Name {
			a.users[i] = u
			return
		}
	}
	a.users = append(a.users, u)
}

func (a *accounts) putGroup(g Group) {
	for i := range a.groups {
		if a.groups[i].Name == g.Name {
			a.groups[i] = g
			return
		}
	}
	a.groups = append(a.groups, g)
}

// appended takes in lines that a command writes to /etc/passwd or /etc/group.
func (a accounts) appended(c Call, in *parser.Instruction) accounts {
	for _, r := range c.Redirects {
		target, ok := r.Target.Lit()
		if !ok || !strings.HasPrefix(r.Op, ">") || target != "/etc/passwd" && target != "/etc/group" {
			continue
		}
		var text strings.Builder
		for _, arg := range c.Args {
			text.WriteString(strings.ReplaceAll(arg.Text, `\n`, "\n"))
			text.WriteByte('\n')
		}
		for _, other := range c.Redirects {
			text.WriteString(other.Heredoc)
		}
		a = a.clone()
		a.lines(text.String(), in, c.Always)
	}
	return a
}

// lines takes in lines of /etc/passwd and /etc/group; others are passed over.
func (a *accounts) lines(text string, in *parser.Instruction, sure bool) {
	for _, line := range strings.Split(text, "\n") {
		f := strings.Split(strings.TrimSpace(line), ":")
		switch len(f) {
		case 4:
			a.putGroup(Group{Name: f[0], GID: number(f[2]), At: in})
		case 7:
			a.put(Account{Name: f[0], UID: number(f[2]), GID: number(f[3]), Home: f[5], Sure: sure, At: in})
		}
	}
}

// keepsAccounts are programs that create no account, or whose accounts are
// followed. What else a RUN calls, a package manager or a script, may create any.
var keepsAccounts = map[string]bool{
	"useradd": true, "groupadd": true, "usermod": true, "groupmod": true, "adduser": true, "addgroup": true, "userdel": true, "deluser": true, "groupdel": true, "delgroup": true,
	"mkdir": true, "chmod": true, "chown": true, "chgrp": true, "rm": true, "echo": true, "printf": true, "touch": true, "ln": true, "set": true, "cd": true, "true": true, "test": true, "[": true, "export": true, "ls": true,
}

func number(text string) ID {
	n, err := strconv.Atoi(text)
	return ID{n, err == nil, true}
}
