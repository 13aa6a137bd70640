package checks

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// giftable reports whether a RUN can give a directory that a call of it fills to the
// account: it is there at the end of the RUN whatever the build is told, holds nothing
// that other instructions have stored, and no later one minds its owner.
func (p *Pass) giftable(pl *plan, in *parser.Instruction, c stage.Call, dir string) bool {
	if _, ok := in.Then("chown"); !ok {
		return false
	}
	if !projectDir(dir) || p.reachedByLink(in, dir) || holdsBase(pl.stage.Root().Facts, dir) || !p.samePath(in, c, dir) || !mountsBeside(in, dir) {
		return false
	}
	for _, v := range pl.stage.Before(in).Volumes {
		if within(v.Path, dir) || within(dir, v.Path) {
			return false // what follows a VOLUME is lost with the classic builder
		}
	}
	for _, t := range p.traces().chowned {
		if within(t.Path, dir) || t.Recursive && within(dir, t.Path) {
			return false
		}
	}
	work := pl.stage.Before(in).WorkDir
	later := within(p.Graph.Final().End().WorkDir.Path, dir)
	if (!c.Always || goesOn(in) && !later) && dir != work.Path {
		return false
	}
	for _, run := range p.runs() {
		if run.Index >= in.Index && p.takenAway(run, dir) {
			return false
		}
	}
	_, isClone := cloneTarget(c)
	isClone = isClone && c.Name == "git"
	return (isClone || p.fresh(pl.stage, in, dir)) && !p.mindsOwner(in, dir, isClone)
}

// reachedByLink reports whether a directory may be a link, or lie behind one, that a RUN
// makes: chown -Rh stops there.
func (p *Pass) reachedByLink(in *parser.Instruction, dir string) bool {
	for _, run := range p.runs() {
		for _, c := range p.calls(run) {
			ops := c.Operands()
			if c.Name != "ln" || run.Index > in.Index || len(ops) < 2 {
				continue
			}
			name := c.Abs(ops[len(ops)-1])
			if name == "" || within(dir, name) && !below(dir, name) || within(dir, path.Join(name, path.Base(ops[0].Text))) {
				return true
			}
		}
	}
	return false
}

// projectDir reports whether a directory is a project's own: none of the distribution's
// and of no account.
func projectDir(dir string) bool {
	return ownable(dir) && !within(dir, "/home") && (!system(dir) || below(dir, "/usr/src") || below(dir, "/opt"))
}

// holdsBase reports whether a directory is one of the base image's, as far as its facts
// say: its working directory, or what its variables name, lies there.
func holdsBase(f image.Facts, dir string) bool {
	if within(f.WorkDir, dir) {
		return true
	}
	for _, value := range f.Env {
		for _, name := range strings.Split(value, ":") {
			if strings.HasPrefix(name, "/") && within(path.Clean(name), dir) {
				return true
			}
		}
	}
	return baseDirs[dir]
}

// baseDirs are directories that base images fill: eclipse-temurin, those of conda, Red
// Hat's builders, and bitnami's.
var baseDirs = wordSet(`/opt/java /opt/conda /opt/app-root /opt/bitnami`)

// fresh reports whether nothing above a RUN puts files into a directory.
func (p *Pass) fresh(s *stage.Stage, in *parser.Instruction, dir string) bool {
	r := &raise{p: p, s: s, dirs: []string{dir}}
	for _, run := range p.runs() {
		if run.Index < in.Index && !r.quiet(run) {
			return false
		}
	}
	for _, t := range p.transfers() {
		if t.In.Index < in.Index && (t.Dest == "" || within(t.Dest, dir) || t.Dir && below(dir, t.Dest)) {
			return false
		}
	}
	return true
}

// mountsBeside reports whether what a RUN mounts lies beside a directory: chown would
// reach it.
func mountsBeside(in *parser.Instruction, dir string) bool {
	for _, f := range in.Flags {
		if f.Name != "mount" {
			continue
		}
		target := ""
		for _, field := range strings.Split(f.Value, ",") {
			if key, value, _ := strings.Cut(field, "="); key == "target" || key == "dst" || key == "destination" {
				target = value
			}
		}
		if !strings.HasPrefix(target, "/") || strings.Contains(target, "$") || within(target, dir) || within(dir, target) {
			return false
		}
	}
	return true
}

