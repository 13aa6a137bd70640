package image

import (
	"strconv"
	"strings"
)

// Accounts reads the text of /etc/passwd and /etc/group, root left out. Lines that
// do not have the form are passed over, as the C library does; of two lines with
// one name the first counts. Groups lists what no account names as its own.
func Accounts(passwd, group string) (accounts []Account, groups []Group) {
	names := map[int]string{}
	gids := map[string]bool{}
	for _, f := range table(group, 3) {
		if gid, ok := id(f[2]); ok && !gids[f[0]] {
			gids[f[0]] = true
			if names[gid] == "" {
				names[gid] = f[0]
			}
			groups = append(groups, Group{Name: f[0], GID: gid})
		}
	}
	users := map[string]bool{"root": true}
	own := map[Group]bool{{Name: "root"}: true}
	for _, f := range table(passwd, 4) {
		uid, ok1 := id(f[2])
		gid, ok2 := id(f[3])
		if !ok1 || !ok2 || users[f[0]] {
			continue
		}
		users[f[0]] = true
		a := Account{Name: f[0], UID: uid, GID: gid}
		if names[gid] == "" {
			a.Group = f[3] // a group without a name
		} else if names[gid] != f[0] {
			a.Group = names[gid]
		}
		if len(f) > 5 {
			a.Home = f[5]
		}
		accounts = append(accounts, a)
		own[Group{Name: names[gid], GID: gid}] = true
	}
	kept := groups[:0]
	for _, g := range groups {
		if !own[g] {
			kept = append(kept, g)
		}
	}
	return accounts, kept
}

// table splits lines at the colons; those of fewer than the given fields or
// without a name are left out.
func table(text string, fields int) [][]string {
	var out [][]string
	for line := range strings.Lines(text) {
		f := strings.Split(strings.TrimRight(line, "\r\n"), ":")
		if len(f) >= fields && f[0] != "" && !strings.HasPrefix(f[0], "#") {
			out = append(out, f)
		}
	}
	return out
}

func id(text string) (int, bool) {
	n, err := strconv.ParseUint(text, 10, 32)
	return int(n), err == nil
}
