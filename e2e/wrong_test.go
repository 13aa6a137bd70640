//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// wrongFixes are Dockerfiles below wrong/ that a careless tool could write, and
// how the judge must object.
var wrongFixes = []struct{ name, file, objection string }{
	{"sets-up", "user-before-run", `does not build any more(?s:.*)Permission denied`},
	{"bare", "named-user", `does not work any more(?s:.*)unable to find user boot`},
	{"keeps-state", "no-chown", `does not work any more(?s:.*)Permission denied`},
	{"keeps-state", "group-zero", `runs as gid \[0 0 0 0\]`},
	{"keeps-state", "chown-all", `/usr/share .* can be written`},
	{"keeps-state", "apk-kept", `/sbin/apk is still there`},
	{"keeps-state", "extra-group", `is in groups \[6 1337\]`},
	{"keeps-state", "other-answer", `the answer was`},
	{"keeps-state", "nothing-done", `runs as uid \[0 0 0 0\]`},
}

// TestWrongFixTurnsRed judges wrong fixes in the place of dfharden's, with every
// builder; TestRightFixTurnsGreen shows that it is the fix that the judge objects to.
func TestWrongFixTurnsRed(t *testing.T) {
	e := withEngine(t)
	for _, wrong := range wrongFixes {
		t.Run(wrong.file, func(t *testing.T) {
			t.Parallel()
			c, err := loadCase(filepath.Join("wrong", wrong.name))
			if err != nil {
				t.Fatal(err)
			}
			src, err := os.ReadFile(filepath.Join(c.Dir, wrong.file+".Dockerfile"))
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range builders {
				objects(t, newTrial(t, e, c, b).run(t.Context(), hardening{safe: src, unsafe: src}), wrong.objection)
			}
		})
	}
}

func TestRightFixTurnsGreen(t *testing.T) {
	e := withEngine(t)
	tool, err := e.buildTool()
	if err != nil {
		t.Fatal(err)
	}
	cases, err := loadCases("wrong")
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) == 0 {
		t.Fatal("no cases in wrong")
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			h := hardenCase(t, tool, c)
			for _, problem := range newTrial(t, e, c, builders[0]).run(t.Context(), h) {
				t.Error(problem)
			}
		})
	}
}

// TestWrongReasonTurnsRed withholds a fix that works, and one that breaks
// otherwise than the case says.
func TestWrongReasonTurnsRed(t *testing.T) {
	e := withEngine(t)
	for _, test := range []struct {
		name      string
		forced    forced
		objection string
	}{
		{"sets-up", forced{User: "1337:1337", Breaks: "."}, `withheld for root-daemon, and yet it works`},
		{"keeps-state", forced{User: "1337:1337", Breaks: "flood"}, `breaks otherwise than the case says`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, err := loadCase(filepath.Join("wrong", test.name))
			if err != nil {
				t.Fatal(err)
			}
			c.Verdict, c.Reason, c.User, c.Forced = "withheld", "root-daemon", "", &test.forced
			original, err := os.ReadFile(filepath.Join(c.Dir, "Dockerfile"))
			if err != nil {
				t.Fatal(err)
			}
			objects(t, newTrial(t, e, c, builders[0]).run(t.Context(), hardening{safe: original, unsafe: original}), test.objection)
		})
	}
}

// objects fails unless one of the problems is the expected one.
func objects(t *testing.T, problems []string, want string) {
	t.Helper()
	all := strings.Join(problems, "\n")
	if !regexp.MustCompile(want).MatchString(all) {
		t.Errorf("the judge does not object with %q, but says:\n%s", want, all)
	}
}

// TestJudgeFiles holds the arithmetic of owner, group and others against files
// of which each is writable in one way, or in none.
func TestJudgeFiles(t *testing.T) {
	who := identity{1337, 1338}
	for _, test := range []struct {
		f    file
		want bool
	}{
		{file{uid: 1337, mode: 0o400}, true}, // an owner can change the mode
		{file{uid: 0, gid: 1338, mode: 0o660}, true},
		{file{uid: 0, gid: 1338, mode: 0o646}, false}, // the group's bits count, not others'
		{file{uid: 0, gid: 0, mode: 0o666}, true},
		{file{uid: 0, gid: 0, mode: 0o775}, false},
	} {
		if got := test.f.writableBy(who); got != test.want {
			t.Errorf("writableBy(%+v) = %v", test.f, got)
		}
	}
	files := []file{{name: "/data", uid: 1337}, {name: "/database", uid: 1337}, {name: "/tmp/x", mode: 0o777}}
	got := fmt.Sprint(judgeFiles(files, who, []string{"/data", "/srv"}))
	if want := "[/database (1337:0 0) can be written /srv should be 1337's to write, and is not]"; got != want {
		t.Errorf("judgeFiles = %s, want %s", got, want)
	}
}

// TestForeign holds what /proc says of a process against an identity.
func TestForeign(t *testing.T) {
	const status = "Name:\t%s\nUid:\t%s\nGid:\t1337\t1337\t1337\t1337\nGroups:\t%s\nCapPrm:\t%s\nCapEff:\t0\nCapAmb:\t0\n"
	for _, test := range []struct{ uids, groups, caps, want string }{
		{"1337 1337 1337 1337", "1337", "0", ""},
		{"1337 1337 0 1337", "", "0", "process p runs as uid [1337 1337 0 1337], not 1337"}, // could become root again
		{"1337 1337 1337 1337", "6 1337", "0", "process p is in groups [6 1337]"},
		{"1337 1337 1337 1337", "", "400", "process p has capabilities: CapPrm 400"},
	} {
		p, err := parseStatus(fmt.Sprintf(status, "p", test.uids, test.groups, test.caps))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(p.foreign(identity{1337, 1337}), "; "); got != test.want {
			t.Errorf("foreign = %q, want %q", got, test.want)
		}
	}
}
