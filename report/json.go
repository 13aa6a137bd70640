package report

import (
	"encoding/json"
	"io"
	"path/filepath"

	"github.com/dfharden/dfharden/checks"
	"github.com/dfharden/dfharden/rewrite"
	"github.com/dfharden/dfharden/source"
	"github.com/dfharden/dfharden/stage"
)

// jsonVersion is that of the format. A field is never removed or renamed within
// a version; docs/schema/report-v1.json describes it.
const jsonVersion = 1

type jsonReport struct {
	Version int        `json:"version"`
	Files   []jsonFile `json:"files"`
	Summary Summary    `json:"summary"`
}

type jsonFile struct {
	Path     string        `json:"path"` // with slashes
	Error    *string       `json:"error"`
	Image    *jsonImage    `json:"image"`  // the first of Images
	Images   []*jsonImage  `json:"images"` // all that were looked at
	Others   []string      `json:"others"` // stages that are images too, and were not
	Findings []jsonFinding `json:"findings"`
	Changes  []jsonChange  `json:"changes"`
}

type jsonImage struct {
	Stage  string   `json:"stage"`
	Why    string   `json:"why"`
	Base   string   `json:"base"`
	Distro string   `json:"distro"`
	User   jsonUser `json:"user"`
}

type jsonUser struct {
	Spec     string `json:"spec"`
	UID      *int   `json:"uid"`
	GID      *int   `json:"gid"`
	Root     string `json:"root"`
	Evidence string `json:"evidence"`
}

type jsonFinding struct {
	Rule       string   `json:"rule"`
	Control    string   `json:"control"`
	Severity   string   `json:"severity"`
	Confidence string   `json:"confidence"`
	Stages     []string `json:"stages"` // of the images that it is about
	Message    string   `json:"message"`
	jsonPlace
	Related       []jsonRelated `json:"related"`
	Ignored       bool          `json:"ignored"`
	Justification *string       `json:"justification"` // of an ignored one; null where none was given
	Fix           *jsonFix      `json:"fix"`
	Withheld      *jsonReason   `json:"withheld"`
}

type jsonChange struct {
	jsonFinding
	Round int `json:"round"`
}

// jsonPlace is a span: lines and columns count from 1, columns in code points,
// the end is exclusive; Start and End are byte offsets.
type jsonPlace struct {
	Line      int `json:"line"`
	Column    int `json:"column"`
	EndLine   int `json:"end_line"`
	EndColumn int `json:"end_column"`
	Start     int `json:"start"`
	End       int `json:"end"`
}

type jsonRelated struct {
	Message string `json:"message"`
	jsonPlace
}

type jsonFix struct {
	Safety  string      `json:"safety"`
	Reason  *jsonReason `json:"reason"`
	Message string      `json:"message"`
	Edits   []jsonEdit  `json:"edits"`
}

type jsonReason struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Line    *int   `json:"line"` // null where the file has no such place
}

type jsonEdit struct {
	Start int    `json:"start"`
	End   int    `json:"end"`
	New   string `json:"new"`
}

// JSON writes the report of a run as one JSON document.
func JSON(w io.Writer, files []*File) error {
	r := jsonReport{Version: jsonVersion, Files: []jsonFile{}, Summary: Summarize(files)}
	for _, f := range files {
		r.Files = append(r.Files, newJSONFile(f))
	}
	return writeJSON(w, r)
}

func writeJSON(w io.Writer, doc any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(doc)
}

func newJSONFile(f *File) jsonFile {
	out := jsonFile{Path: filepath.ToSlash(f.Path), Images: []*jsonImage{}, Others: []string{}, Findings: []jsonFinding{}, Changes: []jsonChange{}}
	if f.Err != nil {
		msg := f.Err.Error()
		out.Error = &msg
		return out
	}
	for _, g := range f.graphs() {
		out.Images = append(out.Images, newJSONImage(g))
	}
	out.Image, out.Others = out.Images[0], f.others()
	left := locator{lines: f.Graph.File.Lines}
	for _, finding := range f.Findings {
		out.Findings = append(out.Findings, left.finding(finding, finding.Span, f.stages(finding)))
	}
	past := newHistory(len(f.Original.Src))
	for _, c := range f.Changes {
		out.Changes = append(out.Changes, newJSONChange(f, past, c))
	}
	return out
}

func newJSONChange(f *File, past *history, c rewrite.Change) jsonChange {
	l := locator{lines: f.Original.Lines, back: past.original(c)}
	return jsonChange{jsonFinding: l.finding(c.Finding, c.Place, f.stages(c.Finding)), Round: c.Round}
}

func newJSONImage(g *stage.Graph) *jsonImage {
	s := g.Final()
	user := s.End().User
	distro, _ := s.Distro()
	if distro == "" {
		distro = "unknown"
	}
	return &jsonImage{
		Stage: s.Label(), Why: g.Why, Base: s.BaseName(), Distro: string(distro),
		User: jsonUser{
			Spec: user.Spec, UID: number(user.UID), GID: number(user.GID),
			Root: user.Root().String(), Evidence: user.Why,
		},
	}
}

func number(id stage.ID) *int {
	if !id.Known {
		return nil
	}
	return &id.N
}

// locator turns the spans of findings into places.
type locator struct {
	lines *source.Lines
	back  func(source.Span) source.Span // from the spans of related places and reasons; nil: as they are
}

func (l locator) finding(f checks.Finding, span source.Span, stages []string) jsonFinding {
	out := jsonFinding{
		Rule: f.Rule.ID, Control: string(f.Rule.Control), Severity: Severity(f.Severity),
		Confidence: confidence(f.Confidence), Stages: stages, Message: f.Message, jsonPlace: l.place(span),
		Related: []jsonRelated{}, Ignored: f.Ignored, Withheld: l.reason(f.Withheld),
	}
	if f.Ignored && f.Justification != "" {
		out.Justification = &f.Justification
	}
	for _, r := range f.Related {
		out.Related = append(out.Related, jsonRelated{r.Message, l.place(l.original(r.Span))})
	}
	if f.Fix != nil {
		fix := jsonFix{Safety: Grade(f.Fix.Safety), Reason: l.reason(f.Fix.Reason), Message: f.Fix.Message, Edits: []jsonEdit{}}
		for _, e := range f.Fix.Edits {
			fix.Edits = append(fix.Edits, jsonEdit{e.Start, e.End, e.New})
		}
		out.Fix = &fix
	}
	return out
}

func (l locator) original(s source.Span) source.Span {
	if l.back == nil {
		return s
	}
	return l.back(s)
}

func (l locator) place(s source.Span) jsonPlace {
	from, to := l.lines.Position(s.Start), l.lines.Position(s.End)
	return jsonPlace{from.Line, from.Column, to.Line, to.Column, s.Start, s.End}
}

func (l locator) reason(r *checks.Reason) *jsonReason {
	if r == nil {
		return nil
	}
	message := r.Message
	if advice := r.Advice(); advice != "" {
		message += "; " + advice
	}
	return &jsonReason{r.Code, message, l.line(r.Span)}
}

// line is the line of a reason's span, nil if there is none.
func (l locator) line(s source.Span) *int {
	if s == (source.Span{}) {
		return nil
	}
	n := l.lines.Line(l.original(s).Start)
	return &n
}
