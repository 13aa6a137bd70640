package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/dfharden/dfharden/checks"
)

type junitReport struct {
	XMLName xml.Name `xml:"testsuites"`
	Name    string   `xml:"name,attr"`
	junitCounts
	Suites []junitSuite `xml:"testsuite"`
}

type junitCounts struct {
	Tests    int `xml:"tests,attr"`
	Failures int `xml:"failures,attr"`
	Errors   int `xml:"errors,attr"`
}

type junitSuite struct {
	Name string `xml:"name,attr"`
	junitCounts
	Cases []junitCase `xml:"testcase"`
}

// junitCase has only the attributes that every reader takes.
type junitCase struct {
	Name      string        `xml:"name,attr"`
	Classname string        `xml:"classname,attr"`
	Failure   *junitProblem `xml:"failure"`
	Error     *junitProblem `xml:"error"`
	Out       string        `xml:"system-out,omitempty"`
}

type junitProblem struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// JUnit writes the findings as a JUnit report: a suite for each file, a failed
// test for each finding. A finding that is only worth an info is a passed test
// with a word about it, and so is a file without findings.
func JUnit(w io.Writer, files []*File) error {
	r := junitReport{Name: "dfharden"}
	for _, f := range files {
		s := newJUnitSuite(f)
		r.Tests, r.Failures, r.Errors = r.Tests+s.Tests, r.Failures+s.Failures, r.Errors+s.Errors
		r.Suites = append(r.Suites, s)
	}
	return writeXML(w, r)
}

func newJUnitSuite(f *File) junitSuite {
	s := junitSuite{Name: slashed(f.Path)}
	if f.Err != nil {
		line, msg := trouble(f)
		s.Errors, s.Cases = 1, []junitCase{{Name: fileError, Error: &junitProblem{fileError, msg, junitPlace(f, line, 0) + msg}}}
	} else {
		seen := map[string]int{}
		for _, finding := range f.open() {
			seen[finding.Rule.ID]++
			s.finding(f, finding, seen[finding.Rule.ID])
		}
	}
	if len(s.Cases) == 0 {
		s.Cases = []junitCase{{Name: "dfharden"}}
	}
	for i := range s.Cases {
		s.Cases[i].Classname = s.Name
	}
	s.Tests = len(s.Cases)
	return s
}

// finding adds a test. The first finding of a rule has the rule's name, others
// get a number: readers take tests of one name for the same.
func (s *junitSuite) finding(f *File, finding checks.Finding, number int) {
	c := junitCase{Name: finding.Rule.ID}
	if number > 1 {
		c.Name = fmt.Sprintf("%s %d", c.Name, number)
	}
	lines := f.Graph.File.Lines
	at := lines.Position(finding.Span.Start)
	text := junitPlace(f, at.Line, at.Column) + Severity(finding.Severity) + ": " + strings.Join(paragraph(finding, lines), "\n")
	if finding.Severity == checks.Info {
		c.Out = text
	} else {
		s.Failures++
		c.Failure = &junitProblem{Severity(finding.Severity), clean(finding.Message), text}
	}
	s.Cases = append(s.Cases, c)
}

// junitPlace is "path:line:column: ", without what is 0.
func junitPlace(f *File, line, column int) string {
	at := slashed(f.Path) + ":"
	for _, n := range []int{line, column} {
		if n > 0 {
			at += fmt.Sprintf("%d:", n)
		}
	}
	return at + " "
}
