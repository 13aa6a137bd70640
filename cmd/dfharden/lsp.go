package main

import (
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/dfharden/dfharden/lsp"
	"github.com/dfharden/dfharden/report"
	"github.com/dfharden/dfharden/source"
)

func (a *app) lspCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "lsp",
		Short: "Serve an editor: the Language Server Protocol on standard input and output",
		Long: `Serve an editor: the Language Server Protocol on standard input and output.

Findings as one types, quick fixes, "harden this file", and hovers. The nearest
.dfharden.yaml and the ignore comments count as for dfharden check.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return lsp.Serve(a.stdin, noClose{a.stdout}, editor{a}, version())
		},
	}
}

// noClose keeps standard output open, for errors to be seen.
type noClose struct{ *output }

// Close implements io.Closer.
func (noClose) Close() error { return nil }

// editor checks what an editor shows, as check would if it were saved.
type editor struct{ app *app }

// Check implements lsp.Checker.
func (e editor) Check(name string, src []byte) *report.File {
	return &e.inspect(name, src, func(*checkFlags) {}).File
}

// Harden implements lsp.Checker.
func (e editor) Harden(name string, src []byte, unsafe bool) ([]source.Edit, error) {
	r := e.inspect(name, src, func(f *checkFlags) { f.rewrite, f.unsafe = true, unsafe })
	return r.edits, r.Err
}

// inspect checks a document with the flags' defaults, and what change makes of
// them. The configuration is read anew: it may be what is being edited.
func (e editor) inspect(name string, src []byte, change func(*checkFlags)) *result {
	f := newCheckFlags()
	f.define(&cobra.Command{})
	f.changed = func(string) bool { return false }
	change(f)
	in := input{path: name, name: name, text: append([]byte{}, src...), stdin: !filepath.IsAbs(name)}
	o, err := f.options(nil)
	if err != nil {
		return &result{File: report.File{Path: name, Err: err}}
	}
	inputs, err := o.configure([]input{in})
	if err != nil {
		return &result{File: report.File{Path: name, Err: err}}
	}
	return e.app.file(inputs[0], o)
}
