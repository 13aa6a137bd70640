package checks

import (
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/source"
	"github.com/dfharden/dfharden/stage"
)

// installed is a package that a RUN installs and does not remove again.
type installed struct {
	Name string
	Call stage.Call
	Span source.Span // of the word that names it
}

// kept lists the packages that calls of one RUN install and do not remove again.
func kept(calls []stage.Call) []installed {
	removed := map[string]bool{}
	for _, c := range calls {
		if c.Manager() != "" && c.Has("del", "purge", "remove", "autoremove", "erase", "-R", "-Rs", "-Rns") {
			for _, name := range packages(c) {
				removed[name] = true
			}
		}
	}
	var out []installed
	for _, c := range calls {
		if !installs(c) || removed[virtualName(c)] {
			continue
		}
		for _, op := range c.Operands() {
			if !op.Known {
				continue
			}
			for _, name := range strings.Fields(op.Text) {
				if name = strip(name); !removed[name] {
					out = append(out, installed{name, c, op.Span})
				}
			}
		}
	}
	return out
}

// installs reports whether a call is a package manager's that installs packages.
func installs(c stage.Call) bool {
	return c.Manager() != "" && c.Has("add", "install", "-S", "-Sy", "-Syu", "in", "groupinstall", "localinstall")
}

// verb is the word that tells a package manager to install; it is where options go.
func verb(c stage.Call) (stage.Arg, bool) {
	for _, a := range c.Args {
		if a.Known && (a.Text == "add" || a.Text == "install") {
			return a, true
		}
	}
	return stage.Arg{}, false
}

// removes reports whether a RUN removes a directory, its content, or part of it.
func removes(calls []stage.Call, dir string) bool {
	for _, c := range calls {
		if c.Name != "rm" && c.Name != "find" {
			continue
		}
		for _, op := range c.Operands() {
			for _, abs := range append(braces(c.Abs(op)), c.Abs(op)) {
				if abs != "" && (within(dir, strings.TrimSuffix(abs, "/*")) || strings.HasPrefix(abs, dir)) {
					return true
				}
			}
		}
	}
	return false
}

// mounted reports whether a RUN has a cache or tmpfs mount at a directory, above it
// or below it.
func mounted(in *parser.Instruction, dir string) bool {
	for _, f := range in.Flags {
		if f.Name != "mount" || !strings.Contains(f.Value, "type=cache") && !strings.Contains(f.Value, "type=tmpfs") {
			continue
		}
		for _, field := range strings.Split(f.Value, ",") {
			key, target, _ := strings.Cut(field, "=")
			if target = strings.TrimSuffix(target, "/"); (key == "target" || key == "dst" || key == "destination") && (within(dir, target) || below(target, dir)) {
				return true
			}
		}
	}
	return false
}
