package checks

import (
	"path"
	"regexp"
	"strings"

	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// runTime are the directories that programs write to and that are root's.
var runTime = []string{"/run", "/var/run", "/var/log", "/var/lib", "/var/cache", "/var/spool", "/var/lock", "/var/db"}

// pathIn finds absolute paths in a word: alone, behind "=" or ":", in a socket's
// address.
var pathIn = regexp.MustCompile(`(?:^|[=:,@ ])(/[\w.@+/-]+)`)

// written are the words that say that a program writes to a path.
var written = regexp.MustCompile(`(?i)(log|data|db|database|cache|pid|sock|upload|output|store|storage|state|spool|temp|dump|backup|journal|queue|work_?dir)`)

// writers are programs that write to the paths that they are given.
var writers = wordSet(`mkdir touch cp mv ln tee sed install rm unlink truncate dd envsubst tar unzip`)

// pathDoubt finds a path that the command or a variable names, in a directory of
// root's that no step gives to the account: the process may have to write there.
func (p *Pass) pathDoubt(pl *plan) *Reason {
	if t := p.inRootDirectory(pl); t != nil && !p.keepsToPlaces() {
		return reason(rootDirectory, t.In, "%s in line %d puts the program into /, where it starts too, and which is root's: the process may have to write there; set a WORKDIR", strings.ToUpper(t.In.Name), t.In.Line)
	}
	if in := p.systemWorkDir(pl); in != nil && len(p.started()) > 0 && !p.sameWorkers(pl) && !p.keepsToPlaces() {
		return reason(rootDirectory, in, "WORKDIR in line %d is a directory of the system, and stays root's: the process may have to write there", in.Line).with("take a directory of the program's own, such as /app")
	}
	if r := p.homeDoubt(pl); r != nil {
		return r
	}
	for _, c := range p.started() {
		in := p.at(c)
		if in == nil {
			continue
		}
		what := strings.ToUpper(in.Name)
		if c.Script != "" {
			what = said(c) + ", started by " + what
		}
		if dir := p.leaves(pl, c); dir != "" {
			return reason(rootDirectory, in, "%s in line %d goes to %s, which is root's: the process may have to write there", what, in.Line, dir)
		}
		for _, name := range namedPaths(c) {
			if p.rootsPlace(pl, name) {
				return reason(rootDirectory, in, "%s in line %d names %s, in a directory that is root's: the process may have to write there", what, in.Line, name)
			}
		}
	}
	if hc := p.Graph.Final().End().Start.Healthcheck; hc != nil {
		for _, c := range p.calls(hc) {
			for _, name := range namedPaths(c) {
				if p.rootsPlace(pl, name) {
					return reason(rootDirectory, hc, "HEALTHCHECK in line %d names %s, in a directory that is root's: it may have to write there", hc.Line, name)
				}
			}
		}
	}
	if r := p.linkDoubt(pl); r != nil {
		return r
	}
	if r := p.dataFlagDoubt(pl); r != nil {
		return r
	}
	return p.variableDoubt(pl)
}

func (p *Pass) distro() image.Distro {
	distro, _ := p.Graph.Final().Distro()
	return distro
}

// leaves is the directory of root's that a command changes to with cd, "" if it does
// not.
func (p *Pass) leaves(pl *plan, c stage.Call) string {
	if c.Name != "cd" || len(c.Operands()) != 1 {
		return ""
	}
	dir, work := c.Abs(c.Operands()[0]), p.Graph.Final().End().WorkDir
	if dir == "" || dir == work.Path || within(dir, "/tmp") || p.copied(dir) || work.At != nil && ownable(work.Path) && below(dir, work.Path) {
		return ""
	}
	for _, t := range p.transfers() {
		if t.Dest != "" && within(dir, t.Dest) && p.wantsChown(t, p.isBelow(t.In, t.Stage, pl.at), pl.who.Home) {
			return ""
		}
	}
	if p.rootsPlace(pl, dir) || !within(dir, pl.who.Home) && !p.traces().owned(dir) && !givenTo(pl, dir) {
		return dir
	}
	return ""
}

func givenTo(pl *plan, dir string) bool {
	for _, t := range pl.given {
		if within(dir, t.Path) {
			return true
		}
	}
	return false
}

// inRootDirectory finds a copy that puts the program into the root directory, as
// its working directory too, and that is not moved from there. An image without a
// shell holds a single program as a rule, and has no other place for it.
func (p *Pass) inRootDirectory(pl *plan) *transfer {
	s := pl.stage
	if pl.moved || s.End().WorkDir.At != nil || s.Facts.WorkDir != "/" || s.Tools() == image.NoTools {
		return nil
	}
	for _, t := range p.transfers() {
		if (t.Dest == "/" || path.Dir(t.Dest) == "/" && !t.Dir && !p.isDirectory(t.Dest)) && !t.systemTree() && (p.own(t, "") && !p.Options.NoRelocate || p.wholeProject(t)) {
			return &t
		}
	}
	return nil
}

// isDirectory reports whether a RUN or another copy makes a directory of a path.
func (p *Pass) isDirectory(name string) bool {
	for _, m := range p.traces().made {
		if within(m.Path, name) && (m.Path != name || !m.File) {
			return true
		}
	}
	for _, t := range p.transfers() {
		if t.Dest == name && t.Dir || below(t.Dest, name) {
			return true
		}
	}
	return false
}

// wholeProject reports whether a copy puts the build context, as it is, into the root
// directory, and the command finds its program there by a relative path.
func (p *Pass) wholeProject(t transfer) bool {
	if t.Dest != "/" || t.From != "" || len(t.Sources) != 1 || path.Clean(t.Sources[0]) != "." {
		return false
	}
	for _, c := range p.started() {
		if p.at(c) != nil && c.Script != "" || packageRunner[c.Name] {
			return true
		}
		for _, a := range append([]stage.Arg{{Text: c.Path}}, c.Operands()...) {
			if p.at(c) != nil && !strings.HasPrefix(a.Text, "/") && strings.ContainsAny(a.Text, "/.") {
				return true
			}
		}
	}
	return false
}

var packageRunner = wordSet(`npm yarn pnpm bun`)

// systemWorkDir is the WORKDIR that makes a directory of the distribution the
// process's own, nil if there is none, or the fix gives it away: it stays root's.
func (p *Pass) systemWorkDir(pl *plan) *parser.Instruction {
	d := p.Graph.Final().End().WorkDir
	if d.At == nil || !d.Known || d.Path == "/" || ownable(d.Path) || givenTo(pl, d.Path) || within(d.Path, "/tmp") || d.Path == "/var/tmp" || p.traces().owned(d.Path) || p.opened(d.Path) {
		return nil
	}
	return d.At
}

// namedPaths lists the paths that a call names as arguments or redirects to,
// those that it may write to.
func namedPaths(c stage.Call) []string {
	var names []string
	for _, a := range c.Args {
		if c.Name == "sed" && sedScript.MatchString(a.Text) {
			continue
		}
		if writers[c.Name] && !a.Known && !strings.HasPrefix(a.Text, "-") {
			names = append(names, a.Text) // wherever that is
			continue
		}
		if writers[c.Name] && strings.HasPrefix(a.Text, "/") && !within(a.Text, "/dev") && !within(a.Text, "/tmp") {
			names = append(names, path.Clean(a.Text))
			continue
		}
		for _, m := range pathIn.FindAllStringSubmatchIndex(a.Text, -1) {
			name := a.Text[m[2]:m[3]]
			if strings.HasPrefix(name, "//") && strings.HasSuffix(a.Text[:m[2]], ":") {
				if name = urlFile(a.Text[:m[2]], name); name == "" {
					continue // the host of a URL: "jdbc:postgresql://db:5432/shop"
				}
			}
			if name = path.Clean(name); runTimePath(name) || written.MatchString(a.Text) && topLevel(name) {
				names = append(names, name)
			}
		}
	}
	for _, r := range c.Redirects {
		target, known := r.Target.Lit()
		switch {
		case r.Op != ">" && r.Op != ">>" && r.Op != "&>":
		case !known:
			names = append(names, r.Target.Raw)
		case strings.HasPrefix(target, "/") && !within(target, "/dev") && !within(target, "/proc/self/fd") && !within(target, "/proc/1/fd") && !within(target, "/tmp"):
			names = append(names, path.Clean(target))
		}
	}
	return names
}

// sedScript is a substitution, not a file.
var sedScript = regexp.MustCompile(`^["']*(\d+|\$|/[^/]*/)?s[|/#,@!:%+~_].*[|/#,@!:%+~_]["'gIpe\d]*$`)

func runTimePath(name string) bool {
	for _, d := range runTime {
		if below(name, d) {
			return true
		}
	}
	return false
}

// topLevel reports whether a path lies below a directory in / that is not the
// distribution's.
func topLevel(name string) bool {
	return !system(name) && !within(name, "/tmp") && !within(name, "/home") && !within(name, "/var") && !within(name, "/srv")
}

// dataMount is a directory of the system below which people keep data.
var dataMount = regexp.MustCompile(`^/(media|mnt|srv|var/opt)/.`)

// writtenTo reports whether a program may write to what a variable names: by where it
// lies, by its name, or by what the project's sources do with it.
func (p *Pass) writtenTo(name, value string) bool {
	free := topLevel(value) || dataMount.MatchString(value)
	switch {
	case runTimePath(value):
		return true
	case written.MatchString(name) || written.MatchString(value):
		return free || below(value, "/opt") && writtenBase.MatchString(value) || below(value, "/home")
	}
	return free && p.writesVariable(name)
}

// variableDoubt is pathDoubt for the variables of the image.
func (p *Pass) variableDoubt(pl *plan) *Reason {
	for _, s := range p.Graph.Chain() {
		for _, in := range s.Instructions {
			if in.Name != "env" {
				continue
			}
			for i := 0; i+1 < len(in.Args); i += 3 {
				name := in.Args[i].Text
				value, ok := p.Graph.Final().End().ImageEnv(name)
				if optionsName.MatchString(name) {
					if dir := p.optionPlace(pl, value); dir != "" {
						return reason(rootDirectory, in, "ENV %s in line %d names %s, in a directory that is root's: the process may have to write there", name, in.Line, dir)
					}
					continue
				}
				value, _, _ = strings.Cut(fileURL.ReplaceAllString(value, "/"), "?")
				if !ok || name == "PATH" || !strings.HasPrefix(value, "/") {
					continue
				}
				value = path.Clean(value)
				if p.writtenTo(name, value) && !p.installsTo(value) && p.rootsPlace(pl, value) {
					return reason(rootDirectory, in, "ENV %s in line %d names %s, in a directory that is root's: the process may have to write there", name, in.Line, value)
				}
			}
		}
	}
	return nil
}

var (
	// fileURL is what stands in front of the path of a database's file.
	fileURL = regexp.MustCompile(`^(sqlite[\w+]*:///|file:(//)?|jdbc:(h2|sqlite|derby|hsqldb):(file:)?)/`)
	// optionsName is a variable that has options of a program.
	optionsName = regexp.MustCompile(`(_|^)(OPTS|OPTIONS|ARGS|FLAGS)$`)
)

// optionPlace is a path in a list of options that the program may write to, in a
// directory of root's; "" if there is none.
func (p *Pass) optionPlace(pl *plan, value string) string {
	for _, word := range strings.Fields(value) {
		for _, m := range pathIn.FindAllStringSubmatch(word, -1) {
			name := path.Clean(m[1])
			if !strings.HasPrefix(m[1], "//") && (runTimePath(name) || written.MatchString(word) && topLevel(name)) && p.rootsPlace(pl, name) {
				return name
			}
		}
	}
	return ""
}

// installsTo reports whether a RUN installs what it builds below a path: that holds
// programs and libraries, whatever it is called.
func (p *Pass) installsTo(dir string) bool {
	for _, in := range p.runs() {
		for _, c := range p.calls(in) {
			for _, a := range c.Args {
				if option, value, ok := strings.Cut(a.Text, "="); ok && a.Known && path.Clean(value) == dir && (option == "--prefix" || option == "-DCMAKE_INSTALL_PREFIX") {
					return true
				}
			}
		}
	}
	return false
}

// writtenBase are names of directories below a program's own that it writes to.
var writtenBase = regexp.MustCompile(`/(data|logs?|cache|uploads?|store|storage|tmp|state|db|work)(/|$)`)

// rootsPlace reports whether nothing in the file gives a path, or a directory
// above it, to the account.
func (p *Pass) rootsPlace(pl *plan, name string) bool {
	for _, t := range pl.given {
		if within(name, t.Path) {
			return false
		}
	}
	if r := p.recipe(); r != nil && r.keeps(name) {
		return false
	}
	if pl.who.Home != "" && within(name, pl.who.Home) && (!pl.who.Host || p.hostsOwn(pl, name)) {
		return false
	}
	for _, owned := range []string{name, path.Dir(name)} {
		if p.traces().owned(owned) && !p.foreign(pl, owned) {
			return false
		}
	}
	for _, t := range p.transfers() {
		if t.Dest != "" && t.Dest != "/" && within(name, t.Dest) {
			return false // what a copy brings is there to be read, or is given with it
		}
	}
	return !p.opened(name)
}

// opened reports whether a RUN lets everybody write to a path or its directory.
func (p *Pass) opened(name string) bool {
	return p.opens(nil, func(_ stage.Call, dir string) bool { return within(name, dir) })
}

// openedTree reports whether a RUN below an instruction lets everybody write to a
// directory and all that is in it.
func (p *Pass) openedTree(at *parser.Instruction, name string) bool {
	return p.opens(at, func(c stage.Call, dir string) bool { return within(name, dir) && hasLetter(c, 'R', "--recursive") })
}

// opens finds a chmod below an instruction, nil is the top of the file, that lets
// everybody write to what is wanted.
func (p *Pass) opens(at *parser.Instruction, wanted func(stage.Call, string) bool) bool {
	for _, in := range p.runs() {
		for _, c := range p.calls(in) {
			if c.Name != "chmod" || at != nil && in.Index <= at.Index {
				continue
			}
			ops := c.Operands()
			for _, op := range ops[min(1, len(ops)):] {
				if abs := c.Abs(op); abs != "" && openMode.MatchString(ops[0].Text) && wanted(c, abs) {
					return true
				}
			}
		}
	}
	return false
}

var openMode = regexp.MustCompile(`^(0?[0-7]?[0-7][0-7][2367]|a[+=]r?w.*|o[+=]r?w.*|\+?ugo\+r?w.*|1777)$`)
