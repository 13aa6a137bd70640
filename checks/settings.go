package checks

import (
	"path"
	"regexp"
	"sort"
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// settings are the files below a directory in which a server has its
// configuration: what is known of the base image's, and what the file does to them.
type settings struct {
	Dir     string
	Files   map[string]setting
	Unknown *parser.Instruction // does to them what is not known; nil: all of them are known
	single  bool                // Dir is one file
}

// setting is one file of a configuration.
type setting struct {
	Text string
	At   *parser.Instruction // nil: the base image's own
	File string              // in the build context, for messages
}

// where names a setting in a message.
func (s setting) where(name string) string {
	if s.File != "" {
		return s.File
	}
	return name
}

// settings follows the configuration in a directory through the image's
// instructions. own are the files of the base image: for each what in it counts.
func (p *Pass) settings(dir string, own map[string]string) *settings {
	return p.followed(&settings{Dir: dir, Files: map[string]setting{}}, own)
}

// settingFile is settings for a configuration of one file.
func (p *Pass) settingFile(name string, own map[string]string) *settings {
	return p.followed(&settings{Dir: name, Files: map[string]setting{}, single: true}, own)
}

func (p *Pass) followed(t *settings, own map[string]string) *settings {
	for name, text := range own {
		t.Files[name] = setting{Text: text}
	}
	for _, s := range p.Graph.Chain() {
		for _, in := range s.Instructions {
			switch in.Name {
			case "copy", "add":
				t.copy(s, in)
			case "run":
				if !s.Readable(in) {
					t.Unknown = in
				}
				for _, c := range s.Calls(in) {
					t.call(p, c, in)
				}
			}
		}
	}
	return t
}

// names lists the files in a fixed order.
func (t *settings) names() []string {
	var out []string
	for name := range t.Files {
		out = append(out, name)
	}
	sort.Strings(out)
	return out
}

// isDir reports whether a path is a directory of the configuration, or one above.
func (t *settings) isDir(name string) bool {
	if below(t.Dir, name) || t.Dir == name && !t.single {
		return true
	}
	for file := range t.Files {
		if below(file, name) {
			return true
		}
	}
	return false
}

func (t *settings) copy(s *stage.Stage, in *parser.Instruction) {
	files, known := s.Brings(in, t.Dir, t.isDir)
	if !known {
		t.Unknown = in
	}
	for _, f := range files {
		if t.Files[f.Path] = (setting{string(f.Data), in, f.File}); f.Data == nil {
			t.Unknown = in
		}
	}
}

// editors do nothing to the files that they name, besides modes and times.
var editors = wordSet(`chmod chown chgrp mkdir touch ls cat test [ [[ stat nginx httpd apachectl apache2ctl cd`)

// call takes in one command of a RUN. What names neither the configuration nor a
// script is taken to leave it alone.
func (t *settings) call(p *Pass, c stage.Call, in *parser.Instruction) {
	if !t.mentioned(c) {
		name, _, script := scriptOf(c)
		if path.Base(name) == "configure" || frameworkFile(c.Path) && frameworkCommands[c.Sub()] {
			return // it writes where it stands, or below the project
		}
		if shellNames[c.Name] && script || scriptEnd.MatchString(c.Path) || c.Name == "" && len(c.Words) > 0 || strings.Contains(c.Path, "/") && p.isScript(c) {
			t.Unknown = in
		}
		return
	}
	if editors[c.Name] && len(c.Redirects) == 0 {
		return
	}
	if !c.Always || !t.remove(c) && !t.write(c, in) && !t.substitute(c, in) && !t.link(c, in) {
		t.Unknown = in
	}
}

// mentioned reports whether a command names the directory or something below it,
// or is called there.
func (t *settings) mentioned(c stage.Call) bool {
	if c.Dir != "" && within(c.Dir, t.Dir) {
		return true
	}
	for _, w := range c.Words {
		if strings.Contains(w.Raw, t.Dir) {
			return true
		}
	}
	for _, r := range c.Redirects {
		if strings.Contains(r.Target.Raw, t.Dir) {
			return true
		}
	}
	for _, a := range c.Args {
		if abs := c.Abs(a); within(abs, t.Dir) {
			return true
		}
	}
	return false
}

// remove is rm of files or directories by their names.
func (t *settings) remove(c stage.Call) bool {
	if c.Name != "rm" && c.Name != "unlink" {
		return false
	}
	for _, op := range c.Operands() {
		abs := c.Abs(stage.Arg{Text: op.Text, Known: !strings.ContainsAny(op.Text, "$`{")})
		if abs == "" {
			return false
		}
		for name := range t.Files {
			if match, _ := path.Match(abs, name); match || below(name, abs) {
				delete(t.Files, name)
			}
		}
	}
	return true
}

// link is ln of a file of the configuration to another place in it, where its text
// counts as well.
func (t *settings) link(c stage.Call, in *parser.Instruction) bool {
	ops := c.Operands()
	if c.Name != "ln" || len(ops) != 2 || len(c.Redirects) > 0 {
		return false
	}
	dest := c.Abs(ops[1])
	if dest == "" || !within(dest, t.Dir) {
		return false
	}
	if t.isDir(dest) || strings.HasSuffix(ops[1].Text, "/") {
		dest = path.Join(dest, path.Base(ops[0].Text))
	}
	source := path.Clean(ops[0].Text)
	if !strings.HasPrefix(source, "/") {
		source = path.Join(path.Dir(dest), source)
	}
	f, there := t.Files[source]
	if there {
		t.Files[dest] = setting{f.Text, in, f.File}
	}
	return there
}

// write is echo or printf of a known text into a file, or cat of a here-document.
func (t *settings) write(c stage.Call, in *parser.Instruction) bool {
	text, ok := "", true
	var to *parser.Redirect
	for _, r := range c.Redirects {
		switch r.Op {
		case ">", ">>":
			if to != nil || r.Fd != "" && r.Fd != "1" {
				return false
			}
			to = &r
		case "<<", "<<-":
			text, ok = r.Heredoc, strings.ContainsAny(r.Target.Raw, `'"\`) || !strings.ContainsAny(r.Heredoc, "$`")
		default:
			return false
		}
	}
	if to == nil || !ok {
		return false
	}
	target, lit := to.Target.Lit()
	abs := c.Abs(stage.Arg{Text: target, Known: lit})
	switch c.Name {
	case "cat":
		ok = len(c.Args) == 0
	case "echo", "printf":
		for _, a := range c.Args {
			ok = ok && a.Known && (c.Name == "echo" || !strings.Contains(a.Text, "%"))
		}
		text = strings.ReplaceAll(strings.Join(texts(c), " "), `\n`, "\n") + "\n"
	default:
		ok = false
	}
	if abs == "" || !ok {
		return false
	}
	if to.Op == ">>" {
		text = t.Files[abs].Text + text
	}
	t.Files[abs] = setting{Text: text, At: in}
	return true
}

// substitute is `sed -i` with substitutions that can be told.
func (t *settings) substitute(c stage.Call, in *parser.Instruction) bool {
	if c.Name == "sed" && len(c.Redirects) == 0 && len(c.Args) == 3 && c.Args[0].Text == "-i" && workers.MatchString(strings.Trim(c.Args[1].Text, `"`)) {
		return true
	}
	scripts, files, extended, ok := sedArgs(c)
	if c.Name != "sed" || !ok || len(c.Redirects) > 0 {
		return false
	}
	for _, f := range files {
		abs := c.Abs(f)
		if abs != "" && !within(abs, t.Dir) && !strings.ContainsAny(abs, "*?[") {
			continue // the script names the directory, and changes another file
		}
		if abs == "" || t.matching(abs) == nil && telling.MatchString(strings.Join(scripts, " ")) {
			return false
		}
		for _, name := range t.matching(abs) {
			have := t.Files[name]
			for _, script := range scripts {
				if have.Text, ok = sedApply(script, have.Text, extended); !ok {
					return false
				}
			}
			if have.Text != t.Files[name].Text {
				t.Files[name] = setting{have.Text, in, have.File}
			}
		}
	}
	return true
}

// workers is a substitution that sets how many processes or connections nginx has,
// from a variable: whatever that holds.
var workers = regexp.MustCompile(`^s([/|#,])worker_(processes|connections) +\w+;?[/|#,]worker_(processes|connections) +\$\{?\w+\}?;?[/|#,]g?$`)

// telling are the words of settings that are looked at: a substitution without
// them changes nothing that counts in a file that is not known.
var telling = regexp.MustCompile(`(?i)listen|port|bind|user|log|pid|sock|include|path|dir|key|chroot|\d\d`)

// matching lists the files that a name or a pattern stands for.
func (t *settings) matching(pattern string) []string {
	var out []string
	for _, name := range t.names() {
		if match, _ := path.Match(pattern, name); match {
			out = append(out, name)
		}
	}
	return out
}
