package image

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAccountsOfFiles(t *testing.T) {
	passwd := `root:x:0:0:root:/root:/bin/sh
app:x:1001:1001::/home/app:/bin/sh
web:x:33:100:web,,,:/var/www:/sbin/nologin
app:x:7:7:the first line of a name counts:/:/bin/sh
lost:x:2000:2001::/:/bin/sh
# comment:x:1:1::/:
+nis:x:::::
short:x:5:5
bad:x:-1:5::/:
high:x:4294967294:4294967294::/:
:x:9:9::/:
`
	group := "root:x:0:\napp:x:1001:web\r\nusers:x:100:\nwheel:x:10:app\napp:x:5:\nno number:x:y:\n"
	accounts, groups := Accounts(passwd, group)
	want := []Account{
		{Name: "app", UID: 1001, GID: 1001, Home: "/home/app"},
		{Name: "web", UID: 33, GID: 100, Group: "users", Home: "/var/www"},
		{Name: "lost", UID: 2000, GID: 2001, Group: "2001", Home: "/"},
		{Name: "short", UID: 5, GID: 5, Group: "5"},
		{Name: "high", UID: 4294967294, GID: 4294967294, Group: "4294967294", Home: "/"},
	}
	if diff := cmp.Diff(want, accounts); diff != "" {
		t.Errorf("accounts (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]Group{{"wheel", 10}}, groups); diff != "" {
		t.Errorf("groups (-want +got):\n%s", diff)
	}
}

func TestSetUser(t *testing.T) {
	f := Facts{
		Accounts: []Account{{Name: "app", UID: 1001, GID: 1002, Group: "staff"}},
		Groups:   []Group{{"wheel", 10}},
	}
	complete := f
	complete.AccountsComplete = true
	type numbers struct {
		UID, GID int
		Known    bool
	}
	tests := []struct {
		facts Facts
		spec  string
		want  numbers
	}{
		{f, "", numbers{0, 0, true}},
		{f, "root", numbers{0, 0, true}},
		{f, "app", numbers{1001, 1002, true}},
		{f, "1001", numbers{1001, 1002, true}},
		{f, "app:staff", numbers{1001, 1002, true}},
		{f, "app:wheel", numbers{1001, 10, true}},
		{f, "app:7", numbers{1001, 7, true}},
		{f, "app:root", numbers{1001, 0, true}},
		{f, "5:6", numbers{5, 6, true}},
		{f, "app:nobody", numbers{}},
		{f, "other", numbers{}},
		{f, "5", numbers{}}, // an account that is not known may have another group
		{complete, "5", numbers{5, 0, true}},
		{complete, "5:wheel", numbers{5, 10, true}},
		{complete, "other", numbers{}},
	}
	for _, tt := range tests {
		got := tt.facts
		got.SetUser(tt.spec)
		if have := (numbers{got.UID, got.GID, got.UserIDs}); !got.UserSet || have != tt.want {
			t.Errorf("%q (accounts complete: %t): %+v, want %+v", tt.spec, tt.facts.AccountsComplete, have, tt.want)
		}
	}

	known := Facts{User: "app", UserSet: true, UserIDs: true, UID: 10, GID: 20}
	known.SetUser("app")
	if !known.UserIDs || known.UID != 10 {
		t.Errorf("the numbers that a table has for the same user are gone: %+v", known)
	}
	known.SetUser("web")
	if known.UserIDs {
		t.Errorf("another user has the first one's numbers: %+v", known)
	}
}
