package checks

import (
	"strings"

	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/stage"
)

// openReleases are those of Debian whose useradd leaves a home open to others; from
// trixie on it makes it 0700. Source: HOME_MODE in /etc/login.defs of passwd up to
// 4.13, and of login.defs 4.17.
var openReleases = wordSet(`wheezy jessie stretch buster bullseye bookworm`)

// homeDoubt is about a program that works, or lies, in the home of another account
// than it will run as: distributions close homes to others by now.
func (p *Pass) homeDoubt(pl *plan) *Reason {
	if d := pl.stage.End().WorkDir; d.Known {
		if name := p.closedHome(pl, d.Path); name != "" {
			at := d.At
			if at == nil {
				at = pl.stage.Root().From
			}
			return reason(rootDirectory, at, "the working directory %s lies in the home of %s, which may be closed to others", d.Path, name).with("take a directory of the program's own, such as /app")
		}
	}
	for _, c := range p.started() {
		in := p.at(c)
		if in == nil {
			continue
		}
		for _, word := range append([]stage.Arg{{Text: c.Path, Known: true}}, c.Args...) {
			if name := p.closedHome(pl, word.Text); name != "" {
				return reason(rootDirectory, in, "%s in line %d names %s, in the home of %s, which may be closed to others", strings.ToUpper(in.Name), in.Line, word.Text, name).with("put the program into a directory of its own, such as /app")
			}
		}
	}
	return nil
}

// closedHome is the account below whose home a path lies, if there may be one, and its
// home may be closed to the account that the plan is for; "" if not.
func (p *Pass) closedHome(pl *plan, dir string) string {
	rest, ok := strings.CutPrefix(dir, "/home/")
	name, _, _ := strings.Cut(rest, "/")
	if home := "/home/" + name; !ok || name == "" || name == pl.who.Name || home == pl.who.Home || p.opensHome(home) {
		return ""
	}
	switch _, exists := pl.stage.End().Account(name); {
	case exists == stage.No, exists == stage.Unknown && pl.stage.Facts.Kind != image.Build:
		return "" // only images to work in have people's accounts
	}
	switch distro, f := p.distro(), pl.stage.Root().Facts; distro {
	case image.Alpine, image.BusyBox:
		return "" // adduser makes it 0755
	case image.Debian:
		if openReleases[f.Release] {
			return ""
		}
	case image.Ubuntu:
		if f.Release != "" && f.Release < "21.04" { // 0750 from then on
			return ""
		}
	}
	return name
}

// opensHome reports whether a RUN gives a home another mode, which lets others in.
func (p *Pass) opensHome(home string) bool {
	for _, in := range p.runs() {
		for _, c := range p.calls(in) {
			ops := c.Operands()
			for i, op := range ops {
				if c.Name == "chmod" && i > 0 && c.Always && c.Abs(op) == home && !closes(ops[0].Text) {
					return true
				}
			}
		}
	}
	return false
}
