package checks

import (
	"path"
	"strings"

	"github.com/dfharden/dfharden/parser"
)

// socket finds a socket that another program of the image does not make as the same
// account: one outside the directories that are open to all.
func (n *nginx) socket(arg, name, file string, at *parser.Instruction) {
	_, place, ok := strings.Cut(arg, "unix:")
	if ok && !n.build.Image && !within(place, "/tmp") && !within(place, "/var/tmp") && !within(place, "/dev/shm") {
		n.conf.doubt(reason(rootDirectory, at, "%s in %s names the socket %s: who makes it, and who may use it, is not known", name, file, place))
	}
}

// log gives the directory of a log file; those of the image are links to the
// container's output. What the name of a variable is in, a worker opens.
func (n *nginx) log(arg, name, file string, at *parser.Instruction) {
	switch {
	case arg == "off", arg == "stderr", strings.HasPrefix(arg, "syslog:"), strings.HasPrefix(arg, "memory:"), within(arg, "/dev"), within(arg, "/proc"), within(arg, "/tmp"),
		n.build.Linked && standardLog(arg, n.build), strings.Contains(arg, "$"):
	case path.Dir(arg) == n.build.Logs:
		n.conf.logs = true
		if !n.build.Image && n.p.linked(arg) {
			return
		}
		n.conf.give = append(n.conf.give, touch{Path: n.build.Logs})
		if n.build.Made && standardLog(arg, n.build) {
			n.conf.give = append(n.conf.give, touch{Path: arg, File: true, New: true})
		}
	default:
		n.conf.writes = append(n.conf.writes, writePath{arg, name + " in " + file, at})
	}
}

func standardLog(name string, b *nginxBuild) bool {
	return name == b.Logs+"/access.log" || name == b.Logs+"/error.log"
}

// linked reports whether a RUN makes a path a link, as the official images do with
// their logs.
func (p *Pass) linked(name string) bool {
	for _, in := range p.runs() {
		for _, c := range p.calls(in) {
			if ops := c.Operands(); c.Name == "ln" && c.Always && len(ops) == 2 && c.Abs(ops[1]) == name && within(ops[0].Text, "/dev") {
				return true
			}
		}
	}
	return false
}

func (n *nginx) cache(arg, name, file string, at *parser.Instruction) {
	switch {
	case within(arg, "/tmp"), within(arg, "/dev/shm"), n.build.Image && within(arg, "/var/cache/nginx"):
	case n.build.Open != "" && below(arg, n.build.Open):
		n.conf.give = append(n.conf.give, touch{Path: n.build.Open})
	case strings.HasPrefix(arg, "/") && !system(arg) && printable(arg):
		n.conf.give = append(n.conf.give, touch{Path: path.Clean(arg)})
	default:
		n.conf.writes = append(n.conf.writes, writePath{arg, name + " in " + file, at})
	}
}

// key finds a private key that the file does not bring: closed keys of another
// place are root's.
func (n *nginx) key(arg, name, file string, at *parser.Instruction) {
	if _, _, ok := n.p.Graph.ContextFile(path.Join(path.Dir(n.main), arg)); ok || strings.HasPrefix(arg, "data:") {
		return
	}
	if _, _, ok := n.p.Graph.ContextFile(path.Clean(arg)); !ok {
		n.conf.doubt(reason(unreadableFiles, at, "%s in %s names %s, which the build context does not bring: a key that only root can read is closed to nginx then", name, file, arg))
	}
}
