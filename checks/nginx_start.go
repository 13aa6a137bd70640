package checks

import (
	"path"
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/source"
	"github.com/dfharden/dfharden/stage"
)

// nginxFilled are directories in which start scripts leave files for nginx, with
// the files that the image has there.
var nginxFilled = map[string][]string{
	"/etc/nginx":            {"/etc/nginx/nginx.conf"},
	"/etc/nginx/conf.d":     {"/etc/nginx/conf.d/default.conf"},
	"/usr/share/nginx/html": {"/usr/share/nginx/html/index.html", "/usr/share/nginx/html/50x.html"},
}

// starting looks at what runs before nginx: scripts that the file adds to
// /docker-entrypoint.d, and commands in front of nginx's own.
func (n *nginx) starting() {
	s := n.p.Graph.Final()
	if n.build.Image && len(s.Facts.Entrypoint) > 0 && s.End().Start.Entrypoint == nil {
		n.scripts()
	}
	for _, c := range n.conf.calls {
		n.makes(c, n.p.instruction(c.Span))
	}
	for _, c := range n.p.started() {
		if at := n.p.at(c); at != nil && !n.p.covered(c) {
			n.makes(c, at)
		}
	}
}

// instruction is the one of the image with a span; the base image's FROM if there
// is none.
func (p *Pass) instruction(span source.Span) *parser.Instruction {
	for _, s := range p.Graph.Chain() {
		for _, in := range s.Instructions {
			if in.Span == span {
				return in
			}
		}
	}
	return p.Graph.Final().Root().From
}

func (n *nginx) scripts() {
	for _, s := range n.p.Graph.Chain() {
		for _, in := range s.Instructions {
			files, known := s.Brings(in, "/docker-entrypoint.d", func(name string) bool { return within("/docker-entrypoint.d", name) })
			if !known {
				n.conf.doubt(reason(opaqueEntrypoint, in, "%s in line %d may add scripts to /docker-entrypoint.d, which run when the image starts", strings.ToUpper(in.Name), in.Line))
			}
			for _, f := range files {
				if ext := path.Ext(f.Path); ext == ".sh" || ext == ".envsh" {
					n.script(f.Path, in)
				}
			}
		}
	}
}

// script takes in one script that runs before nginx.
func (n *nginx) script(name string, in *parser.Instruction) {
	calls, ok := n.p.Graph.Final().ScriptCalls(name, in.Span)
	if !ok {
		n.conf.doubt(reason(opaqueEntrypoint, in, "%s, which line %d adds, runs when the image starts, and is not a shell script that can be read", name, in.Line))
		return
	}
	n.conf.calls = append(n.conf.calls, calls...)
}

// makes gives the directory that a command writes to, where start scripts leave
// files for nginx, and takes in what it makes of the configuration.
func (n *nginx) makes(c stage.Call, at *parser.Instruction) {
	for _, name := range namedPaths(c) {
		for dir, own := range nginxFilled {
			if path.Dir(name) != dir {
				continue
			}
			n.conf.own = append(n.conf.own, dir)
			n.conf.give = append(n.conf.give, touch{Path: dir})
			for _, file := range own {
				if f, there := n.tree.Files[file]; file == name && (f.At == nil || !there) {
					n.conf.give = append(n.conf.give, touch{Path: name, File: true})
				}
			}
		}
		if within(name, "/etc/nginx") && !n.envsubst(c, name, at) && !(c.Always && n.tree.write(c, at)) {
			n.conf.unclear(at, said(c)+" writes "+name+" when the image starts")
		}
	}
}

// envsubst is that of a file of the build context into a configuration.
func (n *nginx) envsubst(c stage.Call, name string, at *parser.Instruction) bool {
	for _, r := range c.Redirects {
		from, lit := r.Target.Lit()
		if c.Name != "envsubst" || r.Op != "<" || !lit {
			continue
		}
		if file, data, ok := n.p.Graph.ContextFile(path.Clean(from)); ok {
			n.tree.Files[name] = setting{n.p.expandEnv(string(data)), at, file}
			return true
		}
	}
	return false
}
