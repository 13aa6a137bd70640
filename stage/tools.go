package stage

import (
	"strings"

	"github.com/dfharden/dfharden/parser"
)

// accountTool is what a program does to the accounts; busybox chooses between
// the two programs that are called adduser and addgroup.
type accountTool func(a accounts, c Call, in *parser.Instruction, busybox bool) accounts

var accountTools = map[string]accountTool{
	"useradd": userAdd, "groupadd": groupAdd, "usermod": userMod, "groupmod": groupMod,
	"adduser": addUser, "addgroup": addGroup,
	"userdel": userDel, "deluser": userDel, "groupdel": groupDel, "delgroup": groupDel,
}

// The options with a value, each tool's own: letters, then long names with the
// letter that they stand for. Sources: useradd(8), groupadd(8), usermod(8),
// groupmod(8) of shadow 4.13; adduser(8) of Debian 12; BusyBox 1.36 loginutils.
const (
	useraddValues = "bcdefgGkKpPRsuZ"
	usermodValues = "cdefgGlpPRsuvVwWZ"
	groupValues   = "gKpPRnU"
	busyboxValues = "hgsGuk"
)

var longNames = map[string]byte{
	"uid": 'u', "gid": 'g', "groups": 'G', "home-dir": 'd', "home": 'd', "shell": 's', "comment": 'c', "login": 'l', "new-name": 'n',
	"base-dir": 'b', "expiredate": 'e', "inactive": 'f', "skel": 'k', "key": 'K', "password": 'p', "root": 'R', "prefix": 'P', "selinux-user": 'Z',
	"system": 'r', "no-create-home": 'M', "create-home": 'm', "no-user-group": 'N', "user-group": 'U', "append": 'a', "non-unique": 'o', "no-log-init": 'l',
	"force": 'f',
	// Debian's adduser; BusyBox takes --ingroup too.
	"ingroup": 'G', "gecos": 'c', "group": 'U', "conf": 'C', "firstuid": 'x', "lastuid": 'x', "disabled-password": 'D', "disabled-login": 'D', "quiet": 'q',
}

// options are the parsed arguments of a tool.
type options struct {
	value map[byte]Arg
	flag  map[byte]bool
	ops   []Arg
}

// getopt reads arguments as GNU getopt does: options and operands in any order,
// letters joined, values joined or apart.
func getopt(args []Arg, values, longValues string) options {
	o := options{value: map[byte]Arg{}, flag: map[byte]bool{}}
	for i := 0; i < len(args); i++ {
		text := args[i].Text
		switch {
		case text == "--":
			o.ops = append(o.ops, args[i+1:]...)
			return o
		case strings.HasPrefix(text, "--"):
			name, val, joined := strings.Cut(text[2:], "=")
			letter, ok := longNames[name]
			switch {
			case ok && joined:
				o.value[letter] = Arg{Text: val, Known: args[i].Known}
			case ok && strings.IndexByte(longValues, letter) >= 0 && name != "group" && name != "system" && i+1 < len(args):
				i++
				o.value[letter] = args[i]
			default:
				o.flag[letter] = true
			}
		case len(text) > 1 && text[0] == '-':
			i = o.cluster(args, i, values)
		default:
			o.ops = append(o.ops, args[i])
		}
	}
	return o
}

// cluster reads one word of letters and returns the index of the last word used.
func (o *options) cluster(args []Arg, i int, values string) int {
	text := args[i].Text
	for j := 1; j < len(text); j++ {
		if strings.IndexByte(values, text[j]) < 0 {
			o.flag[text[j]] = true
			continue
		}
		if j+1 < len(text) {
			o.value[text[j]] = Arg{Text: text[j+1:], Known: args[i].Known}
		} else if i+1 < len(args) {
			i++
			o.value[text[j]] = args[i]
		}
		break
	}
	return i
}

func (o options) id(letter byte) ID {
	v, ok := o.value[letter]
	if ok && v.Known {
		return number(v.Text)
	}
	return ID{Given: ok}
}

// userAdd is shadow's useradd.
func userAdd(a accounts, c Call, in *parser.Instruction, _ bool) accounts {
	o := getopt(c.Args, useraddValues, useraddValues)
	if len(o.ops) != 1 || !o.ops[0].Known || o.flag['D'] {
		return a
	}
	u := Account{Name: o.ops[0].Text, UID: o.id('u'), Home: o.value['d'].Text, Sure: c.Always, At: in}
	if u.Home == "" {
		u.Home = "/home/" + u.Name
	}
	u.Groups = list(o.value['G'])
	if g, ok := o.value['g']; ok {
		u.Group, u.GID = g.Text, a.gid(g.Text)
	} else if !o.flag['N'] {
		u.Group, u.GID = u.Name, u.UID // a group of its own, of the same number if that is free
		a.putGroup(Group{Name: u.Name, GID: u.GID, At: in})
	}
	a.put(u)
	return a
}

func groupAdd(a accounts, c Call, in *parser.Instruction, _ bool) accounts {
	o := getopt(c.Args, groupValues, groupValues)
	if len(o.ops) == 1 && o.ops[0].Known {
		if _, ok := a.group(o.ops[0].Text); !ok || o.value['g'].Text != "" {
			a.putGroup(Group{Name: o.ops[0].Text, GID: o.id('g'), At: in})
		}
	}
	return a
}

