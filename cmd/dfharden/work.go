package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"github.com/dfharden/dfharden/checks"
	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/report"
	"github.com/dfharden/dfharden/rewrite"
	"github.com/dfharden/dfharden/source"
)

// result is what came of one input.
type result struct {
	report.File
	out     []byte // the hardened file; nil without a rewrite
	edits   []source.Edit
	diff    []byte
	defects []rewrite.Defect

	failFrom checks.Severity // what counts in the exit code; 0: nothing
}

// work checks the inputs, some at a time, and returns the results in their order.
func (a *app) work(inputs []input, o *options) []*result {
	results := make([]*result, len(inputs))
	a.progress.total.Store(int64(len(inputs)))
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(o.jobs, len(inputs)) {
		wg.Go(func() {
			for i := range next {
				results[i] = a.file(inputs[i], o)
				a.progress.done.Add(1)
			}
		})
	}
	for i := range inputs {
		next <- i
	}
	close(next)
	wg.Wait()
	return results
}

// file checks one input, and writes it where that was asked for. It never
// panics: a defect of the program costs this file only.
func (a *app) file(in input, o *options) (r *result) {
	r = &result{File: report.File{Path: in.name}}
	defer func() {
		if cause := recover(); cause != nil {
			r = &result{File: report.File{Path: in.name, Err: fmt.Errorf(
				"%s: internal error: %s; please report it with the file", in.name, oneLine(fmt.Sprint(cause)))}}
		}
	}()
	src, err := a.read(in)
	if err == nil {
		r.Original, err = parser.Parse(in.name, src)
		if err != nil { // it names the file
			r.Err = err
			return r
		}
		err = r.check(a, in, o)
	}
	if err == nil && r.out != nil {
		err = r.save(in, o)
	}
	if err != nil {
		r = &result{File: report.File{Path: in.name, Err: fmt.Errorf("%s: %w", in.name, err)}}
	}
	return r
}

// check finds what is wrong, and applies the fixes if that was asked for.
func (r *result) check(a *app, in input, o *options) error {
	now := o.settings[in.config]
	r.failFrom = now.failFrom
	engine, dir := a.images(r, in, o, now)
	if dir != "" {
		if root, err := os.OpenRoot(dir); err == nil { // else it cannot be read, and counts as unknown
			defer func() { _ = root.Close() }()
			r.context(&engine, root.FS(), in)
		}
	}
	if !o.rewrites() {
		graphs, err := rewrite.Build(r.Original, engine)
		if err != nil {
			return err
		}
		r.Graph, r.More, r.Findings = graphs[0], graphs[1:], checks.RunAll(graphs, now.selected, engine.Check)
		return nil
	}
	res, err := rewrite.Rewrite(r.Original, now.selected, engine)
	if err != nil {
		return err
	}
	r.Graph, r.More, r.Findings, r.Changes = res.Graph, res.More, res.Left, res.Applied
	r.out, r.edits, r.defects = res.Src, res.Edits, res.Defects
	if r.out == nil {
		r.out = []byte{}
	}
	if o.diff {
		r.diff = source.Unified(diffName(r.Path), r.Original.Src, res.Edits)
	}
	return nil
}

// context lets all images of a file read from the build context.
func (r *result) context(engine *rewrite.Options, files fs.FS, in input) {
	var ignore []byte
	if list, err := os.ReadFile(in.path + ".dockerignore"); err == nil && !in.stdin {
		ignore = list
	}
	engine.Stage.Context, engine.Stage.Ignore = files, ignore
	for i := range engine.More {
		engine.More[i].Context, engine.More[i].Ignore = files, ignore
	}
}

// contextOf is the folder that COPY of an input reads from, if the project does not
// say another: the one that --context names, else the file's own; "" for standard input.
func (o *options) contextOf(in input) string {
	if o.context != "" || in.stdin {
		return o.context
	}
	return filepath.Dir(in.path)
}

// save writes the hardened file where it goes.
func (r *result) save(in input, o *options) error {
	switch {
	case o.output != "":
		if err := writeFile(o.output, r.out); err != nil {
			return fmt.Errorf("cannot write %s: %w", o.output, err)
		}
	case o.write && !bytes.Equal(r.out, r.Original.Src):
		if err := writeFile(in.path, r.out); err != nil {
			return fmt.Errorf("cannot write it: %w", err)
		}
	}
	return nil
}

// diffName is a path as git writes it: with slashes, and relative.
func diffName(name string) string {
	name = filepath.ToSlash(strings.TrimPrefix(name, filepath.VolumeName(name)))
	return strings.TrimLeft(path.Clean(name), "/")
}
