package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/source"
	"github.com/dfharden/dfharden/stage"
)

func init() {
	register(&Rule{
		ID:       "recursive-chown",
		Summary:  "chown -R stores copied files a second time",
		Control:  Ownership,
		Severity: Info,
		Safety:   Unsafe,
		Why: "A file whose owner a RUN changes is stored again, whole, in the layer of that RUN: `chown -R` over what a COPY brought makes the image larger by that much. It also clears setuid bits and\n" +
			"file capabilities. `COPY --chown` gives the owner when the file is stored first.",
		Silent: "No copy brings files to the path or below it, or the same RUN clones into it with git, for which it has to be empty. A destination or a path that depends on a variable without a value. `chown` without `-R`.",
		FixSafety: "*Unsafe*: the copies get `--chown`; the RUN goes if it does nothing else and the directory comes from the copy, otherwise it keeps `chown` for the directory alone, without `-R`. Whatever\n" +
			"else lies below the path keeps its owner then. No fix where an earlier RUN may have made files there, or the path belongs to the distribution.",
		Refs: []string{"Docker: https://docs.docker.com/reference/dockerfile/#copy---chown---chmod", "Docker: https://docs.docker.com/engine/storage/drivers/#the-copy-on-write-cow-strategy"},
		Run: func(p *Pass) {
			if p.windows() {
				return
			}
			p.image(func(s *stage.Stage, in *parser.Instruction) {
				for _, c := range s.Calls(in) {
					if c.Name == "chown" && hasLetter(c, 'R', "--recursive") {
						p.recursive(s, in, c)
					}
				}
			})
		},
	})
}

// recursive reports a chown -R over copied files.
func (p *Pass) recursive(s *stage.Stage, in *parser.Instruction, c stage.Call) {
	var over []transfer
	var dirs []string
	ops := c.Operands()
	for _, op := range ops[min(1, len(ops)):] {
		abs := strings.TrimSuffix(c.Abs(op), "/*")
		if p.clonedIn(in, abs) {
			continue
		}
		dirs = append(dirs, abs)
		for _, t := range p.transfers() {
			if t.In.Index < in.Index && abs != "" && t.Dest != "" && (within(t.Dest, abs) || t.Dir && below(abs, t.Dest)) {
				over = append(over, t)
			}
		}
	}
	if len(over) == 0 {
		return
	}
	first := over[0].In
	f := Finding{Span: c.Span, Message: fmt.Sprintf("chown -R in line %d stores the files of %s in line %d a second time: give them their owner with --chown", in.Line, strings.ToUpper(first.Name), first.Line)}
	for _, t := range over {
		f.Related = append(f.Related, Related{"the files come from here", p.first(t.In)})
	}
	if f.Withheld = p.recursiveStays(in, c, dirs); f.Withheld == nil {
		edits, why := p.ownCopies(s, in, c, over, dirs)
		if f.Withheld = why; why == nil {
			f.Fix = &Fix{
				Message: "copy with --chown instead", Safety: Unsafe, Edits: edits, After: "root-user",
				Reason: reason(otherFiles, in, "what else lies below %s keeps its owner", strings.Join(dirs, ", ")),
			}
		}
	}
	p.Report(f)
}

// clonedIn reports whether a RUN clones into a directory, which is empty before.
func (p *Pass) clonedIn(in *parser.Instruction, dir string) bool {
	return slices.ContainsFunc(p.calls(in), func(c stage.Call) bool {
		target, ok := cloneTarget(c)
		return ok && c.Name == "git" && c.Always && c.Sub() == "clone" && within(dir, target)
	})
}

// recursiveStays is the reason why a chown -R has more to do than to own copies.
func (p *Pass) recursiveStays(in *parser.Instruction, c stage.Call, dirs []string) *Reason {
	if !c.Always || c.Func != "" || c.Subst || len(c.Redirects) > 0 {
		return reason(otherFiles, in, "chown -R in line %d does not run in every case", in.Line)
	}
	for _, dir := range dirs {
		if dir == "" || !ownable(dir) {
			return reason(otherFiles, in, "chown -R in line %d is for more than the copied files: name the directories of the program", in.Line)
		}
		for _, run := range p.runs() {
			if run.Index <= in.Index && p.mayMake(run, c, dir) {
				return reason(otherFiles, in, "RUN in line %d may have made files below %s, which chown -R gives away as well; give them their owner where they are made", run.Line, dir)
			}
		}
	}
	return nil
}

