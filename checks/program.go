package checks

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/stage"
)

// interpreters run a program of the project and need no root for themselves.
var interpreters = regexp.MustCompile(`^(java|node|nodejs|deno|bun|python[\d.]*|pypy[\d.]*|ruby|perl|php|dotnet|mono|erl|elixir|lua[\d.]*|luajit|Rscript|R|julia|guile|sbcl|scala|kotlin|groovy|racket|tclsh|escript|swipl|irb|jshell|jython|pwsh|iex|ghci|ghc|runghc|clisp|gosh)$`)

// appServers serve a program of the project, on ports that they are told.
var appServers = wordSet(`
	gunicorn uvicorn hypercorn daphne celery flask streamlit waitress-serve uwsgi puma unicorn thin rackup
	http-server serve json-server fastapi granian chalice django-admin sidekiq rq dramatiq huey_consumer luigi
	mlflow prefect dagster panel bokeh voila chainlit litestar sanic aiohttp twistd falcon iodine next nuxt
`)

// harmless are programs and words of the shell that need nothing of root's.
var harmless = wordSet(`
	echo printf sleep cat tail head true false date ls test [ [[ cd set export ulimit wait exit trap umask unset
	read shift eval exec : env printenv hostname uname whoami curl wget nc grep sed awk tr cut sort wc tee seq
	expr basename dirname pwd jq find xargs timeout kill sh bash ash dash source . cp mkdir touch rm mv id which
	command local return let nproc dumb-init tini git tar base64 sha256sum md5sum diff stat du df ps time yes
	envsubst python-config readlink realpath
`)

// programDoubt finds a program that is neither the project's own nor known to
// run without root: what a package brings may need devices, raw sockets or
// directories of root's.
func (p *Pass) programDoubt() *Reason {
	functions := map[string]bool{"": true}
	for _, c := range p.started() {
		functions[c.Func] = true
	}
	for _, c := range p.started() {
		in := p.at(c)
		if in == nil || isFlag(c) || c.Script != "" && (handsOver(c) || c.Name != "" && functions[c.Name]) {
			continue
		}
		if c.Name == "" {
			return reason(unknownProgram, in, "what %s starts depends on a variable or a substitution", strings.ToUpper(in.Name))
		}
		if module := foreignModule(c); module != "" && !p.hasSources(p.Graph.Final()) {
			return reason(unknownProgram, in, "whether %s needs root is not known: it is not the project's own program", module)
		}
		if p.argument(in.Name) || interpreters.MatchString(c.Name) || appServers[c.Name] || harmless[c.Name] || p.ownProgram(c) || p.busyboxServer(c) {
			continue
		}
		return reason(unknownProgram, in, "whether %s needs root is not known: it is neither the project's own program nor one that dfharden knows", said(c))
	}
	return nil
}

// handsOver reports whether a script's call is the arguments that it was given:
// `exec "$@"`.
func handsOver(c stage.Call) bool {
	for _, w := range c.Words {
		if raw := strings.Trim(w.Raw, `"`); raw == "$@" || raw == "$*" || raw == "${@}" {
			return c.Name == ""
		}
	}
	return false
}

// foreignModule is the module that python runs by name, unless it is a server
// that is known.
func foreignModule(c stage.Call) string {
	if !strings.HasPrefix(c.Name, "python") {
		return ""
	}
	for i, a := range c.Args {
		if a.Text == "-m" && i+1 < len(c.Args) {
			if name := c.Args[i+1].Text; !appServers[name] && name != "http.server" && name != "SimpleHTTPServer" {
				return name
			}
		}
	}
	return ""
}

// hasSources reports whether a stage, or one that it is built from, brings files
// of the project: from the build context, not from a download.
func (p *Pass) hasSources(s *stage.Stage) bool {
	for ; s != nil; s = s.Base {
		for _, in := range s.Instructions {
			switch c := in.Cmd.(type) {
			case *instructions.CopyCommand:
				if c.From == "" {
					return true
				}
			case *instructions.AddCommand:
				for _, src := range c.SourcePaths {
					if !strings.Contains(src, "://") {
						return true
					}
				}
			case *instructions.RunCommand:
				if f, ok := in.Flag("mount"); ok && strings.Contains(f.Value, "type=bind") && !strings.Contains(f.Value, "from=") {
					return true
				}
			}
		}
	}
	return false
}

// argument reports whether a "call" is the argument list that CMD gives to an
// ENTRYPOINT that starts a program of its own.
func (p *Pass) argument(name string) bool {
	start := p.Graph.Final().End().Start
	if name != "cmd" {
		return false
	}
	if start.Entrypoint == nil {
		return len(start.BaseEntry) > 0 && interpreters.MatchString(path.Base(start.BaseEntry[0]))
	}
	for _, first := range p.calls(start.Entrypoint) {
		_, _, script := scriptOf(first)
		return !wrappers[first.Name] && !script && !p.isScript(first)
	}
	return false
}

