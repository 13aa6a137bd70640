package checks

import (
	"path"
	"regexp"
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// opensLog is code that opens the file of a log where it stands: when the settings are
// loaded, mostly.
var opensLog = regexp.MustCompile(`FileHandler|["']filename["']\s*:|\bfilename\s*=`)

// logName is the file of a log by a relative path, or one put together, in such code.
var logName = regexp.MustCompile(`(?i)(FileHandler\(|["']?filename["']?\s*[:=])\s*(["'][\w.][\w./-]*["']|[\w.]*(BASE|ROOT|DIR|HERE|PATH)\w*\b|os\.path\.join|str\()`)

// builtByCode finds a file of the project that a RUN of root's has begun: it runs the
// project's tests, or loads its settings, which open a log.
func (p *Pass) builtByCode(pl *plan, f stage.ProjectFile) *Reason {
	ext := path.Ext(f.Name)
	log := ext == ".py" && opensLog.Match(f.Data) && logName.Match(f.Data) && writesCodeOrLog.Match(f.Data)
	writes := ext != ".go" && sourceEnds[ext] && writesRelative(f.Data)
	if !log && !writes {
		return nil
	}
	for _, in := range p.runs() {
		if p.runsAsAccount(pl, in) {
			continue
		}
		for _, c := range p.calls(in) {
			loads, tests := runsCode(c)
			if (loads && log || tests && (writes || log)) && !pl.hands(in, c) && p.Graph.Final().End().WorkDir.At != nil {
				return codeReason(f, in, c)
			}
		}
	}
	return nil
}

func codeReason(f stage.ProjectFile, in *parser.Instruction, c stage.Call) *Reason {
	return reason(rootWritten, in, "%s in line %d runs the project's code as root, and %s writes to a file below the working directory when it does: the process cannot write to that", c.Name, in.Line, f.Name)
}

var writesCodeOrLog = regexp.MustCompile(`logging|loguru`)

// runsCode reports whether a call loads the project's code, and whether it runs its tests.
func runsCode(c stage.Call) (loads, tests bool) {
	switch c.Name {
	case "python", "python3":
		ops := c.Operands()
		for i, a := range c.Args[:max(0, len(c.Args)-1)] {
			switch {
			case a.Text == "-m" && (c.Args[i+1].Text == "pytest" || c.Args[i+1].Text == "unittest"):
				return true, true
			case a.Text == "-c":
				return importsProject.MatchString(c.Args[i+1].Text), false
			}
		}
		return len(ops) > 0 && path.Base(ops[0].Text) == "manage.py", c.Has("test")
	case "manage.py", "django-admin":
		return true, c.Has("test")
	case "pytest", "nose2", "tox":
		return true, true
	case "npm", "yarn", "pnpm", "bun":
		name, _, _ := packageScript(c)
		return false, name == "test" || c.Sub() == "test"
	case "rspec", "phpunit", "jest", "mocha", "vitest":
		return false, true
	}
	return false, false
}

// importsProject is a program of Python that imports more than a package's name can say
// is installed: a module of a package.
var importsProject = regexp.MustCompile(`(?m)\b(from|import)\s+(app|src|config|settings|main|server|core|project|backend)\b`)

// hookWrites is a script of package.json or composer.json that makes something below the
// project that is not known: it starts a program of the project, or makes directories.
var hookWrites = regexp.MustCompile(`(^|[;&|]\s*|")(mkdir|touch|cp|node|ts-node|tsx|python3?|sh|bash|\./[\w./-]+)\s`)

// hooks describes a call of npm, yarn or pnpm that has the project's own scripts run, which
// may make what the process writes to; "" if it does not.
func (p *Pass) hooks(c stage.Call) string {
	switch c.Name {
	case "make":
		return p.makesDirs(c)
	case "composer":
		return p.composerHook(c)
	}
	if c.Name != "npm" && c.Name != "yarn" && c.Name != "pnpm" || c.Has("--ignore-scripts", "-g", "--global", "global") || c.Sub() != "" && !nodeSubs[c.Sub()] {
		return ""
	}
	for _, hook := range nodeHooks {
		if text, ok := p.Graph.Final().PackageScriptText(c.Dir, hook); ok && hookWrites.MatchString(text) {
			return c.Name + ", with the script " + hook + ","
		}
	}
	return ""
}

// makesDirs describes a call of make whose rules, as its Makefile in the build context
// says, make directories or files by a name of the project's; "" if they do not.
func (p *Pass) makesDirs(c stage.Call) string {
	_, data, ok := p.Graph.FileAt(path.Join(c.Dir, "Makefile"))
	if !ok || hasPrefix(c, "-C") || hasPrefix(c, "-f") {
		return ""
	}
	asked := map[string]bool{}
	for _, op := range c.Operands() {
		asked[op.Text] = true
	}
	rule := ""
	for range 2 { // once more for rules that stand above those that need them
		for _, line := range strings.Split(string(data), "\n") {
			if name, needs, ok := strings.Cut(line, ":"); ok && !strings.HasPrefix(line, "\t") && !strings.HasPrefix(needs, "=") {
				if rule = strings.TrimSpace(name); asked[rule] {
					for _, need := range strings.Fields(needs) {
						asked[need] = true
					}
				}
			}
			if m := makesState.FindStringSubmatch(line); m != nil && asked[rule] {
				return strings.TrimSpace("make "+c.Sub()) + ", with " + m[1] + " in its Makefile,"
			}
		}
	}
	return ""
}

// makesState is a line of a Makefile's rule that makes what a program keeps its state
// in, by the customary names: build/ and bin/ are none.
var makesState = regexp.MustCompile(`^\t\s*[@-]*\s*((?:mkdir|touch)\s(?:[^;&|]*[\s/])?(?:var|data|logs?|cache|uploads?|storage|state|db|media|tmp|run|instance|sessions?)\b[^;&|]*)`)

// composerState is a script of composer.json that makes such a thing.
var composerState = regexp.MustCompile(`"((?:mkdir|touch|cp)\s[^"]*)"`)

// composerHook describes a call of composer that has the project's scripts make
// directories or files; "" if it does not.
func (p *Pass) composerHook(c stage.Call) string {
	if c.Has("--no-scripts", "global") || c.Sub() != "install" && c.Sub() != "update" {
		return ""
	}
	_, data, ok := p.Graph.FileAt(path.Join(c.Dir, "composer.json"))
	if m := composerState.FindSubmatch(data); ok && m != nil {
		return "composer, with " + string(m[1]) + " of composer.json,"
	}
	return ""
}

// startsGit is code that starts git, or works in a repository.
var startsGit = regexp.MustCompile("(?i)(?:subprocess|popen|system|spawn|exec|command|shell|run|backticks?)\\w*[.(][^\"'`]*[\"'`](?:/usr/bin/)?git[\"'` ]|\\bgit\\.Repo\\(|\\bsimple-git\\b|\\bsimpleGit\\(")

// clonedByRoot is the RUN that leaves a repository of root's in the image: git refuses to
// work there for others. nil if there is none.
func (p *Pass) clonedByRoot(pl *plan) (found *parser.Instruction) {
	for _, in := range p.runs() {
		if p.runsAsAccount(pl, in) {
			continue
		}
		for _, c := range p.calls(in) {
			if c.Name != "git" {
				continue
			}
			if c.Sub() == "config" && c.Has("safe.directory") && c.Has("--system") {
				return nil
			}
			dir, ok := cloneTarget(c)
			if found == nil && ok && c.Sub() == "clone" && !pl.givenIn(in, dir) && !p.traces().owned(dir) && !p.removes(dir) && !within(dir, "/tmp") && !within(dir, "/root") {
				found = in
			}
		}
	}
	return found
}
