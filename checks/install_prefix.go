package checks

import (
	"regexp"
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// prefixOption is how a build is told where to install.
var prefixOption = regexp.MustCompile(`^(?:--prefix|-DCMAKE_INSTALL_PREFIX(?::PATH)?|(?:DESTDIR|PREFIX|prefix))=(.*)$`)

// herePath is the working directory, or a path below it, as a shell gives it.
var herePath = regexp.MustCompile("^(`pwd`|\\$\\(pwd\\)|\\$PWD|\\$\\{PWD\\}|\\.)(/.*)?$")

// installsBelow describes a call that installs a program below the working directory, or
// below one that a RUN gives away; "" if it does not. An installation makes directories
// for logs, pid files and data besides (install.sh of Resin: --prefix/log), and they are
// root's. What is only built is read.
func (p *Pass) installsBelow(pl *plan, in *parser.Instruction, c stage.Call) string {
	if c.Name != "make" && c.Name != "gmake" && c.Name != "ninja" && c.Name != "cmake" || !c.Has("install", "--install", "install-strip") {
		return ""
	}
	places := []stage.Dir{p.Graph.Final().End().WorkDir}
	for _, g := range pl.gifts {
		places = append(places, stage.Dir{Path: g.dir, Known: true, At: g.at})
	}
	for _, run := range p.runs() {
		for _, b := range p.calls(run) {
			if run.Index > in.Index || run != in && (b.Name == c.Name && b.Name != "cmake") {
				continue
			}
			prefix := installPrefix(b)
			for _, dir := range places {
				if prefix != "" && dir.At != nil && within(prefix, dir.Path) && (b.Dir == c.Dir || within(c.Dir, b.Dir) || within(b.Dir, c.Dir)) {
					return c.Name + " install"
				}
			}
		}
	}
	return ""
}

// installPrefix is the directory that a call of configure, cmake or make names for the
// installation, "" if it names none or it is not known.
func installPrefix(c stage.Call) string {
	for i, a := range c.Args {
		value := ""
		if m := prefixOption.FindStringSubmatch(a.Text); m != nil {
			value = m[1]
		} else if a.Text == "--prefix" && i+1 < len(c.Args) {
			a, value = c.Args[i+1], c.Args[i+1].Text
		}
		if m := herePath.FindStringSubmatch(strings.Trim(value, `"'`)); m != nil && c.Dir != "" {
			return c.Dir + m[2]
		}
		if value != "" && a.Known {
			return c.Abs(stage.Arg{Text: value, Known: true})
		}
	}
	return ""
}