// takenAway reports whether a RUN may remove or rename a directory, or gives rights to a
// file that chown takes away.
func (p *Pass) takenAway(in *parser.Instruction, dir string) bool {
	for _, c := range p.calls(in) {
		switch c.Name {
		case "setcap":
			return true
		case "chmod", "install":
			if slices.ContainsFunc(c.Args, func(a stage.Arg) bool { return setsID.MatchString(a.Text) }) {
				return true
			}
		case "rm", "rmdir", "mv":
			if slices.ContainsFunc(c.Operands(), func(op stage.Arg) bool { return mayName(c, op, dir) }) {
				return true
			}
		case "find":
			if c.Has("-delete", "rm", "mv") && !within(c.Dir, dir) {
				return true
			}
		}
	}
	return false
}

// goesOn reports whether a RUN may go on after a command that fails: behind a semicolon,
// without set -e. What is the working directory later is missed by what follows.
func goesOn(in *parser.Instruction) bool {
	return strings.Contains(in.Rest.Text, ";") && !stopsAtError.MatchString(in.Rest.Text)
}

var stopsAtError = regexp.MustCompile(`^\s*set -[a-z]*e`)

// setsID is a mode that sets the owner's or the group's ID at a start.
var setsID = regexp.MustCompile(`^([ugoa]*[+=][rwxXt]*s|0?[2-7]\d{3}$)`)

// mayName reports whether an operand may name a directory or one that it lies in.
func mayName(c stage.Call, op stage.Arg, dir string) bool {
	text := strings.Trim(op.Text, `"'`)
	if cut := strings.IndexAny(text, "$`*?[{"); cut >= 0 {
		// a pattern names what its beginning allows
		start := c.Abs(stage.Arg{Text: text[:cut] + ".", Known: true})
		return cut == 0 && text[0] != '*' && text[0] != '?' || start == "" || !within(start, dir) && strings.HasPrefix(dir, strings.TrimSuffix(start, "."))
	}
	if strings.HasPrefix(text, "~") {
		return false // the directory is not in root's home
	}
	abs := c.Abs(stage.Arg{Text: text, Known: true})
	return abs == "" || within(dir, abs)
}

// mindsOwner reports whether a RUN that root runs later may behave otherwise in a
// directory of somebody else's: git refuses to work there, and npm 7 and 8 run scripts
// as its owner. In a clone, whatever is not known to leave git alone may call it.
func (p *Pass) mindsOwner(in *parser.Instruction, dir string, isClone bool) bool {
	for _, run := range p.runs() {
		for _, c := range p.calls(run) {
			if run.Index <= in.Index || c.Dir != "" && !within(c.Dir, dir) && !within(dir, c.Dir) && !strings.Contains(run.Rest.Text, dir) {
				continue
			}
			switch {
			case c.Name == "git" && c.Sub() != "clone" && c.Sub() != "config":
				return true
			case c.Name == "npm" && !p.newNpm():
				return true
			case isClone && (c.Name == "npm" || c.Name == "yarn") && !c.Has("--ignore-scripts"):
				return true // the project's own scripts may call git
			case isClone && !withoutGit[c.Name] && !quietPrograms[c.Name] && !onlyRead[c.Name] && !managesPackages[c.Name]:
				return true
			case isClone && (packageRun(c) || buildsInPlace(c)):
				return true
			}
		}
	}
	return false
}

// buildsInPlace reports whether a call of pip builds the project that it lies in, which
// may ask git for its version.
func buildsInPlace(c stage.Call) bool {
	return (c.Name == "pip" || c.Name == "pip3") && (hasPrefix(c, ".") || hasPrefix(c, "/") || c.Has("-e", "--editable"))
}

// withoutGit are programs that call no git, or take its refusal: npm and yarn without
// scripts, and pip, for what they install.
var withoutGit = wordSet(`
	chmod chown chgrp cp curl install ln mkdir mv npm pip pip3 rm sed tar tee touch unzip wget yarn
`)

// packageRun reports whether a call of npm or yarn runs a script of the project.
func packageRun(c stage.Call) bool {
	if c.Name != "npm" && c.Name != "yarn" {
		return false
	}
	name, _, _ := packageScript(c)
	return name != "" && !nodeSubs[c.Sub()]
}