func userMod(a accounts, c Call, _ *parser.Instruction, _ bool) accounts {
	o := getopt(c.Args, usermodValues, usermodValues)
	if len(o.ops) != 1 || !o.ops[0].Known {
		return a
	}
	old := a.byName(o.ops[0].Text)
	if old == nil {
		return a
	}
	u := *old
	if _, ok := o.value['u']; ok {
		u.UID = o.id('u')
	}
	if g, ok := o.value['g']; ok {
		u.Group, u.GID = g.Text, a.gid(g.Text)
	}
	if d, ok := o.value['d']; ok {
		u.Home = d.Text
	}
	if more := list(o.value['G']); more != nil {
		u.Groups = append(u.Groups[:len(u.Groups):len(u.Groups)], more...)
	}
	if l, ok := o.value['l']; ok {
		u.Name = l.Text
	}
	*old = u
	return a
}

func groupMod(a accounts, c Call, _ *parser.Instruction, _ bool) accounts {
	o := getopt(c.Args, groupValues, groupValues)
	if len(o.ops) != 1 {
		return a
	}
	for i := range a.groups {
		if a.groups[i].Name != o.ops[0].Text {
			continue
		}
		if _, ok := o.value['g']; ok {
			a.groups[i].GID = o.id('g')
		}
		for j := range a.users {
			if a.users[j].Group == a.groups[i].Name {
				a.users[j].GID = a.groups[i].GID
			}
		}
		if n, ok := o.value['n']; ok {
			a.groups[i].Name = n.Text
		}
	}
	return a
}

// addUser is BusyBox's or Debian's adduser; where there is neither (the RHEL
// family), adduser is useradd by another name.
func addUser(a accounts, c Call, in *parser.Instruction, busybox bool) accounts {
	o := getopt(c.Args, busyboxValues, "udsGgcCx")
	if !busybox && !usesLong(c) {
		o = getopt(c.Args, useraddValues, useraddValues)
	}
	if len(o.ops) == 2 && o.ops[0].Known && o.ops[1].Known { // adduser USER GROUP
		if u := a.byName(o.ops[0].Text); u != nil {
			u.Groups = append(u.Groups[:len(u.Groups):len(u.Groups)], o.ops[1].Text)
		}
		return a
	}
	if len(o.ops) != 1 || !o.ops[0].Known {
		return a
	}
	u := Account{Name: o.ops[0].Text, UID: o.id('u'), Sure: c.Always, At: in, Home: "/home/" + o.ops[0].Text}
	for _, letter := range []byte{'d', 'h'} {
		if h, ok := o.value[letter]; ok {
			u.Home = h.Text
		}
	}
	a.primary(&u, o, in, busybox, usesLong(c))
	a.put(u)
	return a
}

// primary finds the primary group of a user that adduser makes.
func (a *accounts) primary(u *Account, o options, in *parser.Instruction, busybox, debian bool) {
	letter := byte('G')
	if !busybox && !debian || debian && o.value['G'].Text == "" && o.value['g'].Text != "" && !busybox {
		letter = 'g'
	}
	g, given := o.value[letter]
	system := o.flag['S'] || debian && o.flag['r']
	switch {
	case given:
		u.Group, u.GID = g.Text, a.gid(g.Text)
	case system && busybox:
		u.Group, u.GID = "nogroup", known(65533) // Alpine's /etc/group
	case system && debian && !o.flag['U']:
		u.Group, u.GID = "nogroup", known(65534) // Debian's /etc/group
	default:
		u.Group, u.GID = u.Name, u.UID
		a.putGroup(Group{Name: u.Name, GID: u.GID, At: in})
	}
}

// usesLong reports whether a call has the long options of Debian's adduser.
func usesLong(c Call) bool {
	for _, arg := range c.Args {
		if strings.HasPrefix(arg.Text, "--") && len(arg.Text) > 2 {
			return true
		}
	}
	return false
}

func addGroup(a accounts, c Call, in *parser.Instruction, _ bool) accounts {
	o := getopt(c.Args, "g", "g")
	switch {
	case len(o.ops) == 1 && o.ops[0].Known:
		a.putGroup(Group{Name: o.ops[0].Text, GID: o.id('g'), At: in})
	case len(o.ops) == 2 && o.ops[0].Known && o.ops[1].Known: // addgroup USER GROUP
		if u := a.byName(o.ops[0].Text); u != nil {
			u.Groups = append(u.Groups[:len(u.Groups):len(u.Groups)], o.ops[1].Text)
		}
	}
	return a
}

func userDel(a accounts, c Call, _ *parser.Instruction, _ bool) accounts {
	ops := c.Operands()
	for i := range a.users {
		if len(ops) > 0 && c.Always && a.users[i].Name == ops[len(ops)-1].Text {
			a.users = append(a.users[:i], a.users[i+1:]...)
			break
		}
	}
	return a
}

func groupDel(a accounts, c Call, _ *parser.Instruction, _ bool) accounts {
	ops := c.Operands()
	for i := range a.groups {
		if len(ops) > 0 && c.Always && a.groups[i].Name == ops[len(ops)-1].Text {
			a.groups = append(a.groups[:i], a.groups[i+1:]...)
			break
		}
	}
	return a
}

// list splits the value of an option at its commas.
func list(v Arg) []string {
	if !v.Known || v.Text == "" {
		return nil
	}
	return strings.Split(v.Text, ",")
}
