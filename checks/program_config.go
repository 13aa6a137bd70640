package checks

import (
	"path"
	"regexp"
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
	text, known := p.programConfig(pr, c)
	if !known {
		return reason(unknownProgram, in, "%s %s, and what its configuration (%s) adds is not known: it may write to directories of root's, or open a port below 1024", said(c), pr.What, option)
	}
	for i, line := range strings.Split(text, "\n") {
		if what := p.settingDoubt(pl, line); what != "" {
			return reason(unknownProgram, in, "%s reads %s, which %s in line %d", said(c), file, what, i+1)
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
	return pr.Reads, pr.Reads
}

// programConfig is the text of a program's configuration. It is known if the file
// brings it whole, or where the program's own names no place.
func (p *Pass) programConfig(pr program, c stage.Call) (text string, known bool) {
	file, _ := p.configFile(pr, c)
	if file == "" {
		return "", false
	}
	own := map[string]string{}
	if quiet := pr.Quiet && file == pr.Reads; quiet {
		if in, _ := p.installsOne(pr.Names); in != nil {
			return "", false
		}
		own[file] = ""
	}
	t := p.settings(path.Dir(file), own)
	f, there := t.Files[file]
	return f.Text, there && t.Unknown == nil
}

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
	configPort    = regexp.MustCompile(`(?i)(?:port\w*["'\s>:=]+|[\w.*\]]:)(\d{1,5})(?:[^\d.:]|$)`)
	configUser    = regexp.MustCompile(`(?i)^\W*(user|group|uid|gid|setuid|setgid|chroot|changeowner|run_?as|daemon(ize)?)\b`)
	configComment = regexp.MustCompile(`^\s*(#|;|//|<!--)`)
)

// settingDoubt says what a line of a configuration does that the account may not do;
// "" is nothing.
func (p *Pass) settingDoubt(pl *plan, line string) string {
	if configComment.MatchString(line) {
		return ""
	}
	for _, m := range configPort.FindAllStringSubmatch(line, -1) {
		if n, err := strconv.Atoi(m[1]); err == nil && n > 0 && n < 1024 {
			return "names port " + m[1]
		}
	}
	if m := configUser.FindStringSubmatch(line); m != nil {
		return "sets " + m[1]
	}
	for _, m := range configPath.FindAllStringSubmatch(line, -1) {
		name := path.Clean(m[1])
		if (runTimePath(name) || written.MatchString(line) && !within(name, "/usr") && !within(name, "/tmp") && !within(name, "/dev")) && p.rootsPlace(pl, name) {
			return "names " + name + ", in a directory that is root's,"
		}
	}
	return ""
}
