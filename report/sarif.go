package report

import (
	"io"

	"github.com/dfharden/dfharden/checks"
	"github.com/dfharden/dfharden/source"
)

// What the SARIF log refers to.
const (
	sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	homepage    = "https://github.com/dfharden/dfharden"
	srcRoot     = "%SRCROOT%"      // GitHub's name for the top of the repository
	fileError   = "file-error"     // the notification for a file in error
	fingerprint = "finding/v1"     // the partial fingerprint; another way to compute it gets another number
	sarifUTF16  = "utf16CodeUnits" // what editors and GitHub count
)

// SARIF writes the report of a run as a SARIF 2.1.0 log. Ignored findings are in
// it as suppressed results, files in error as notifications. Paths are relative
// to the folder that the program was called in, which should be the repository's.
//
// Braces in messages are not doubled, though section 3.11.5 of the standard asks
// for it: no viewer undoes it in a message without arguments, and Dockerfiles
// have many ${NAME}.
func SARIF(w io.Writer, files []*File, tool Tool) error {
	run := newSARIFRun(tool)
	b := sarifBuilder{run: run, rules: map[*checks.Rule]int{}, prints: fingerprints{}}
	for _, f := range files {
		b.file(f)
	}
	return writeJSON(w, sarifLog{Schema: sarifSchema, Version: "2.1.0", Runs: []*sarifRun{run}})
}

func newSARIFRun(tool Tool) *sarifRun {
	return &sarifRun{
		Tool: sarifTool{Driver: sarifDriver{
			Name: "dfharden", Version: tool.Version, InformationURI: homepage, Rules: sarifRules(tool.Rules),
			Notifications: []sarifDescriptor{{ID: fileError, ShortDescription: &sarifMessage{Text: "A file could not be read, parsed or written"}}},
		}},
		Invocations: []*sarifInvocation{{ExecutionSuccessful: true, Notifications: []sarifNotification{}}},
		URIBases: map[string]sarifArtifactLocation{srcRoot: {
			Description: &sarifMessage{Text: "The folder that dfharden was called in"},
		}},
		Artifacts: []sarifArtifact{}, Results: []sarifResult{}, ColumnKind: sarifUTF16,
	}
}

// sarifBuilder adds files to a run.
type sarifBuilder struct {
	run    *sarifRun
	rules  map[*checks.Rule]int // their places in the list of rules
	prints fingerprints
}

func (b *sarifBuilder) file(f *File) {
	where := sarifFile(f.Path)
	index := len(b.run.Artifacts)
	b.run.Artifacts = append(b.run.Artifacts, sarifArtifact{Location: where, Roles: []string{"analysisTarget"}, Language: "dockerfile"})
	where.Index = &index
	if f.Err != nil {
		b.failed(f, where)
		return
	}
	at := sarifPlaces{lines: f.Graph.File.Lines, file: where}
	for _, finding := range f.Findings {
		r := at.result(finding)
		r.RuleIndex = b.rule(finding.Rule)
		r.PartialFingerprints = map[string]string{fingerprint: b.prints.of(f, finding)}
		b.run.Results = append(b.run.Results, r)
	}
}

func sarifFile(path string) sarifArtifactLocation {
	ref, absolute := uri(slashed(path))
	if absolute {
		return sarifArtifactLocation{URI: ref}
	}
	return sarifArtifactLocation{URI: ref, URIBaseID: srcRoot}
}

// failed tells of a file in error.
func (b *sarifBuilder) failed(f *File, where sarifArtifactLocation) {
	line, msg := trouble(f)
	at := sarifPhysical{ArtifactLocation: where}
	if line > 0 {
		at.Region = &sarifRegion{StartLine: line}
	}
	call := b.run.Invocations[0]
	call.ExecutionSuccessful = false
	call.Notifications = append(call.Notifications, sarifNotification{
		Descriptor: sarifReference{ID: fileError}, Level: "error",
		Message: sarifMessage{Text: msg}, Locations: []sarifLocation{{Physical: &at}},
	})
}

// rule returns the place of a rule in the list, to which it is added if need be.
func (b *sarifBuilder) rule(r *checks.Rule) int {
	driver := &b.run.Tool.Driver
	if i, ok := b.rules[r]; ok {
		return i
	}
	i := 0
	for i < len(driver.Rules) && driver.Rules[i].ID != r.ID {
		i++
	}
	if i == len(driver.Rules) {
		driver.Rules = append(driver.Rules, sarifRule(r))
	}
	b.rules[r] = i
	return i
}

// sarifPlaces turns the findings of one file into results.
type sarifPlaces struct {
	lines *source.Lines
	file  sarifArtifactLocation
}

// region is a span in lines and columns; an empty one is an insertion point.
func (p sarifPlaces) region(s source.Span) *sarifRegion {
	from, to := p.lines.PositionUTF16(s.Start), p.lines.PositionUTF16(s.End)
	return &sarifRegion{from.Line, from.Column, to.Line, to.Column}
}

func (p sarifPlaces) location(s source.Span, msg *sarifMessage) sarifLocation {
	return sarifLocation{Physical: &sarifPhysical{ArtifactLocation: p.file, Region: p.region(s)}, Message: msg}
}
