package checks

import (
	"regexp"
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// keyCommands are commands of openssl that write a private key, with the option that
// names the file: openssl closes it to others than its owner. Source: the function
// bio_open_owner in apps/lib/apps.c, and who calls it.
var keyCommands = map[string]string{
	"req": "-keyout", "genrsa": "-out", "genpkey": "-out", "ecparam": "-out", "dsaparam": "-out", "pkcs12": "-out", "rsa": "-out", "ec": "-out", "pkey": "-out", "pkcs8": "-out",
}

// closedKey reports whether openssl writes a key that stays closed, and root's.
func (p *Pass) closedKey(c stage.Call) bool {
	option, ok := keyCommands[c.Sub()]
	if !ok || c.Has("-pubout", "-pubin", "-noout") {
		return false
	}
	file := ""
	for i, a := range c.Args {
		if a.Text == option && i+1 < len(c.Args) {
			file = c.Abs(c.Args[i+1])
		}
	}
	switch {
	case file == "" && option == "-out" && !c.Has("-out"): // to standard output
		return false
	case file == "":
		return len(p.traces().chowned) == 0 && (option == "-out" || c.Has("-keyout", "-newkey"))
	}
	return !p.traces().owned(file) && !p.opensToRead(file) && !p.removes(file)
}

// removes reports whether a RUN removes a path.
func (p *Pass) removes(name string) bool {
	for _, r := range p.traces().removed {
		if within(name, r.Path) {
			return true
		}
	}
	return false
}

// readMode is a mode that lets everybody read.
var readMode = regexp.MustCompile(`^([0-7]?[0-7][0-7][4-7]|[ugo]*[ao][ugo]*[+=]r.*|\+r.*)$`)

// opensToRead reports whether a RUN lets everybody read a file.
func (p *Pass) opensToRead(name string) bool {
	for _, in := range p.runs() {
		for _, c := range p.calls(in) {
			ops := c.Operands()
			if c.Name != "chmod" || len(c.Args) == 0 || !readMode.MatchString(c.Args[0].Text) && (len(ops) == 0 || !readMode.MatchString(ops[0].Text)) {
				continue
			}
			for _, op := range ops {
				if abs := strings.TrimSuffix(c.Abs(op), "/*"); abs != "" && within(name, abs) {
					return true
				}
			}
		}
	}
	return false
}

// variableOnly is a word that is nothing but a variable.
var variableOnly = regexp.MustCompile(`^"?\$(\w+|\{\w+\})"?$`)

// keepsTemp is what a RUN moves or copies what mktemp made to, which nobody but its
// owner can read, or enter; "" if it does not.
func (p *Pass) keepsTemp(in *parser.Instruction) string {
	made := false
	for _, c := range p.calls(in) {
		ops := c.Operands()
		switch {
		case c.Name == "mktemp":
			made = made || !hasLetter(c, 'u', "--dry-run")
		case made && (c.Name == "mv" || c.Name == "cp") && len(ops) == 2 && variableOnly.MatchString(ops[0].Text):
			if to := c.Abs(ops[1]); to != "" && !within(to, "/tmp") && !within(to, "/root") && !p.traces().owned(to) && !p.opensToRead(to) {
				return to
			}
		}
	}
	return ""
}
