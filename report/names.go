package report

import "github.com/dfharden/dfharden/checks"

// Severity is the name of a severity in every format: error, warning or info.
func Severity(s checks.Severity) string {
	switch s {
	case checks.Error:
		return "error"
	case checks.Warning:
		return "warning"
	}
	return "info"
}

func confidence(c checks.Confidence) string {
	if c == checks.Low {
		return "low"
	}
	return "high"
}

// Grade is the name of a fix's grade in every format: safe, unsafe or none.
func Grade(s checks.Safety) string {
	switch s {
	case checks.Safe:
		return "safe"
	case checks.Unsafe:
		return "unsafe"
	}
	return "none"
}

// PageURL is where the page of a rule is to be read.
func PageURL(r *checks.Rule) string { return homepage + "/blob/main/docs/rules/" + r.ID + ".md" }
