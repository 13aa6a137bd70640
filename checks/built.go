package checks

import (
	"path"
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// builtDirs are directories that the tools of a project make below it.
var builtDirs = wordSet(`node_modules vendor .venv venv env dist build out target .next .nuxt .output _build deps staticfiles static assets public www html bin obj`)

// builtDoubt finds a start command that changes what a RUN made as root below the
// working directory: `rm node_modules/x`, `envsubst < a > dist/config.js`.
func (p *Pass) builtDoubt(pl *plan) *Reason {
	for _, c := range p.started() {
		in := p.at(c)
		if in == nil {
			continue
		}
		if at, dir := p.pidFile(pl, c); at != nil && !givenItself(pl, dir) {
			return reason(rootWritten, in, "%s writes RUNNING_PID beside its bin if it is a Play application, and the RUN in line %d may have made that as root", said(c), at.Line).with("start it with -Dpidfile.path=/dev/null")
		}
		for _, name := range changed(c) {
			if at := p.builtBy(pl, c, name); at != nil {
				return reason(rootWritten, in, "%s changes %s, which the RUN in line %d may have made as root", said(c), name, at.Line)
			}
		}
	}
	return nil
}

// changed lists the relative paths that a call writes to, removes or replaces.
func changed(c stage.Call) []string {
	var names []string
	add := func(name string) {
		if name = path.Clean(strings.Trim(name, `"'`)); !strings.HasPrefix(name, "/") && builtDirs[strings.SplitN(name, "/", 2)[0]] {
			names = append(names, name)
		}
	}
	if writers[c.Name] || c.Name == "chmod" || c.Name == "patch" {
		ops := c.Operands()
		if c.Name == "cp" || c.Name == "ln" || c.Name == "mv" {
			ops = ops[max(0, len(ops)-1):]
		}
		if c.Name == "sed" && !hasLetter(c, 'i', "--in-place") || c.Name == "envsubst" {
			ops = nil
		}
		for _, op := range ops {
			add(op.Text)
		}
	}
	for _, r := range c.Redirects {
		if r.Op == ">" || r.Op == ">>" || r.Op == "&>" {
			add(r.Target.Raw)
		}
	}
	return names
}

// builtBy is the RUN above the boundary that may have made a path: one that runs
// a tool of the project, if no chown gives the path away.
func (p *Pass) builtBy(pl *plan, c stage.Call, name string) *parser.Instruction {
	if abs := c.Abs(stage.Arg{Text: name, Known: true}); abs != "" && (p.traces().owned(abs) || p.traces().owned(path.Dir(abs)) || p.opened(abs)) {
		return nil
	}
	for _, in := range p.runs() {
		if p.isBelow(in, pl.stage, pl.at) {
			continue
		}
		for _, b := range p.calls(in) {
			if builders[b.Name] || subcommands[b.Name] != nil || interpreters.MatchString(b.Name) || projectTool[b.Name] {
				return in
			}
		}
	}
	return nil
}

var projectTool = wordSet(`npx bunx pip pip3 rake rails webpack yarnpkg`)