// wrappers start what their arguments name.
var wrappers = wordSet(`
	tini tini-static dumb-init catatonit env exec sh bash
`)

// ownProgram reports whether a program is one that the file itself brings or
// builds.
func (p *Pass) ownProgram(c stage.Call) bool {
	work := p.Graph.Final().End().WorkDir
	if work.At != nil && work.Known && strings.Contains(c.Path, "/") {
		abs := c.Path
		if !strings.HasPrefix(abs, "/") {
			abs = path.Join(work.Path, abs)
		}
		if ownable(work.Path) && within(path.Clean(abs), work.Path) && p.reaches(p.Graph.Final(), 0) {
			return true
		}
	}
	for _, t := range p.transfers() {
		if p.brings(t, c) {
			return true
		}
	}
	if !p.hasSources(p.Graph.Final()) {
		return false
	}
	for _, in := range p.runs() {
		for _, b := range p.calls(in) {
			if builds(b, c) {
				return true
			}
		}
	}
	return false
}

// brings reports whether a copy brings a program of the project: from the build
// context, or from a stage that has its sources.
func (p *Pass) brings(t transfer, c stage.Call) bool {
	if t.Dest == "" || t.From != "" && !p.builtHere(t) {
		return false
	}
	if strings.HasPrefix(c.Path, "/") && (path.Clean(c.Path) == t.Dest || within(path.Clean(c.Path), t.Dest) && (!system(t.Dest) || p.sourceNames(t, c.Name))) {
		return true
	}
	if strings.HasPrefix(c.Path, "./") && path.Join(p.Graph.Final().End().WorkDir.Path, c.Path) == t.Dest {
		return true
	}
	if strings.Contains(c.Path, "/") {
		return false
	}
	return inPathDirs[path.Dir(t.Dest)] && path.Base(t.Dest) == c.Name || inPathDirs[t.Dest] && p.sourceNames(t, c.Name)
}

// inPathDirs are the directories that are searched for programs.
var inPathDirs = wordSet(`/usr/local/sbin /usr/local/bin /usr/sbin /usr/bin /sbin /bin /go/bin /usr/local/cargo/bin`)

func (p *Pass) builtHere(t transfer) bool {
	for _, e := range t.Stage.Edges {
		if e.At == t.In {
			return e.To != nil && p.reaches(e.To, 0)
		}
	}
	return false
}

// reaches reports whether a stage has sources of the project, its own or those
// of stages that it copies from.
func (p *Pass) reaches(s *stage.Stage, depth int) bool {
	if p.hasSources(s) {
		return true
	}
	for ; s != nil; s = s.Base {
		for _, e := range s.Edges {
			if e.To != nil && depth < len(p.Graph.Stages) && p.reaches(e.To, depth+1) {
				return true
			}
		}
	}
	return false
}

func (p *Pass) sourceNames(t transfer, name string) bool {
	for _, src := range t.Sources {
		if path.Base(src) == name {
			return true
		}
	}
	return false
}

// builds reports whether a call builds or installs the project's own program.
func builds(b, c stage.Call) bool {
	switch b.Name {
	case "go", "cargo", "stack", "cabal", "swift", "dotnet", "nimble", "shards", "crystal", "rebar3", "mix", "zig", "dub":
		sub := b.Sub()
		return sub == "build" || sub == "install" || sub == "publish" || sub == "release" || sub == "link" || c.Name == sub
	case "gcc", "g++", "cc", "clang", "rustc", "ghc", "ldc2", "gfortran", "nim", "fpc", "vlang", "v":
		return b.Has(c.Name) || b.Has(c.Path) || hasSuffixArg(b, c.Name)
	case "pip", "pip3":
		return b.Sub() == "install" && (b.Has(".") || b.Has("-e") || b.Has("./") || b.Has("--editable"))
	case "python", "python3":
		return b.Has("setup.py") && b.Has("install", "develop")
	case "npm":
		return b.Sub() == "link"
	}
	return false
}

func hasSuffixArg(b stage.Call, name string) bool {
	for _, a := range b.Args {
		if path.Base(a.Text) == name {
			return true
		}
	}
	return false
}

// busyboxServer reports whether a program is BusyBox's httpd, which only serves
// files.
func (p *Pass) busyboxServer(c stage.Call) bool {
	distro, _ := p.Graph.Final().Distro()
	if c.Name != "httpd" || distro != image.Alpine && distro != image.BusyBox {
		return false
	}
	for _, in := range p.runs() {
		for _, b := range p.calls(in) {
			if b.Manager() != "" && strings.Contains(fmt.Sprint(texts(b)), "apache2") {
				return false
			}
		}
	}
	return hasLetter(c, 'f', "--foreground")
}
