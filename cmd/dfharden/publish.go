package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/dfharden/dfharden/report"
)

// publish writes the results and the report, and sets the exit code.
func (a *app) publish(results []*result, problems []problem, o *options) {
	where := a.stdout
	if o.resultOut() {
		where = a.stderr
	}
	// A report for machines on standard error is all there: errors are within it.
	if o.format.value == "text" || where == a.stdout {
		a.complain(results, problems)
	}
	files := make([]*report.File, len(results))
	for i, r := range results {
		files[i] = &r.File
		if r.Err != nil {
			continue
		}
		if o.rewrite {
			a.emit(r.out)
		}
		a.emit(r.diff)
		a.newLine(r.out, o)
	}
	a.report(where, files, o)
	a.code = exitCode(results, problems)
}

// emit writes a part of the result to standard output, whose errors end there.
func (a *app) emit(b []byte) { _, _ = a.stdout.Write(b) }

// newLine keeps the report off the last line of a file that a terminal shows
// and that does not end that line.
func (a *app) newLine(shown []byte, o *options) {
	if o.rewrite && !bytes.HasSuffix(shown, []byte("\n")) && terminal(a.stdout) != nil && terminal(a.stderr) != nil {
		fmt.Fprintln(a.stderr)
	}
}

// complain prints what went wrong, a line each.
func (a *app) complain(results []*result, problems []problem) {
	for _, p := range problems {
		a.tell(p.err)
	}
	for _, r := range results {
		if r.Err != nil {
			a.tell(r.Err)
		}
		for _, d := range r.defects {
			a.tell(fmt.Errorf("%s: a fix of %s was refused: %s; please report it with the file", r.Path, d.Rule.ID, d.Why))
		}
	}
}

func (a *app) report(where *output, files []*report.File, o *options) {
	var err error
	if o.format.value != "text" {
		err = report.Write(where, o.format.value, files, report.Tool{Version: version(), Rules: o.ran()})
	} else {
		err = report.Text(where, files, report.TextOptions{
			Color: useColor(o.color.value, where), Width: terminalWidth(where),
			Quiet: o.quiet, Verbose: o.verbose, Rewrite: o.rewrites(), Target: o.target != "",
		})
	}
	if err != nil && !errors.Is(err, io.ErrShortWrite) {
		a.tell(err)
	}
}

func exitCode(results []*result, problems []problem) int {
	code := exitOK
	for _, p := range problems {
		if p.fail {
			return exitError
		}
	}
	for _, r := range results {
		if r.Err != nil {
			return exitError
		}
		for _, f := range r.Findings {
			if r.failFrom > 0 && !f.Ignored && f.Severity >= r.failFrom {
				code = exitFindings
			}
		}
	}
	return code
}
