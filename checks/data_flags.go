package checks

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/dfharden/dfharden/stage"
)

// dataOption is an option that tells a program which directory it keeps its data in.
var dataOption = regexp.MustCompile(`^--?(data|storage|state|upload|uploads|log|cache)[-_.]?(dir|directory|folder|path|root)$|^--data$`)

// dataDirOption is one whose value is a directory for certain: a path may be a file's.
var dataDirOption = regexp.MustCompile(`(dir|directory|folder|root)$`)

// dataFlags lists the directories that the command gives to the project's own program
// for its data. People mount a volume there, which is empty at first: that the fix makes
// them tells the program nothing new.
func (p *Pass) dataFlags() []touch {
	var out []touch
	if p.makesItself() {
		return nil
	}
	p.eachDataFlag(func(option, dir string, _ stage.Call) {
		at := path.Dir(dir)
		sure := dataDirOption.MatchString(option) || at == "/" || at == "/var/lib"
		if sure && path.Ext(dir) == "" && !p.copiedInto(dir) && (p.freshDir(dir) || below(dir, "/var/lib") && ownable(dir) && !p.namedInRun(dir)) {
			out = append(out, touch{Path: dir})
		}
	})
	return out
}

// copiedInto reports whether a copy brings something below a directory.
func (p *Pass) copiedInto(dir string) bool {
	return slices.ContainsFunc(p.transfers(), func(t transfer) bool { return within(t.Dest, dir) })
}

// dataFlagDoubt finds a copy that fills such a directory, and stays root's; and a
// directory that is there only because the fix makes it. A program may take it for one
// that it has filled before, or make others beside it.
func (p *Pass) dataFlagDoubt(pl *plan) (found *Reason) {
	p.eachDataFlag(func(option, dir string, c stage.Call) {
		if in := p.stayingCopy(pl, dir); in != nil && found == nil {
			found = reason(rootWritten, in, "%s in line %d fills %s as root, and %s in line %d names it as the place of data: the process may have to write there", strings.ToUpper(in.Name), in.Line, dir, option, p.at(c).Line).with("add --chown to it, then use --unsafe-fixes")
		}
	})
	if found != nil {
		return found
	}
	made := p.dataFlags()
	p.eachDataFlag(func(_, dir string, c stage.Call) {
		if found == nil && slices.ContainsFunc(made, func(t touch) bool { return t.Path == dir }) && !p.hasVolume(dir) {
			in := p.at(c)
			for _, other := range p.commands() {
				if strings.Contains(other.Rest.Text, dir) {
					in = other
				}
			}
			found = reason(rootDirectory, in, "%s in line %d names %s, which nothing makes before the program does: the fix does, and the program may take it for one that it has filled, or need others beside it", strings.ToUpper(in.Name), in.Line, dir).
				with("declare it with VOLUME, which makes it in every container, or use --unsafe-fixes")
		}
	})
	return found
}

// hasVolume reports whether the image declares a directory as a volume, so that it is
// there in every container.
func (p *Pass) hasVolume(dir string) bool {
	return slices.ContainsFunc(p.Graph.Final().End().Volumes, func(v stage.Volume) bool { return v.Path == dir })
}

// eachDataFlag visits the options of the project's own program that say where its data are.
func (p *Pass) eachDataFlag(visit func(option, dir string, c stage.Call)) {
	for _, c := range p.started() {
		if p.at(c) == nil || c.Script != "" || !p.runsOwn(c) {
			continue
		}
		c = p.withCmd(c)
		for i, a := range c.Args {
			option, value, joined := strings.Cut(a.Text, "=")
			if !joined && i+1 < len(c.Args) {
				a = c.Args[i+1]
				value = a.Text
			}
			if dataOption.MatchString(option) && a.Known && strings.HasPrefix(value, "/") {
				visit(option, path.Clean(value), c)
			}
		}
	}
}

// makesItself reports whether a source makes a directory by a name that it got, which
// fails where that is there already.
func (p *Pass) makesItself() (found bool) {
	wanted := func(name string) bool { return sourceEnds[path.Ext(name)] && !testFile.MatchString(name) }
	p.Graph.ProjectFiles(wanted, func(f stage.ProjectFile) bool {
		text := string(f.Data)
		found = makesDir.MatchString(text) && !looksFirst.MatchString(text)
		return !found
	})
	return found
}

var (
	// makesDir is code that makes a directory, and is not told that it may be there.
	makesDir = regexp.MustCompile(`\bos\.(mkdir|makedirs)\([^"'()]*\)|\bmkdirSync\([\w.]+\)|\bos\.Mkdir\(|\.mkdir\((parents=True)?\)`)
	// looksFirst is code that asks whether something is there, or takes an error.
	looksFirst = regexp.MustCompile(`(?i)exists?\b|exist_ok|isdir|is_dir|existsSync|EEXIST`)
)

// runsOwn reports whether a call starts the project's own program, or its sources.
func (p *Pass) runsOwn(c stage.Call) bool {
	if p.ownProgram(c) {
		return true
	}
	if ops := c.Operands(); interpreters.MatchString(c.Name) && len(ops) > 0 {
		name := c.Abs(ops[0])
		for _, t := range p.transfers() {
			if name != "" && (t.From == "" || p.builtHere(t)) && t.Dest != "" && within(name, t.Dest) {
				return true
			}
		}
	}
	return false
}
