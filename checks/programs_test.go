package checks

import (
	"slices"
	"strings"
	"testing"
)

// TestPrograms holds the table of programs to its form: every row says where it
// comes from and what it means, and a program has one place in all the tables.
func TestPrograms(t *testing.T) {
	places := map[string]string{}
	place := func(name, where string) {
		if other := places[name]; other != "" {
			t.Errorf("%s is in two tables: %s and %s", name, other, where)
		}
		places[name] = where
	}
	for _, p := range slices.Concat(programs, networkPrograms) {
		if p.Source == "" {
			t.Errorf("%s: no source", p.Names)
		}
		if p.What == "" && (p.Needs != nothing || p.Config != "" || p.Port != 0) {
			t.Errorf("%s: nothing to say in the message", p.Names)
		}
		if strings.TrimSpace(p.Names) == "" || strings.HasSuffix(p.What, ".") {
			t.Errorf("%q %q: no names, or a full stop", p.Names, p.What)
		}
		for _, name := range strings.Fields(p.Names) {
			place(name, "programs")
		}
	}
	for where, table := range map[string]map[string]bool{"appServers": appServers, "harmless": harmless, "builders": builders, "runners": runners} {
		for name := range table {
			place(name, where)
		}
	}
	for where, table := range map[string]map[string]string{"daemons": daemons, "servers": servers} {
		for name := range table {
			place(name, where)
		}
	}
}
