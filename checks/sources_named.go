package checks

import (
	"bytes"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// wantedSource tells files that say what the program does: its sources, its settings,
// and what the command or the sources name.
func (p *Pass) wantedSource() func(name string) bool {
	settings, command, sources := p.namedSettings(), p.namedFiles(), p.namedBySources()
	tests, given, interpreted := p.startsTests(), p.givenNames(), p.startsInterpreter()
	return func(name string) bool {
		base := path.Base(name)
		if command[base] || given[base] {
			return true
		}
		return (sourceEnds[path.Ext(base)] || settingsFile.MatchString(base) || settings[base] || sources[base] || conventional(name, interpreted)) && (tests || !testFile.MatchString(name))
	}
}

// namedFiles are the names of the sources that the command starts: some have the
// ending of a source, some of a test, and some have none ("bin/www").
func (p *Pass) namedFiles() map[string]bool {
	names := map[string]bool{}
	for _, c := range p.started() {
		for _, a := range append([]stage.Arg{{Text: c.Path}}, c.Operands()...) {
			if base := path.Base(a.Text); sourceEnds[path.Ext(base)] || path.Ext(base) == "" && strings.Contains(a.Text, "/") {
				names[base] = true
			}
		}
	}
	return names
}

// quotedFile is the name of a settings file, or of a shell script, in a string.
var quotedFile = regexp.MustCompile("[\"'`/]([\\w.-]+\\.(?:ya?ml|toml|json|xml|conf|cfg|ini|config|hocon|properties|env|sh|bash))[\"'`]")

// namedBySources are the names of files that the project's sources name, looked for
// once.
func (p *Pass) namedBySources() map[string]bool {
	if p.namedFound != nil {
		return p.namedFound
	}
	names := map[string]bool{}
	p.namedFound = names
	wanted := func(name string) bool { return sourceEnds[path.Ext(name)] && !testFile.MatchString(name) }
	p.Graph.ProjectFiles(wanted, func(f stage.ProjectFile) bool {
		for _, m := range quotedFile.FindAllSubmatch(f.Data, -1) {
			if base := string(m[1]); base != "package.json" && base != "tsconfig.json" {
				names[base] = true
			}
		}
		return true
	})
	return names
}

// shellScript reports whether a file is one that the sources call.
func shellScript(f stage.ProjectFile) bool {
	ext := path.Ext(f.Name)
	return ext == ".sh" || ext == ".bash"
}

// scriptLine judges a script that the project's sources call.
func (p *Pass) scriptLine(pl *plan, f stage.ProjectFile) *Reason {
	calls, ok := pl.stage.FileCalls(f)
	if !ok {
		return nil
	}
	for _, c := range calls {
		if scriptPrograms.MatchString(c.Name) {
			return reason(unknownProgram, f.At, "%s calls %s, which needs root", f.Name, c.Name).with("do it while the image is built, then apply the fix with --unsafe-fixes")
		}
		for _, name := range namedPaths(c) {
			if strings.HasPrefix(name, "/") && p.rootsPlace(pl, name) {
				return reason(rootDirectory, f.At, "%s names %s, in a directory that is root's: the process may have to write there", f.Name, name)
			}
		}
	}
	return nil
}

var scriptPrograms = regexp.MustCompile(`^(` + rootPrograms + `)$`)

// comments are the beginnings of lines that say nothing to a program, in the files
// with the endings behind them; "" is any.
var comments = []struct {
	begins *regexp.Regexp
	ends   map[string]bool
}{
	{regexp.MustCompile(`^(//|/\*|\*([\s*/]|$)|<!--|"""|''')`), nil},
	{regexp.MustCompile(`^#`), wordSet(`.py .rb .pl .pm .jl .r .R .ex .exs .nim .cr .coffee .ini .cfg .properties .yml .yaml .toml .conf .env .sh .bash`)},
	{regexp.MustCompile(`^#([^\[]|$)`), wordSet(`.php`)},
	{regexp.MustCompile(`^;`), wordSet(`.ini .cfg .clj .conf`)},
	{regexp.MustCompile(`^--`), wordSet(`.lua .hs`)},
}

// isComment reports whether a line of a file is a comment. `#define`, Rust's `#[…]` and
// the private `#fields` of JavaScript are none, nor is Go's "*place = …".
func isComment(file, line string) bool {
	ext := path.Ext(file)
	for _, c := range comments {
		if (c.ends == nil || c.ends[ext]) && c.begins.MatchString(line) {
			return true
		}
	}
	return (ext == "" || ext == ".rc") && strings.HasPrefix(line, "#")
}

// assigned is the name that a line gives to a value.
var assigned = regexp.MustCompile(`(\w+)\s*(?::\s*[\w<>?]+\s*)?:?=[^=>]`)

// writesAssigned reports whether a line gives a name to what another line of the file
// makes, or opens to write: "DIR = '/exports'", and below it "makedirs(DIR)".
func writesAssigned(line string, file []byte) bool {
	m := assigned.FindStringSubmatch(line)
	if m == nil {
		return false
	}
	return writesNamed(m[1], file, 2)
}

// writesNamed reports whether a line of a file makes, or opens to write, what a name
// stands for, or what another name stands for that is put together with it, in so many
// steps.
func writesNamed(name string, file []byte, steps int) bool {
	word := regexp.QuoteMeta(name)
	use := regexp.MustCompile("\\(\\s*[*&]?([\\w]+\\.#?)?" + word + "\\b|[\"'`][#$]?\\{" + word + "\\}|\\b" + word + `\.(mkdir|write_text|write_bytes|touch|open\(["'][wax])`)
	copied := regexp.MustCompile(`(?i)\b(copy\w*|move|rename\w*|cp\w*)\([^()]*,\s*(\w+\.)?` + word + `\b`)
	part := regexp.MustCompile(`=.*\b` + word + `\s*[+/,)]|=.*\{` + word + `\}`)
	for _, other := range bytes.Split(file, []byte("\n")) {
		if !bytes.Contains(other, []byte(name)) {
			continue
		}
		if use.Match(other) && writesCode.Match(other) || copied.Match(other) {
			return true
		}
		if m := assigned.FindSubmatch(other); m != nil && steps > 0 && len(m[1]) > 1 && string(m[1]) != name && part.Match(other) && writesNamed(string(m[1]), file, steps-1) {
			return true
		}
	}
	return false
}

// fromHere is what a path begins with that is seen from the file itself.
var fromHere = regexp.MustCompile(`__dirname|__file__|__DIR__|__dir__|import\.meta`)

var (
	// upSteps are the steps of a path to the directory above.
	upSteps = regexp.MustCompile("\\.\\.[/\"'`]")
	// upFromHere is a path that begins with one, seen from the working directory.
	upFromHere = regexp.MustCompile("\\(\\s*[\"'`]\\.\\./")
)

// writesAbove reports whether a line makes a path that leads out of the project, to
// write there: above the working directory, which stays root's.
func (p *Pass) writesAbove(pl *plan, f stage.ProjectFile, line string) bool {
	named := (strings.Contains(line, "__") || strings.Contains(line, "import.meta")) && fromHere.MatchString(line)
	switch depth := p.depth(pl, f); {
	case !named:
		if !strings.Contains(line, "..") || !upFromHere.MatchString(line) || !writesCode.MatchString(line) {
			return false
		}
	case len(upSteps.FindAllString(line, -1)) <= depth && len(upwardBy.FindAllString(line, -1))+parentsOf(line) <= depth+1:
		return false
	case !writesCode.MatchString(line) && !writesAssigned(line, f.Data):
		return false
	}
	work := pl.stage.End().WorkDir
	return work.At != nil && work.Known && p.rootsPlace(pl, path.Dir(work.Path))
}

// depth is how many directories a file of the project lies below the working directory:
// a copy may leave out the first ones of the build context.
func (p *Pass) depth(pl *plan, f stage.ProjectFile) int {
	work := pl.stage.End().WorkDir.Path
	for _, t := range p.transfers() {
		if t.In != f.At || !within(t.Dest, work) {
			continue
		}
		for _, src := range t.Sources {
			if dir := strings.Trim(path.Clean(src), "/"); below(f.Name, dir) {
				there := path.Join(t.Dest, strings.TrimPrefix(f.Name, dir+"/"))
				return strings.Count(strings.TrimPrefix(there, work+"/"), "/")
			}
		}
	}
	return strings.Count(f.Name, "/")
}

// parentsOf counts the steps up of pathlib's parents[n].
func parentsOf(line string) int {
	m := pathParents.FindStringSubmatch(line)
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1]) // digits
	return n + 1
}

