package checks

import (
	"path"
	"regexp"
	"strings"

	"github.com/dfharden/dfharden/stage"
)

// dataOption is an option that tells a program which directory it keeps its data in.
var dataOption = regexp.MustCompile(`^--?(data|storage|state|upload|uploads|log|cache)[-_.]?(dir|directory|folder|path|root)$|^--data$`)

// dataFlags lists the directories that the command gives to the project's own program
// for its data. People mount a volume there, which is empty at first: that the fix makes
// them tells the program nothing new.
func (p *Pass) dataFlags() []touch {
	var out []touch
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
			dir := path.Clean(value)
			if dataOption.MatchString(option) && a.Known && path.Ext(dir) == "" && strings.HasPrefix(dir, "/") && (p.freshDir(dir) || below(dir, "/var/lib") && ownable(dir) && !p.namedInRun(dir)) {
				out = append(out, touch{Path: dir})
			}
		}
	}
	return out
}

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
