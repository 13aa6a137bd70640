package checks

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// pidDirs lists directories that a RUN makes as root, and in which a server of the
// project keeps its pid file, its log and nothing else that it changes.
func (p *Pass) pidDirs(pl *plan) []touch {
	var dirs []touch
	for _, c := range p.started() {
		if at, dir := p.pidFile(pl, c); at != nil && dir != "" {
			dirs = append(dirs, touch{Path: dir, At: at})
		}
	}
	for _, in := range p.runs() {
		for _, c := range p.calls(in) {
			if dir := p.workermanDir(c); p.startsWorkerman() && dir != "" && !p.runsAsAccount(pl, in) && !p.openedTree(in, dir) {
				dirs = append(dirs, touch{Path: dir, At: in})
			}
		}
	}
	return dirs
}

// givenItself reports whether the fix gives just that directory to the account, so
// that the process may make files in it.
func givenItself(pl *plan, dir string) bool {
	return slices.ContainsFunc(pl.given, func(t touch) bool { return t.Path == dir })
}

// pidFile is the RUN that builds a Play application in place, which writes the
// number of its process, and its log, to the directory above its bin; dir is that
// directory, "" if the RUN may not have made it there. Source:
// playframework.com/documentation/3.0.x/ProductionConfiguration, play.server.dir in
// its reference.conf.
func (p *Pass) pidFile(pl *plan, c stage.Call) (at *parser.Instruction, dir string) {
	root, _, staged := strings.Cut(c.Path, "target/universal/")
	if !staged || strings.Contains(strings.Join(texts(c), " "), "pidfile.path=") {
		return nil, ""
	}
	plugins := c.Abs(stage.Arg{Text: path.Join(root, "project/plugins.sbt"), Known: true})
	if _, data, ok := p.Graph.ContextFile(plugins); ok && !strings.Contains(string(data), "play") {
		return nil, ""
	}
	if at = p.builtBy(pl, c, c.Path); at == nil {
		return nil, ""
	}
	program := c.Abs(stage.Arg{Text: c.Path, Known: true})
	for _, in := range p.runs() {
		for _, b := range p.calls(in) {
			if b.Name == "sbt" && b.Has("stage") && b.Always && ownable(b.Dir) && path.Dir(program) == path.Join(b.Dir, "target/universal/stage/bin") {
				return in, path.Dir(path.Dir(program))
			}
		}
	}
	return at, ""
}

// workermanDoubt finds a call of composer that makes the directory as root where
// Workerman keeps its pid file and its log.
func (p *Pass) workermanDoubt(pl *plan, in *parser.Instruction, c stage.Call) *Reason {
	if c.Name != "composer" || keepsVendor[c.Sub()] || !p.mentionsWorkerman() {
		return nil
	}
	if dir := p.workermanDir(c); dir != "" && (givenItself(pl, dir) || p.openedTree(in, dir)) && p.startsBesideItself(pl, in) {
		return nil
	}
	return reason(rootWritten, in, "composer in line %d makes vendor as root, and Workerman up to version 4 keeps its pid file and its log there", in.Line)
}

// keepsVendor are subcommands of composer that install nothing.
var keepsVendor = wordSet(`
	check-platform-reqs clear-cache clearcache config diagnose dump-autoload dump-env dumpautoload show validate
`)

// workermanDir is the directory of Workerman's packages that a call of composer
// makes, "" if it makes none or it is not known.
func (p *Pass) workermanDir(c stage.Call) string {
	work := p.Graph.Final().End().WorkDir
	switch sub := c.Sub(); {
	case c.Name != "composer" || sub != "install" && sub != "require" && sub != "update":
		return ""
	case c.Has("-d") || hasPrefix(c, "--working-dir") || p.set("COMPOSER") || p.set("COMPOSER_VENDOR_DIR"):
		return ""
	case work.At == nil || !ownable(work.Path) || !within(c.Dir, work.Path) || !c.Always:
		return ""
	}
	_, data, ok := p.Graph.ContextFile(path.Join(c.Dir, "composer.json"))
	if !ok || strings.Contains(string(data), `"vendor-dir"`) || !p.needsWorkerman(string(data)) {
		return ""
	}
	return path.Join(c.Dir, "vendor/workerman")
}

// workermanKin are packages that need Workerman: its own and those whose
// composer.json names it. Source: composer.json in github.com/joanhey/AdapterMan,
// github.com/gotzmann/comet, github.com/passwalls/mark.
var workermanKin = regexp.MustCompile(`(?i)workerman|joanhey/adapterman|gotzmann/comet|mark-php/mark`)

// needsWorkerman reports whether the project has Workerman for sure: the text of its
// composer.json says so, or a RUN.
func (p *Pass) needsWorkerman(project string) bool {
	if workermanKin.MatchString(project) {
		return true
	}
	for _, in := range p.runs() {
		for _, c := range p.calls(in) {
			if c.Name == "composer" && c.Sub() == "require" && workermanKin.MatchString(strings.Join(texts(c), " ")) {
				return true
			}
		}
	}
	return false
}

// startsBesideItself reports whether Workerman may write beside its start file,
// where it keeps its files from version 5 on.
func (p *Pass) startsBesideItself(pl *plan, in *parser.Instruction) bool {
	for _, c := range p.started() {
		start := startFile(c)
		if start.Text == "" {
			continue
		}
		file := c.Abs(start)
		dir := path.Dir(file)
		_, _, brought := p.Graph.ContextFile(file)
		return givenItself(pl, dir) || brought && p.copied(dir) || p.openedTree(in, dir)
	}
	return false
}

// startFile is FILE in php FILE start, with options in front of it perhaps. Ubiquity
// serve -t=workerman calls such a command, with a file of its own. Source: startServer in
// src/Ubiquity of github.com/phpMv/ubiquity-devtools.
func startFile(c stage.Call) stage.Arg {
	if c.Name == "Ubiquity" && c.Sub() == "serve" && c.Has("-t=workerman", "--type=workerman") {
		return stage.Arg{Text: ".ubiquity/_workerman.php", Known: true}
	}
	for i, op := range c.Operands() {
		if c.Name == "php" && i > 0 && op.Text == "start" && strings.HasSuffix(c.Operands()[i-1].Text, ".php") {
			return c.Operands()[i-1]
		}
	}
	return stage.Arg{}
}

func (p *Pass) startsWorkerman() bool {
	return slices.ContainsFunc(p.started(), func(c stage.Call) bool { return startFile(c).Text != "" })
}

// mentionsWorkerman reports whether the project uses Workerman, by its command line
// (php FILE start), the words of the file, or the composer.json of its working
// directory. Up to version 4 it puts its pid file and its log beside its own
// directory, from 5 on beside the start file; composer decides which it is. Source:
// Worker::init in github.com/walkor/workerman.
func (p *Pass) mentionsWorkerman() bool {
	has := func(text string) bool { return strings.Contains(strings.ToLower(text), "workerman") }
	if p.startsWorkerman() {
		return true
	}
	for _, s := range p.Graph.Chain() {
		for _, in := range s.Instructions {
			switch in.Cmd.(type) {
			case *instructions.RunCommand, *instructions.CopyCommand, *instructions.CmdCommand, *instructions.EntrypointCommand, *instructions.WorkdirCommand, *instructions.AddCommand:
				if has(in.Rest.Text) {
					return true
				}
			}
		}
	}
	_, data, _ := p.Graph.ContextFile(path.Join(p.Graph.Final().End().WorkDir.Path, "composer.json"))
	return has(string(data))
}