var pathParents = regexp.MustCompile(`\.parents\[(\d)\]`)

// changesDir is code that goes to a directory.
var changesDir = regexp.MustCompile(`(?i)\bchdir\(\s*["'](/[\w.@+/-]*)["']`)

// writesRelative reports whether a file writes to a relative path.
func writesRelative(file []byte) bool {
	for _, line := range bytes.Split(file, []byte("\n")) {
		if writesCode.Match(line) && relativePath.Match(line) {
			return true
		}
	}
	return false
}

// besideItself finds a source that writes beside itself, where pip puts it among its
// packages, which stay root's: the command is what `pip install .` makes of it.
func (p *Pass) besideItself(pl *plan, f stage.ProjectFile, line string) *parser.Instruction {
	if path.Ext(f.Name) != ".py" || !fromHere.MatchString(line) || !writesCode.MatchString(line) && !writesAssigned(line, f.Data) {
		return nil
	}
	for _, c := range p.started() {
		if p.at(c) == nil || interpreters.MatchString(c.Name) || strings.Contains(c.Path, "/") {
			continue
		}
		for _, in := range p.runs() {
			for _, b := range p.calls(in) {
				if builds(b, c) && !b.Has("-e", "--editable", "develop") && (b.Name == "pip" || b.Name == "pip3" || b.Name == "python" || b.Name == "python3") && !p.runsAsAccount(pl, in) {
					return in
				}
			}
		}
	}
	return nil
}

// writesVariable reports whether a source makes, or opens to write, what a variable of
// the image names.
func (p *Pass) writesVariable(name string) (found bool) {
	wanted := func(file string) bool { return sourceEnds[path.Ext(file)] && !testFile.MatchString(file) }
	word := regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `\b`)
	p.Graph.ProjectFiles(wanted, func(f stage.ProjectFile) bool {
		if !bytes.Contains(f.Data, []byte(name)) {
			return true
		}
		for _, line := range strings.Split(string(f.Data), "\n") {
			if word.MatchString(line) && (writesCode.MatchString(line) || writesAssigned(line, f.Data)) {
				found = true
			}
		}
		return !found
	})
	return found
}