// mayMake reports whether a RUN may make files below a directory, besides those that
// it gives an owner or only makes as the directory itself.
func (p *Pass) mayMake(run *parser.Instruction, self stage.Call, dir string) bool {
	if unread(run, p.calls(run)) {
		return true
	}
	for _, c := range p.calls(run) {
		if c.Command == self.Command {
			return false // what follows is not covered by it
		}
		named := false
		for _, a := range c.Args {
			abs := c.Abs(a)
			if (c.Manager() != "" || noFiles[c.Name]) && !strings.HasPrefix(a.Text, "/") {
				continue
			}
			named = named || below(abs, dir) || abs == dir && c.Name != "mkdir" || strings.Contains(a.Text, dir+"/")
		}
		for _, r := range c.Redirects {
			target, known := r.Target.Lit()
			named = named || !known || within(target, dir) || !strings.HasPrefix(target, "/") && r.Heredoc == ""
		}
		if named && !onlyModes[c.Name] || !quiet[c.Name] && c.Manager() == "" && (c.Dir == "" || within(c.Dir, dir)) {
			return true
		}
	}
	return false
}

// unread reports whether what a RUN starts is not known.
func unread(run *parser.Instruction, calls []stage.Call) bool {
	script := run.Script()
	return script == nil || script.Err != nil || len(calls) == 0
}

// onlyModes are programs that make nothing of what they are given.
var onlyModes = wordSet(`chmod chown chgrp rm ls test [ cat`)

// noFiles are programs whose arguments are words and no files.
var noFiles = wordSet(`addgroup adduser groupadd useradd usermod echo printf export set passwd chpasswd getent locale-gen`)

// quiet are programs that write nothing to the working directory unless they are
// told to by name.
var quiet = wordSet(`
	addgroup adduser groupadd useradd usermod mkdir chmod chown chgrp rm ls test [ cat echo printf true set export cd
	ln mv cp sed touch install update-ca-certificates locale-gen ldconfig sleep rmdir getent id usermod passwd chpasswd
`)

// ownCopies makes the edits: --chown on the copies, and what is left of the RUN.
func (p *Pass) ownCopies(s *stage.Stage, in *parser.Instruction, c stage.Call, over []transfer, dirs []string) ([]source.Edit, *Reason) {
	var edits []source.Edit
	for _, t := range over {
		spec, ok := p.copySpec(c, t)
		if !ok {
			return nil, reason(unknownBase, in, "the owner that chown names in line %d cannot be given in line %d: it is not known there", in.Line, t.In.Line)
		}
		if t.addsArchive() {
			return nil, reason(rootWritten, t.In, "ADD in line %d unpacks an archive, whose files keep the owners that they have in it", t.In.Line)
		}
		e, ok := t.In.SetFlag("chown", spec)
		if !ok {
			return nil, reason(opaque, t.In, "line %d cannot be edited", t.In.Line)
		}
		if t.Chown != spec {
			edits = append(edits, e)
		}
	}
	if len(s.Calls(in)) == 1 && p.wholeCopies(over, dirs) {
		if e, ok := p.File.Remove(in); ok {
			return append(edits, e), nil
		}
	}
	for _, a := range c.Args {
		if span := a.Span; (a.Text == "-R" || a.Text == "--recursive") && !in.JSON && string(p.File.Src[span.Start:span.End]) == a.Text {
			if p.File.Src[span.Start-1] == ' ' {
				span.Start--
			}
			return append(edits, source.Replace(span, "")), nil
		}
	}
	return nil, reason(opaque, in, "the option -R in line %d cannot be taken out by itself", in.Line)
}

// wholeCopies reports whether copies make the paths themselves, so that nothing is left
// for chown to do.
func (p *Pass) wholeCopies(over []transfer, dirs []string) bool {
	for _, dir := range dirs {
		made := false
		for _, t := range over {
			made = made || t.Dest == dir && !p.madeBefore(dir, t.In)
		}
		if !made {
			return false
		}
	}
	return true
}

// copySpec is what --chown says for the owner that chown gives. chown leaves out
// what it does not name: then it is root's, as a copy makes it.
func (p *Pass) copySpec(c stage.Call, t transfer) (string, bool) {
	user, group, ok := ownerOf(c)
	if !ok {
		return "", false
	}
	if strings.HasSuffix(c.Operands()[0].Text, ":") {
		return "", false // the login group, whatever that is
	}
	if user == "" {
		user = "0"
	}
	if group == "" {
		group = "0"
	}
	_, userThere := t.State.Account(user)
	_, groupThere := t.State.GroupID(group)
	if (isNumber(user) || userThere == stage.Yes) && (isNumber(group) || groupThere == stage.Yes) {
		return user + ":" + group, true
	}
	u := p.Graph.Final().End().Resolve(user + ":" + group)
	return numeric(u.UID.N, u.GID.N), u.UID.Known && u.GID.Known
}
