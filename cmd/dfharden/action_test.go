package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/rogpeppe/go-internal/testscript"
)

// action is what the tests need of action.yml.
type action struct {
	Inputs map[string]struct{ Description, Default string }
	Runs   struct {
		Using string
		Steps []struct {
			Uses, Shell, Run string
			Env              map[string]string
		}
	}
}

func readAction(t *testing.T) action {
	t.Helper()
	text, err := os.ReadFile("../../action.yml")
	if err != nil {
		t.Fatal(err)
	}
	var a action
	if err := yaml.Unmarshal(text, &a); err != nil {
		t.Fatal(err)
	}
	if a.Runs.Using != "composite" || len(a.Runs.Steps) < 2 {
		t.Fatalf("no composite action: %+v", a)
	}
	return a
}

var (
	pinned   = regexp.MustCompile(`^[\w.-]+/[\w./-]+@[0-9a-f]{40}$`)
	inputRef = regexp.MustCompile(`^\$\{\{ inputs\.([\w-]+) \}\}$`)
)

// No script of the action has text from outside in it, other actions are named
// by their commits, and every input is passed on.
func TestActionIsSafe(t *testing.T) {
	a := readAction(t)
	used := map[string]bool{}
	for i, step := range a.Runs.Steps {
		if strings.Contains(step.Run, "${{") {
			t.Errorf("step %d has an expression in its script", i)
		}
		if step.Uses != "" && !pinned.MatchString(step.Uses) {
			t.Errorf("step %d uses %s: not a commit", i, step.Uses)
		}
		if step.Run != "" && step.Shell != "bash" {
			t.Errorf("step %d has no shell", i)
		}
		for name, value := range step.Env {
			m := inputRef.FindStringSubmatch(value)
			if m == nil {
				t.Fatalf("step %d: %s is %s", i, name, value)
			}
			used[m[1]] = true
		}
	}
	for name, input := range a.Inputs {
		if !used[name] || input.Description == "" {
			t.Errorf("input %s is not used, or not described", name)
		}
		delete(used, name)
	}
	for name := range used {
		t.Errorf("there is no input %s", name)
	}
}

// TestAction runs the script of the action's last step in testdata/action.
func TestAction(t *testing.T) {
	a := readAction(t)
	testscript.Run(t, testscript.Params{
		Dir:  "../../testdata/action",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"code": runCode},
		Setup: func(env *testscript.Env) error {
			script := a.Runs.Steps[len(a.Runs.Steps)-1].Run
			return os.WriteFile(filepath.Join(env.WorkDir, "action.sh"), []byte(script), 0o666)
		},
	})
}
