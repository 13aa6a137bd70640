package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/dfharden/dfharden/checks"
)

// GitHub writes the findings as workflow commands, which GitHub Actions shows as
// annotations. A file in error is an error. Columns count code points; GitHub
// takes them for places within one line only.
func GitHub(w io.Writer, files []*File) error {
	var b strings.Builder
	for _, f := range files {
		if f.Err != nil {
			line, msg := trouble(f)
			at := ""
			if line > 0 {
				at = fmt.Sprintf(",line=%d", line)
			}
			fmt.Fprintf(&b, "::error file=%s%s,title=dfharden::%s\n", githubProperty(slashed(f.Path)), at, githubData(msg))
			continue
		}
		for _, finding := range f.open() {
			githubFinding(&b, f, finding)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func githubFinding(b *strings.Builder, f *File, finding checks.Finding) {
	lines := f.Graph.File.Lines
	from, to := place(lines, finding.Span)
	at := fmt.Sprintf("line=%d,endLine=%d", from.Line, to.Line)
	if from.Line == to.Line {
		at += fmt.Sprintf(",col=%d,endColumn=%d", from.Column, to.Column)
	}
	fmt.Fprintf(b, "::%s file=%s,%s,title=%s::%s\n", githubCommand(finding.Severity), githubProperty(slashed(f.Path)), at,
		githubProperty("dfharden "+finding.Rule.ID), githubData(strings.Join(paragraph(finding, lines), "\n")))
}

func githubCommand(s checks.Severity) string {
	if s == checks.Info {
		return "notice"
	}
	return Severity(s)
}

// What GitHub's toolkit escapes, in the text of a command and in its properties.
var (
	githubText  = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubValue = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func githubData(s string) string     { return githubText.Replace(s) }
func githubProperty(s string) string { return githubValue.Replace(s) }
