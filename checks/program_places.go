package checks

import (
	"path"
	"strconv"
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// optionDoubt finds an option that lets a known program do more than is known, or
// misses one that holds it to that.
func (p *Pass) optionDoubt(pr program, c stage.Call, in *parser.Instruction) *Reason {
	if option := given(pr.Unless, c); option != "" {
		return reason(unknownProgram, in, "what %s does with %s is not known: it may write to directories of root's, or need root", said(c), option)
	}
	if in, pkg := p.installsOne(pr.NotWith); in != nil {
		return reason(unknownProgram, in, "what %s keeps with the package %s is not known: it may write to directories of root's", said(c), pkg)
	}
	if pr.Only != "" && given(pr.Only, c) == "" {
		return reason(unknownProgram, in, "what %s does without %s is not known: it may write to directories of root's, or need root", said(c), strings.Fields(pr.Only)[0])
	}
	return nil
}

// given is the first of some options that a call has, "" if none.
func given(options string, c stage.Call) string {
	for _, option := range strings.Fields(options) {
		for _, a := range c.Args {
			if a.Text == option || strings.HasPrefix(a.Text, option+"=") || len(option) == 2 && strings.HasPrefix(a.Text, option) {
				return option
			}
		}
	}
	return ""
}

// value is what a call says for an option of Data or Config: its argument, the
// operand of that number, a variable of the image. ok is false if it says nothing.
func (p *Pass) value(option string, c stage.Call) (value stage.Arg, ok bool) {
	if n, err := strconv.Atoi(option); err == nil {
		if ops := c.Operands(); n <= len(ops) {
			return ops[n-1], true
		}
		return stage.Arg{}, false
	}
	if name, isVariable := strings.CutPrefix(option, "$"); isVariable {
		text, set := p.Graph.Final().End().ImageEnv(name)
		return stage.Arg{Text: text, Known: true}, set
	}
	for i, a := range c.Args {
		switch {
		case a.Text == option && i+1 < len(c.Args):
			return c.Args[i+1], true
		case strings.HasPrefix(a.Text, option+"="):
			return stage.Arg{Text: a.Text[len(option)+1:], Known: a.Known}, true
		case strings.HasPrefix(a.Text, option):
			return stage.Arg{}, true // -cFILE, or another option
		}
	}
	return stage.Arg{}, false
}

// writesTo lists the directories that a known program writes to; "" is one that is
// not known.
func (p *Pass) writesTo(pr program, c stage.Call) (dirs []string) {
	if pr.Needs != data {
		return nil
	}
	for _, option := range strings.Fields(pr.Data) {
		name, file := strings.CutSuffix(option, "/..")
		value, ok := p.value(name, c)
		if !ok {
			continue
		}
		abs := c.Abs(value)
		if file && abs != "" {
			abs = path.Dir(abs)
		}
		dirs = append(dirs, abs)
	}
	if len(dirs) > 0 {
		return dirs
	}
	for _, dir := range strings.Fields(pr.Dirs) {
		switch {
		case strings.HasPrefix(dir, "./") && c.Dir == "/":
			dir = path.Join(c.Dir, dir) // the working directory itself cannot be given away
		case dir == ".", strings.HasPrefix(dir, "./"):
			dir = c.Dir
		case dir == "..":
			if dir = c.Abs(stage.Arg{Text: c.Path, Known: strings.Contains(c.Path, "/")}); dir != "" {
				dir = path.Dir(path.Dir(dir))
			}
		}
		dirs = append(dirs, dir)
	}
	return dirs
}

// programPlaces lists the directories that known programs write to and that the fix
// can make and give away.
func (p *Pass) programPlaces() []touch {
	var out []touch
	for _, k := range p.knownCalls() {
		for _, dir := range p.writesTo(k.program, k.Call) {
			if ownable(dir) && !within(dir, "/tmp") && (!within(dir, "/usr") || below(dir, "/usr/local")) && p.filled(k.Name, dir) == nil {
				out = append(out, touch{Path: dir})
			}
		}
	}
	return out
}

// placesDoubt finds a directory that a known program writes to and that stays
// root's.
func (p *Pass) placesDoubt(pl *plan, pr program, c stage.Call, in *parser.Instruction) *Reason {
	dirs := p.writesTo(pr, c)
	if pr.Needs == data && len(dirs) == 0 {
		return reason(rootDirectory, in, "%s %s, in a directory that the command does not name", said(c), pr.What)
	}
	for _, name := range strings.Fields(pr.Brought) {
		if dir := c.Abs(stage.Arg{Text: name, Known: true}); dir == "" || !p.traces().owned(dir) && !p.opened(dir) {
			return reason(rootWritten, in, "%s %s, and its archive brings %s, with files that stay root's", said(c), pr.What, name).with("give that directory to the account with chown -R, in the RUN that unpacks the archive")
		}
	}
	for _, dir := range dirs {
		if dir == "" {
			return reason(rootDirectory, in, "%s %s, in a directory that is not known", said(c), pr.What)
		}
		if at := p.filled(c.Name, dir); at != nil {
			return reason(rootWritten, in, "%s %s, and the RUN in line %d may make files of root's in %s", said(c), pr.What, at.Line, dir).with("give them to the account in that RUN")
		}
		if dir == "/" && pl.moved && keepsInRoot(knownCall{c, pr}) {
			continue // it starts in the account's home
		}
		if !within(dir, "/tmp") && (dir == "/" || p.rootsPlace(pl, dir)) {
			return reason(rootDirectory, in, "%s %s in %s, which stays root's", said(c), pr.What, dir).with("set a WORKDIR, or name a directory that is the account's")
		}
	}
	return nil
}

// filled is a RUN that starts a known program, or names the directory that it writes
// to and does more than make it: it may leave files of root's there.
func (p *Pass) filled(program, dir string) *parser.Instruction {
	if p.traces().owned(dir) {
		return nil
	}
	work := p.Graph.Final().End().WorkDir.Path
	for _, in := range p.runs() {
		for _, c := range p.calls(in) {
			if c.Name == program && !onlyHelps(c) || dir != work && !harmlessThere[c.Name] && mentions(c, dir) {
				return in
			}
		}
	}
	return nil
}

// onlyHelps reports whether a call asks a program for its version or its options.
func onlyHelps(c stage.Call) bool {
	for _, a := range c.Args {
		if !helpWords[a.Text] {
			return false
		}
	}
	return len(c.Args) > 0
}

// mentions reports whether a word of a call, or what it redirects to, has a text.
func mentions(c stage.Call, text string) bool {
	for _, a := range c.Args {
		if strings.Contains(a.Text, text) {
			return true
		}
	}
	for _, r := range c.Redirects {
		if strings.Contains(r.Target.Raw, text) {
			return true
		}
	}
	return c.Dir != "" && within(c.Dir, text)
}

// harmlessThere are commands that make no file in a directory that they name.
var harmlessThere = wordSet(`mkdir chmod chown chgrp rm rmdir ls stat useradd adduser test [ [[ echo cd set`)
