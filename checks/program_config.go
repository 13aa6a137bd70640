package checks

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// configDoubt looks at the configuration of a known program, where what it says
// counts: one that the file brings is read, another is in doubt.
func (p *Pass) configDoubt(pl *plan, pr program, c stage.Call, in *parser.Instruction) *Reason {
	file, option := p.configFile(pr, c)
	if file == "" && option == "" {
		return nil
	}
	text, whole, known := p.programConfig(pr, c)
	if !known && file != "" && !p.bringsConfig(file) {
		if mounted, where, ok := p.mountedConfig(file); ok {
			file, text, whole, known = where, mounted, true, true
		}
	}
	if !known {
		return reason(unknownProgram, in, "%s %s, and what its configuration (%s) adds is not known: it may write to directories of root's, or open a port below 1024", said(c), pr.What, option)
	}
	for i, line := range strings.Split(text, "\n") {
		code, what := p.settingDoubt(pl, line)
		switch {
		case code == "":
		case whole:
			return reason(code, in, "%s reads %s, whose line %d %s", said(c), file, i+1, what)
		default:
			return reason(code, in, "%s reads %s, and what sed puts there %s", said(c), file, what)
		}
	}
	return nil
}

// configFile is the configuration that a call names, or that its program reads by
// itself; option says which it is. "" is a file whose path is not known.
func (p *Pass) configFile(pr program, c stage.Call) (file, option string) {
	for _, option := range strings.Fields(pr.Config) {
		if value, ok := p.value(option, c); ok {
			if _, err := strconv.Atoi(option); err == nil {
				option = value.Text
			}
			return c.Abs(value), option
		}
	}
	return c.Abs(stage.Arg{Text: pr.Reads, Known: true}), pr.Reads
}

// programConfig is the text of a program's configuration. It is known if the file
// brings it whole, or where the program's own names no place: then it is what RUNs
// substitute in that.
func (p *Pass) programConfig(pr program, c stage.Call) (text string, whole, known bool) {
	file, _ := p.configFile(pr, c)
	if file == "" {
		return "", false, false
	}
	own := map[string]string{}
	if quiet := pr.Quiet && file == pr.Reads; quiet {
		if in, _ := p.installsOne(pr.Names); in != nil {
			return "", false, false
		}
		own[file] = ""
	}
	t := p.settings(path.Dir(file), own)
	f, there := t.Files[file]
	if there && f.At == nil && len(own) > 0 && (t.Unknown == nil || t.Unknown.Name == "run") {
		text, known = p.substituted(path.Dir(file))
		return text, false, known
	}
	return f.Text, true, there && (t.Unknown == nil || t.Unknown.Name == "run" && p.onlyInstalls(path.Dir(file)))
}

// bringsConfig reports whether a copy brings a configuration, or may do so, or a RUN
// names it.
func (p *Pass) bringsConfig(file string) bool {
	for _, in := range p.runs() {
		if slices.ContainsFunc(p.calls(in), func(c stage.Call) bool { return mentions(c, file) }) {
			return true
		}
	}
	f, there := p.settings(path.Dir(file), nil).Files[file]
	if there && f.At != nil {
		return true
	}
	for _, s := range p.Graph.Chain() {
		for _, in := range s.Instructions {
			if in.Name != "copy" && in.Name != "add" {
				continue
			}
			if _, known := s.Brings(in, path.Dir(file), func(name string) bool { return within(path.Dir(file), name) }); !known {
				return true
			}
		}
	}
	return false
}

// onlyInstalls reports whether all that RUNs do in a directory is to install packages
// elsewhere.
func (p *Pass) onlyInstalls(dir string) bool {
	for _, in := range p.runs() {
		for _, c := range p.calls(in) {
			if mentions(c, dir) && !installers[c.Name] && c.Manager() == "" {
				return false
			}
		}
	}
	return true
}

// installers leave the files of the project alone.
var installers = wordSet(`luarocks gem pip pip3`)

// substituted are the scripts of all calls of sed for files below a directory. It
// is known if nothing else changes them.
func (p *Pass) substituted(dir string) (scripts string, known bool) {
	for _, in := range p.runs() {
		for _, c := range p.calls(in) {
			switch {
			case !mentions(c, dir), editors[c.Name] && len(c.Redirects) == 0:
			case c.Name != "sed" || len(c.Redirects) > 0 || c.Has("-f", "--file"):
				return "", false
			default:
				for _, a := range c.Args {
					if !a.Known || sedPort.MatchString(a.Text) {
						return "", false
					}
					if !strings.HasPrefix(a.Text, dir) {
						scripts += a.Text + "\n"
					}
				}
			}
		}
	}
	return scripts, true
}

// sedPort is a number between the delimiters of a substitution: a port, perhaps.
var sedPort = regexp.MustCompile(`[/|#,@:]\d{1,3}[/|#,@]`)

// installsOne finds a RUN that installs a package with one of some names. What a
// distribution's package brings may have a configuration of its own.
func (p *Pass) installsOne(names string) (in *parser.Instruction, pkg string) {
	all := wordSet(names)
	for _, in := range p.runs() {
		for _, pkg := range kept(p.calls(in)) {
			if all[pkg.Name] {
				return in, pkg.Name
			}
		}
	}
	return nil, ""
}

var (
	configPath    = regexp.MustCompile(`(?:^|[\s"'=:>,(\[{])(/[\w.@+/-]+)`)
	configPort    = regexp.MustCompile(`(?i)(?:(?:port|listen)\w*["'\s>:=]+|[\w.*\]]:)(\d{1,5})(?:[^\d.:]|$)`)
	configAddress = regexp.MustCompile(`^\s*(?:listen\w*\s+)?\d+\.\d+\.\d+\.\d+\s+(\d{1,5})\b`)
	configUser    = regexp.MustCompile(`(?i)^\W*(user|group|uid|gid|setuid|setgid|chroot|changeowner|run_?as|daemon(ize)?\W+(yes|on|true|1))\b`)
	configComment = regexp.MustCompile(`^\s*(#|;|//|<!--)`)
)

// settingDoubt says what a line of a configuration does that the account may not do,
// with the code of a reason, "" if it does nothing.
func (p *Pass) settingDoubt(pl *plan, line string) (code, what string) {
	if configComment.MatchString(line) {
		return "", ""
	}
	for _, m := range append(configPort.FindAllStringSubmatch(line, -1), configAddress.FindAllStringSubmatch(line, -1)...) {
		if n, err := strconv.Atoi(m[1]); err == nil && n > 0 && n < 1024 && !p.Options.LowPorts {
			return privilegedPort, "says port " + m[1] + ", which is below 1024"
		}
	}
	if m := configUser.FindStringSubmatch(line); m != nil {
		return unknownProgram, "says " + m[1] + ": what only root can do"
	}
	for _, m := range configPath.FindAllStringSubmatch(line, -1) {
		name := path.Clean(m[1])
		if (runTimePath(name) || written.MatchString(line) && !within(name, "/usr") && !within(name, "/tmp") && !within(name, "/dev") && !within(name, "/proc/self/fd")) && p.rootsPlace(pl, name) {
			return rootDirectory, "says " + name + ", in a directory that is root's: it may have to write there"
		}
	}
	return "", ""
}
