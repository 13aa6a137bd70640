package checks

import (
	"path"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// downloaded reports whether a program comes out of an archive that a RUN fetches
// into its directory or one above: no copy brings a file of its name, and nothing
// in the image builds.
func (p *Pass) downloaded(program string) bool {
	fetched := false
	for _, in := range p.runs() {
		fetches, unpacks := false, false
		for _, c := range p.calls(in) {
			switch {
			case buildPrograms[c.Name]:
				return false
			case c.Name == "curl" || c.Name == "wget":
				fetches = true
			case c.Name == "tar" && extracts(c), c.Name == "unzip", c.Name == "bsdtar":
				dir := extractDir(c)
				unpacks = unpacks || dir == "" || within(program, dir)
			}
		}
		fetched = fetched || fetches && unpacks
	}
	if !fetched {
		return false
	}
	for _, t := range p.transfers() {
		if t.From == "" && (p.sourceNames(t, path.Base(program)) || t.Dir && within(program, t.Dest)) {
			return false
		}
	}
	return true
}

// fetched reports whether a file is a download of a RUN.
func (p *Pass) fetched(file string) bool {
	base := path.Base(file)
	for _, s := range p.Graph.Chain() {
		for _, in := range s.Instructions {
			for _, c := range s.Calls(in) {
				if c.Name == "curl" || c.Name == "wget" {
					for _, a := range c.Args {
						if path.Base(a.Text) == base {
							return true
						}
					}
				}
			}
		}
	}
	return false
}

// buildsLibrary reports whether what a call unpacks or clones is built and installed
// by the same RUN: the sources of a library, which no process writes to.
func (p *Pass) buildsLibrary(in *parser.Instruction, c stage.Call) bool {
	if c.Name != "tar" && c.Name != "unzip" && c.Name != "bsdtar" && c.Name != "git" {
		return false
	}
	for _, later := range p.calls(in) {
		if later.Span.Start > c.Span.Start && buildPrograms[later.Name] && later.Has("install", "--install") {
			return true
		}
	}
	return false
}

// serverPackages are packages of servers that start as root, or keep their files in
// directories of root's.
var serverPackages = wordSet(`
	nginx nginx-full nginx-light nginx-extras apache2 httpd lighttpd haproxy mysql-server default-mysql-server
	mariadb-server postgresql postgresql-server redis-server mongodb mongodb-org rabbitmq-server varnish squid postfix
	supervisor cron cronie dcron openssh-server openssh tomcat8 tomcat9 tomcat10
`)

// serverDoubt finds the package of a server in an image that starts a program of
// the project: that may start the server, as root until now.
func (p *Pass) serverDoubt(pl *plan) *Reason {
	for _, in := range p.runs() {
		if p.runsAsAccount(pl, in) {
			continue
		}
		for _, pkg := range kept(p.calls(in)) {
			if r := p.recipe(); r != nil && r.Package != nil && r.Package.MatchString(pkg.Name) {
				continue
			}
			if isServer(pkg.Name) && !p.leavesAlone(pkg.Name) {
				return reason(unknownProgram, in, "%s in line %d is a server that starts as root, or keeps its files in directories of root's: the program may start it", pkg.Name, in.Line)
			}
		}
	}
	return nil
}
