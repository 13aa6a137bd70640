package report

import (
	"encoding/xml"
	"io"

	"github.com/dfharden/dfharden/checks"
)

type checkstyleReport struct {
	XMLName xml.Name         `xml:"checkstyle"`
	Version string           `xml:"version,attr"` // of the format, which has not changed since
	Files   []checkstyleFile `xml:"file"`
}

type checkstyleFile struct {
	Name   string            `xml:"name,attr"`
	Errors []checkstyleError `xml:"error"`
}

type checkstyleError struct {
	Line     int    `xml:"line,attr"`
	Column   int    `xml:"column,attr,omitempty"`
	Severity string `xml:"severity,attr"` // error, warning or info
	Message  string `xml:"message,attr"`
	Source   string `xml:"source,attr"`
}

// Checkstyle writes the findings as Checkstyle's XML report does. A file without
// findings is in it too. Columns count code points.
func Checkstyle(w io.Writer, files []*File) error {
	r := checkstyleReport{Version: "4.3"}
	for _, f := range files {
		out := checkstyleFile{Name: slashed(f.Path)}
		if f.Err != nil {
			line, msg := trouble(f)
			out.Errors = append(out.Errors, checkstyleError{max(line, 1), 0, "error", msg, "dfharden." + fileError})
		} else {
			for _, finding := range f.open() {
				out.Errors = append(out.Errors, newCheckstyleError(f, finding))
			}
		}
		r.Files = append(r.Files, out)
	}
	return writeXML(w, r)
}

func newCheckstyleError(f *File, finding checks.Finding) checkstyleError {
	lines := f.Graph.File.Lines
	at := lines.Position(finding.Span.Start)
	return checkstyleError{at.Line, at.Column, Severity(finding.Severity), sentence(finding, lines), "dfharden." + finding.Rule.ID}
}

// writeXML writes a document. Characters that XML has no way to write become
// U+FFFD.
func writeXML(w io.Writer, doc any) error {
	text, err := xml.MarshalIndent(doc, "", "  ")
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, xml.Header+string(text)+"\n")
	return err
}
