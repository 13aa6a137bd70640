package nearest

import "testing"

func TestName(t *testing.T) {
	known := []string{"user", "rules", "root-user", "fail-on"}
	for name, want := range map[string]string{
		"usr": "user", "USER": "user", "rule": "rules", "rootuser": "root-user", "root_user": "root-user", "failon": "fail-on",
		"": "", "zzzzzz": "", "something-else": "",
	} {
		if got := Name(name, known); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
