package stage

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/parser"
)

// ID is a user or group number.
type ID struct {
	N     int
	Known bool // N is the number
	Given bool // the number does not depend on what else is in the image, known or not
}

func known(n int) ID { return ID{n, true, true} }

// Is reports whether the number is known to be n.
func (id ID) Is(n int) bool { return id.Known && id.N == n }

// User is who instructions and the image's process run as.
type User struct {
	Spec     string // as written, variables replaced; "" if it is the base image's and not known
	Known    bool   // Spec says who it is: no variable without a value, no unknown base image
	Name     string // "" for a number without an account
	Group    string // of the spec, behind the colon; "" if none is given
	UID, GID ID
	Account  *Account            // nil: none of that name or number is known
	Numeric  bool                // the user part of Spec is a number
	Why      string              // the evidence, a clause
	At       *parser.Instruction // nil: from the base image

	windows bool
}

// Root says whether this is UID 0, or on Windows the administrator.
func (u User) Root() Tri {
	switch {
	case !u.Known:
		return Unknown
	case u.windows:
		name := strings.ToLower(u.Name[strings.LastIndexByte(u.Name, '\\')+1:])
		return image.Of(name == "containeradministrator" || name == "administrator" || name == "system")
	case u.UID.Known:
		return image.Of(u.UID.N == 0)
	}
	return No // a name other than root, whose number is not known
}

// user resolves the argument of a USER instruction.
func (st State) user(arg string, at *parser.Instruction) User {
	spec, ok := st.Expand(arg)
	u := st.resolve(spec, at)
	u.Why = fmt.Sprintf("USER %s in line %d", arg, at.Line)
	if strings.Contains(arg, "$") {
		u.Why += fmt.Sprintf(" gives %q", spec)
	}
	if !ok && spec != "" {
		u.Known = false
	}
	if !ok && spec == "" {
		u.Why = fmt.Sprintf("USER %s in line %d is empty without a build argument, which builders take for root", arg, at.Line)
	} else if spec == "" {
		u.Why = fmt.Sprintf("USER %s in line %d is empty, which builders take for root", arg, at.Line)
	}
	return u
}

// Resolve says who a spec such as "app", "1000:1000" or "" is, with the accounts
// known at this place.
func (st State) Resolve(spec string) User { return st.resolve(spec, nil) }

func (st State) resolve(spec string, at *parser.Instruction) User {
	user, group, _ := strings.Cut(spec, ":")
	u := User{Spec: spec, Known: true, Group: group, At: at, windows: st.accounts.windows}
	if st.accounts.windows {
		u.Name = spec
		return u
	}
	if user == "" {
		user = "0"
	}
	if n, err := strconv.Atoi(user); err == nil {
		u.Numeric, u.UID = spec != "", known(n)
		u.Account = st.accounts.byUID(n)
		u.GID = known(0) // without an account the process gets the root group
		if u.Account == nil && !st.accounts.complete && n != 0 {
			u.GID = ID{}
		}
	} else {
		u.Name = user
		u.Account = st.accounts.byName(user)
	}
	if u.Account != nil {
		u.Name, u.UID, u.GID = u.Account.Name, u.Account.UID, u.Account.GID
		if u.Numeric {
			n, _ := strconv.Atoi(user)
			u.UID = known(n)
		}
	}
	if group != "" {
		u.GID = st.accounts.gid(group)
	}
	return u
}

// Account returns the account of a name, nil if none is known; exists is Unknown
// where the base image's accounts are not all known.
func (st State) Account(name string) (a *Account, exists Tri) {
	if a := st.accounts.byName(name); a != nil {
		return a, Yes
	}
	if st.accounts.complete {
		return nil, No
	}
	return nil, Unknown
}

// GroupID returns the number of a group by name or number; exists is Unknown
// where the base image's groups are not all known.
func (st State) GroupID(name string) (id ID, exists Tri) {
	if id = st.accounts.gid(name); id.Known {
		return id, Yes
	}
	for _, g := range st.accounts.groups {
		if g.Name == name {
			return id, Yes
		}
	}
	if st.accounts.complete {
		return id, No
	}
	return id, Unknown
}

// Created lists the accounts that instructions of the file create, in order.
func (st State) Created() []Account {
	var out []Account
	for _, a := range st.accounts.users {
		if a.At != nil {
			out = append(out, a)
		}
	}
	return out
}

// NameTaken reports whether a user or group has this name, as far as known.
func (st State) NameTaken(name string) bool {
	_, group := st.accounts.group(name)
	return group || st.accounts.byName(name) != nil
}

// IDTaken reports whether a user or group has this number, as far as known.
func (st State) IDTaken(id int) bool {
	for _, a := range st.accounts.users {
		if a.UID.Is(id) || a.GID.Is(id) {
			return true
		}
	}
	for _, g := range st.accounts.groups {
		if g.GID.Is(id) {
			return true
		}
	}
	return false
}

// baseUser is the user that the base image of a stage sets.
func (s *Stage) baseUser() User {
	f := s.Facts
	st := State{accounts: baseAccounts(f)}
	switch {
	case f.UserSet:
		u := st.resolve(f.User, nil)
		if f.UserIDs {
			u.UID, u.GID = known(f.UID), known(f.GID)
		}
		who := "runs as root"
		if u.Root() == No {
			who = "runs as " + f.User
		}
		u.Why = fmt.Sprintf("%s %s (%s)", s.Called(), who, f.Evidence)
		return u
	case s.Windows() == Yes:
		return User{windows: true, Why: fmt.Sprintf("the user of %s is not known", s.Called())}
	}
	if in, what := s.needsRootFirst(); in != nil {
		u := st.resolve("", nil)
		u.Why = fmt.Sprintf("%s runs as root: %s in line %d works for root only", s.Called(), what, in.Line)
		return u
	}
	return User{Why: fmt.Sprintf("the user of %s is not known", s.Called())}
}
