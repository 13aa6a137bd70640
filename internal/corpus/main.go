// Corpus runs check and rewrite on every file below a folder and prints a table:
// what was found, what was hardened and what not for which reason, and whether
// the invariants of docs/design.md hold. It verifies those by itself, with
// BuildKit's parser and the bytes, not with the gate of package rewrite.
//
//	go run ./internal/corpus [-v] [-context TREES] DIR
//
// With -context the folder of a file's name below TREES is its build context.
//
// It exits with 1 if a count that must be 0 is not.
package main

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/dfharden/dfharden/bases"
	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/project"
	"github.com/dfharden/dfharden/stage"
)

func main() {
	verbose := flag.Bool("v", false, "list the files of each verdict")
	trees := flag.String("context", "", "`TREES`: a folder with the repositories, whole, under the names of those in DIR")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: corpus [-v] [-context TREES] DIR")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	names, err := files(flag.Arg(0))
	if err == nil && len(names) == 0 {
		err = fmt.Errorf("no file below %s", flag.Arg(0))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "corpus:", err)
		os.Exit(2)
	}
	begin := time.Now()
	t := newTally()
	all := examineAll(flag.Arg(0), *trees, names)
	weigh(all)
	for _, r := range all {
		t.add(r)
	}
	if err := t.print(os.Stdout, *verbose); err != nil {
		fmt.Fprintln(os.Stderr, "corpus:", err)
		os.Exit(2)
	}
	fmt.Printf("\n%.1f s\n", time.Since(begin).Seconds())
	if t.broken() {
		os.Exit(1)
	}
}

// files lists the regular files below a folder, relative to it.
func files(dir string) ([]string, error) {
	var names []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == ".git":
			return fs.SkipDir
		case d.Type().IsRegular():
			names = append(names, name)
		}
		return nil
	})
	return names, err
}

// examineAll examines the files in parallel; the outcomes are in their order.
func examineAll(dir, trees string, names []string) []*outcome {
	out := make([]*outcome, len(names))
	next := make(chan int)
	var wg sync.WaitGroup
	p := projects{trees: trees, known: map[string]*project.Project{}}
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range next {
				src, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(names[i])))
				if err != nil {
					out[i] = &outcome{name: names[i], broken: []breach{{"not readable", err.Error()}}}
					continue
				}
				o := p.options(names[i], src)
				o.Context = contextOf(trees, names[i])
				out[i] = examine(names[i], src, o)
			}
		})
	}
	for i := range names {
		next <- i
	}
	close(next)
	wg.Wait()
	return out
}

// contextOf is the folder of a file in its repository, nil if that is not there.
func contextOf(trees, name string) fs.FS {
	if trees == "" {
		return nil
	}
	root, err := os.OpenRoot(filepath.Join(trees, filepath.Dir(filepath.FromSlash(name))))
	if err != nil {
		return nil
	}
	return root.FS()
}

// projects are the repositories of the corpus, by their names.
type projects struct {
	trees string
	mu    sync.Mutex
	known map[string]*project.Project
}

// options are what a file's repository says about it: what the images are that it is
// built on, which files are built on its own, and the arguments that its base needs.
func (p *projects) options(name string, src []byte) (o stage.Options) {
	repo, file, _ := strings.Cut(filepath.ToSlash(name), "/")
	if p.trees == "" {
		return o
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, ok := p.known[repo]; !ok {
		p.known[repo] = nil
		if root, err := os.OpenRoot(filepath.Join(p.trees, repo)); err == nil {
			p.known[repo] = project.New(root.FS(), func(name string) string { return name }).Whole()
		}
	}
	known := p.known[repo]
	if known == nil {
		return o
	}
	builds, _ := known.Builds(file)
	o = stage.Options{
		Images:   bases.Over(image.Table(), known, file),
		Supposed: bases.Supposed(image.Table(), known, file),
		BuiltOn:  bases.BuiltOn(image.Table(), known, file, builds),
	}
	if f, err := parser.Parse(file, src); err == nil {
		o.Args = bases.Given(f, o, known, file)
	}
	return o
}
