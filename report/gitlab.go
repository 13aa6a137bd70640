package report

import (
	"io"

	"github.com/dfharden/dfharden/checks"
)

// gitlabIssue is an entry of a code quality report.
type gitlabIssue struct {
	Description string         `json:"description"`
	CheckName   string         `json:"check_name"`
	Fingerprint string         `json:"fingerprint"` // no two of a report may be the same
	Severity    string         `json:"severity"`
	Location    gitlabLocation `json:"location"`
}

type gitlabLocation struct {
	Path  string      `json:"path"` // relative to the repository, without "./"
	Lines gitlabLines `json:"lines"`
}

type gitlabLines struct {
	Begin int `json:"begin"`
	End   int `json:"end"`
}

// GitLab writes the findings as a code quality report of GitLab:
// https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
func GitLab(w io.Writer, files []*File) error {
	issues := []gitlabIssue{}
	prints := fingerprints{}
	for _, f := range files {
		if f.Err != nil {
			issues = append(issues, gitlabError(f))
			continue
		}
		for _, finding := range f.Findings {
			// The print of an ignored finding counts, so that to ignore one of
			// several does not make others of the rest.
			if id := prints.of(f, finding); !finding.Ignored {
				issues = append(issues, newGitLabIssue(f, finding, id))
			}
		}
	}
	return writeJSON(w, issues)
}

func newGitLabIssue(f *File, finding checks.Finding, id string) gitlabIssue {
	lines := f.Graph.File.Lines
	from, to := place(lines, finding.Span)
	path := slashed(f.Path)
	return gitlabIssue{
		Description: sentence(finding, lines), CheckName: finding.Rule.ID, Fingerprint: hash(path + "\x00" + id),
		Severity: gitlabSeverity(finding.Severity),
		Location: gitlabLocation{path, gitlabLines{from.Line, to.Line}},
	}
}

func gitlabError(f *File) gitlabIssue {
	line, msg := trouble(f)
	line = max(line, 1)
	path := slashed(f.Path)
	return gitlabIssue{
		Description: msg, CheckName: fileError, Fingerprint: hash(path + "\x00" + fileError), Severity: "blocker",
		Location: gitlabLocation{path, gitlabLines{line, line}},
	}
}

// gitlabSeverity is one of info, minor, major, critical and blocker.
func gitlabSeverity(s checks.Severity) string {
	switch s {
	case checks.Error:
		return "critical"
	case checks.Warning:
		return "major"
	}
	return "info"
}
