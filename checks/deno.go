package checks

import (
	"path"
	"slices"
	"strings"

	"github.com/dfharden/dfharden/stage"
)

// denoDir is where Deno keeps what it downloads and compiles: it gives up where it
// cannot write there and a module is not there yet (tried with 2.0). "" if nothing
// says so; it is in the home then. Source: docs.deno.com/runtime/reference/env_variables
// (DENO_DIR), which denoland/deno sets to /deno-dir.
func (p *Pass) denoDir() string {
	dir, ok := p.Graph.Final().End().ImageEnv("DENO_DIR")
	if dir = path.Clean(dir); !ok || !ownable(dir) {
		return ""
	}
	return dir
}

// denoDoubt is about an image without a shell, in which nothing makes that directory.
func (p *Pass) denoDoubt(pl *plan) *Reason {
	dir := p.denoDir()
	if dir == "" || p.hasShell() == stage.Yes && !pl.asUser {
		return nil
	}
	for _, c := range p.started() {
		if c.Has("--cached-only") {
			return nil
		}
	}
	return reason(rootDirectory, pl.stage.From, "Deno keeps what it downloads in %s, which %s may not make, and without a shell nothing in the file can; set ENV DENO_DIR=/tmp/deno", dir, pl.who.Spec)
}

// denoCommands are the words that the entrypoint of denoland/deno takes for a command
// of Deno, beside options. Source: github.com/denoland/deno_docker/blob/main/_entry.sh.
var denoCommands = wordSet("bench bundle cache compile eval fmt info install lint repl run serve task test")

// viaDeno makes the calls of CMD those of Deno, where the entrypoint of
// denoland/deno, which the file leaves alone, hands them to it.
func (p *Pass) viaDeno(calls []stage.Call) []stage.Call {
	s := p.Graph.Final()
	if s.Facts.Name != "denoland/deno" || s.End().Start.Entrypoint != nil || len(calls) == 0 {
		return calls
	}
	c := calls[0]
	if !denoCommands[c.Path] && !strings.HasPrefix(c.Path, "-") {
		return calls
	}
	c.Args = slices.Insert(slices.Clone(c.Args), 0, stage.Arg{Text: c.Path, Known: true, Span: c.Word})
	c.Name, c.Path = "deno", "deno"
	return append([]stage.Call{c}, calls[1:]...)
}
