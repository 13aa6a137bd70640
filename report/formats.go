package report

import (
	"fmt"
	"io"
	"slices"

	"github.com/dfharden/dfharden/checks"
)

// Tool says who made a report.
type Tool struct {
	Version string
	Rules   []*checks.Rule // those that ran
}

// machine holds the formats for machines.
var machine = []struct {
	name  string
	write func(io.Writer, []*File, Tool) error
}{
	{"json", plainly(JSON)},
	{"sarif", SARIF},
	{"github", plainly(GitHub)},
	{"gitlab", plainly(GitLab)},
	{"checkstyle", plainly(Checkstyle)},
	{"junit", plainly(JUnit)},
}

// plainly is a format that does not say who made it.
func plainly(write func(io.Writer, []*File) error) func(io.Writer, []*File, Tool) error {
	return func(w io.Writer, files []*File, _ Tool) error { return write(w, files) }
}

// Formats names the formats for machines, in the order of the documentation.
// Each holds all of a report, the files in error among it.
func Formats() []string {
	var names []string
	for _, m := range machine {
		names = append(names, m.name)
	}
	return names
}

// Write writes the report of a run in a format for machines.
func Write(w io.Writer, format string, files []*File, tool Tool) error {
	i := slices.Index(Formats(), format)
	if i < 0 {
		return fmt.Errorf("unknown format %q", format)
	}
	return machine[i].write(w, files, tool)
}
