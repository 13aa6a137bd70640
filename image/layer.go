package image

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// defaultPath is what Docker sets for an image that has no PATH.
const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// set overrides a fact if there is a new value.
func set[T any](fact *T, value *T) {
	if value != nil {
		*fact = *value
	}
}

func setTri(fact *Tri, value *bool) {
	if value != nil {
		*fact = Of(*value)
	}
}

// apply puts the facts of the layer over f.
func (l *layer) apply(f *Facts) {
	set(&f.OS, l.OS)
	set(&f.Distro, l.Distro)
	set(&f.Release, l.Release)
	set(&f.Tools, l.Tools)
	setTri(&f.Shell, l.Shell)
	setTri(&f.Apk, l.Apk)
	set(&f.Kind, l.Kind)
	set(&f.AccountsComplete, l.Complete)
	set(&f.WorkDir, l.WorkDir)
	set(&f.Command, l.Command)
	set(&f.Drops, l.Drops)
	set(&f.Account, l.Account)
	set(&f.Volumes, l.Volumes)
	set(&f.Ports, l.Ports)
	set(&f.RuntimeTwin, l.JRE)
	set(&f.OnBuild, l.OnBuild)
	l.addAccounts(f)
	l.addEnv(f)
	l.applyUser(f)
}

// addAccounts adds to the accounts; an empty list takes all away.
func (l *layer) addAccounts(f *Facts) {
	if l.Accounts == nil {
		return
	}
	if len(l.Accounts) == 0 {
		f.Accounts = nil
		return
	}
	kept := slices.DeleteFunc(slices.Clone(f.Accounts), func(have Account) bool {
		return slices.ContainsFunc(l.Accounts, func(a Account) bool { return a.Name == have.Name })
	})
	f.Accounts = slices.Concat(kept, l.Accounts)
}

func (l *layer) addEnv(f *Facts) {
	if len(l.Env) == 0 {
		return
	}
	env := maps.Clone(f.Env)
	if env == nil {
		env = make(map[string]string, len(l.Env))
	}
	for name, value := range l.Env {
		if strings.Contains(value, "$PATH") {
			have := env["PATH"]
			switch {
			case f.OS != "linux" || f.Shell == Unknown && have == "":
				continue // nothing is known of the image below
			case have == "":
				have = defaultPath
			}
			value = strings.ReplaceAll(value, "$PATH", have)
		}
		env[name] = value
	}
	f.Env = env
}

// applyUser sets the user; its numbers come from the layer, from the text of
// the user, or in the end from the accounts (see settleUser).
func (l *layer) applyUser(f *Facts) {
	if l.User == nil {
		return
	}
	f.User, f.UserSet, f.UserIDs = *l.User, true, false
	f.UID, f.GID = 0, 0
	switch f.User {
	case "root":
		f.User, f.UserIDs = "", true
		return
	case "unknown":
		f.User, f.UserSet = "", false
		return
	}
	if l.UID != nil && l.GID != nil {
		f.UID, f.GID, f.UserIDs = *l.UID, *l.GID, true
	}
}

// SetUser takes in the user of an image's configuration; "" is root. Its numbers
// come from the text or from the accounts, which are to be set before; those that
// f has for the same user stay.
func (f *Facts) SetUser(spec string) {
	if spec == "root" {
		spec = ""
	}
	if f.UserSet && f.UserIDs && f.User == spec && spec != "" && !f.AccountsComplete {
		return
	}
	f.User, f.UserSet = spec, true
	f.UID, f.GID, f.UserIDs = 0, 0, spec == ""
	settleUser(f)
}

// settleUser finds the numbers of the user where no layer gave them.
func settleUser(f *Facts) {
	if !f.UserSet || f.UserIDs {
		return
	}
	user, group, grouped := strings.Cut(f.User, ":")
	uid, err := strconv.Atoi(user)
	if gid, err2 := strconv.Atoi(group); grouped && err == nil && err2 == nil {
		f.UID, f.GID, f.UserIDs = uid, gid, true
		return
	}
	for _, a := range f.Accounts {
		if a.Name == user || err == nil && a.UID == uid {
			if gid, ok := f.groupOf(a, group, grouped); ok {
				f.UID, f.GID, f.UserIDs = a.UID, gid, true
			}
			return
		}
	}
	if gid, ok := f.groupOf(Account{}, group, grouped); ok && err == nil && f.AccountsComplete {
		f.UID, f.GID, f.UserIDs = uid, gid, true // without an account the group is root's
	}
}

// groupOf is the number of the group that an account runs with.
func (f *Facts) groupOf(a Account, group string, grouped bool) (gid int, ok bool) {
	if !grouped || group == a.groupName() || group == strconv.Itoa(a.GID) {
		return a.GID, true
	}
	if n, err := strconv.Atoi(group); err == nil {
		return n, true
	}
	for _, g := range f.Groups {
		if g.Name == group {
			return g.GID, true
		}
	}
	for _, other := range f.Accounts {
		if group == other.groupName() {
			return other.GID, true
		}
	}
	return 0, group == "root"
}

// groupName is the name of the account's primary group.
func (a Account) groupName() string {
	if a.Group != "" {
		return a.Group
	}
	return a.Name
}
