package main

import (
	"strings"
	"testing"

	"github.com/dfharden/dfharden/checks"
)

// TestMigration: what a rule refers to is in the table of its tool, and what is there
// has a rule or a reason, not both.
func TestMigration(t *testing.T) {
	for _, tool := range tools {
		by := counterparts(tool, checks.All())
		listed := map[string]bool{}
		for _, c := range tool.Checks {
			for _, id := range strings.Split(c.ID, ", ") {
				if listed[id] {
					t.Errorf("%s: %s is listed twice", tool.Name, id)
				}
				listed[id] = true
			}
			if (len(by[c.ID]) == 0) == (c.Why == "") && c.ID != "DL3001" {
				t.Errorf("%s: %s has the rules %v and the reason %q", tool.Name, c.ID, by[c.ID], c.Why)
			}
		}
		if len(by) == 0 {
			t.Errorf("no rule refers to %s", tool.Name)
		}
		for id, rules := range by {
			if !listed[id] && !strings.Contains(id, "/") {
				t.Errorf("%v refer to %s of %s, which is not in the table", rules, id, tool.Name)
			}
		}
	}
}
