package lsp

import (
	"context"
	"errors"

	"github.com/dfharden/dfharden/checks"
	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/report"
	"github.com/dfharden/dfharden/source"
)

// program is the name under which diagnostics appear.
const program = "dfharden"

func (s *server) publish(ctx context.Context, uri string, version int, list []diagnostic) error {
	return s.rpc.Notify(ctx, "textDocument/publishDiagnostics", publishDiagnosticsParams{uri, version, list})
}

// diagnostics are the findings that are not ignored, or the error for which there
// are none.
func (d *document) diagnostics() []diagnostic {
	if err := d.file.Err; err != nil {
		return []diagnostic{d.failure(err)}
	}
	list := []diagnostic{}
	for _, f := range d.file.Findings {
		if !f.Ignored {
			list = append(list, d.diagnostic(f))
		}
	}
	return list
}

func (d *document) diagnostic(f checks.Finding) diagnostic {
	out := diagnostic{
		Range: d.textRange(f.Span), Severity: severity(f.Severity), Code: f.Rule.ID, Source: program, Message: message(f),
		CodeDescription: &codeDescription{report.PageURL(f.Rule)},
	}
	for _, r := range f.Related {
		out.RelatedInformation = append(out.RelatedInformation, relatedInformation{location{d.uri, d.textRange(r.Span)}, r.Message})
	}
	return out
}

// message is what is wrong, and why there is no safe fix where there is none.
func message(f checks.Finding) string {
	why, label := f.Withheld, "not fixed"
	if why == nil && f.Fix != nil {
		why, label = f.Fix.Reason, "fix is unsafe"
	}
	if why == nil {
		return f.Message
	}
	text := f.Message + "\n" + label + ": " + why.Message
	if advice := why.Advice(); advice != "" {
		text += "; " + advice
	}
	return text
}

func severity(s checks.Severity) int {
	switch s {
	case checks.Error:
		return severityError
	case checks.Warning:
		return severityWarning
	}
	return severityInformation
}

// failure is about a file that could not be checked: at the line that the parser
// names, or at the first.
func (d *document) failure(err error) diagnostic {
	line, text := 1, err.Error()
	var e *parser.Error
	if errors.As(err, &e) {
		line, text = max(e.Line, 1), e.Msg
	}
	span := source.Span{}
	if line <= len(d.lines) {
		span = d.lines[line-1]
	}
	return diagnostic{Range: d.textRange(span), Severity: severityError, Source: program, Message: text}
}
