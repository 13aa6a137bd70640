//go:build e2e

package e2e

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// TestCases builds, runs, hardens and judges every case with every builder that it names.
func TestCases(t *testing.T) {
	e := withEngine(t)
	tool, err := e.buildTool()
	if err != nil {
		t.Fatal(err)
	}
	cases, err := loadCases("cases")
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) < 24 {
		t.Fatalf("%d cases; the promise is at least 24", len(cases))
	}
	var results table
	t.Cleanup(func() { results.print(os.Stdout) })
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			h := hardenCase(t, tool, c)
			for _, b := range builders {
				if len(c.Builders) > 0 && !slices.Contains(c.Builders, b.name) {
					continue // why-builders says why
				}
				t.Run(b.name, func(t *testing.T) { judge(t, e, c, b, h, &results) })
			}
		})
	}
}

// hardenCase runs dfharden on the case and holds its verdict against the stated one.
func hardenCase(t *testing.T, tool string, c *testCase) hardening {
	t.Helper()
	dir := t.TempDir()
	if err := c.lay(dir); err != nil {
		t.Fatal(err)
	}
	safe, err := harden(tool, dir, c.Args...)
	if err != nil {
		t.Fatal(err)
	}
	unsafe, err := harden(tool, dir, append([]string{"--unsafe-fixes"}, c.Args...)...)
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range c.verdict(safe, unsafe) {
		t.Error(problem)
	}
	return hardening{safe: safe.src, unsafe: unsafe.src}
}

func judge(t *testing.T, e *engine, c *testCase, b builder, h hardening, results *table) {
	t.Helper()
	trial := newTrial(t, e, c, b)
	for _, problem := range trial.run(t.Context(), h) {
		t.Error(strings.TrimSpace(problem))
	}
	trial.row.red = t.Failed()
	results.add(trial.row)
}

func newTrial(t *testing.T, e *engine, c *testCase, b builder) *trial {
	t.Helper()
	dir, err := os.MkdirTemp(e.path("tmp"), "case")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) }) // a later run finds it in the cache folder, and no harm
	if err := c.lay(dir); err != nil {
		t.Fatal(err)
	}
	return &trial{e: e, c: c, b: b, dir: dir}
}
