package checks

import (
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/dfharden/dfharden/parser"
)

// nginxOwn are the files of the nginx image that count here. Source:
// github.com/nginx/pkg-oss, debian/debian/nginx.conf and nginx.default.conf; the
// path of the pid file changed from /var/run to /run, which is the same.
var nginxOwn = map[string]string{
	"/etc/nginx/nginx.conf":          "user nginx; error_log /var/log/nginx/error.log notice; pid /run/nginx.pid;\nevents { }\nhttp { include /etc/nginx/mime.types; access_log /var/log/nginx/access.log main; include /etc/nginx/conf.d/*.conf; }\n",
	"/etc/nginx/conf.d/default.conf": "server {\n    listen       80;\n    server_name  localhost;\n}\n",
	"/etc/nginx/mime.types":          "", "/etc/nginx/fastcgi_params": "", "/etc/nginx/scgi_params": "", "/etc/nginx/uwsgi_params": "", "/etc/nginx/fastcgi.conf": "",
}

// nginxConf reads the configuration of nginx as it will be when the image starts.
func nginxConf(p *Pass) *conf {
	t := p.settings("/etc/nginx", nginxOwn)
	n := &nginx{p: p, tree: t, conf: &conf{}}
	n.conf.unclear(t.Unknown, "what the configuration of nginx says is not known")
	n.templates()
	n.starting()
	n.command()
	if n.pid == "" {
		n.pid = "/run/nginx.pid"
	}
	if pid := strings.Replace(n.pid, "/var/run/", "/run/", 1); !within(pid, "/tmp") && !within(pid, "/dev") {
		n.conf.give = append(n.conf.give, touch{Path: pid, File: true, New: true})
	}
	n.entrypoint()
	return n.conf
}

// entrypoint gives what the image's entrypoint writes to: it adds the IPv6 port to
// the image's own default.conf, and fills in templates. Source:
// 10-listen-on-ipv6-by-default.sh.
func (n *nginx) entrypoint() {
	s := n.p.Graph.Final()
	if len(s.Facts.Entrypoint) == 0 || s.End().Start.Entrypoint != nil {
		return
	}
	f, there := n.tree.Files["/etc/nginx/conf.d/default.conf"]
	if there && f.At == nil || n.filled {
		n.conf.give = append(n.conf.give, touch{Path: "/etc/nginx/conf.d"})
	}
	if there && f.At == nil {
		n.conf.give = append(n.conf.give, touch{Path: "/etc/nginx/conf.d/default.conf", File: true})
	}
}

// nginx is one reading of a configuration.
type nginx struct {
	p      *Pass
	tree   *settings
	conf   *conf
	pid    string
	filled bool // there are templates that the entrypoint fills in when it starts
}

// templates puts what the entrypoint makes of /etc/nginx/templates in its place,
// with the image's own variables. Source: 20-envsubst-on-templates.sh.
func (n *nginx) templates() {
	for _, name := range n.tree.names() {
		f := n.tree.Files[name]
		rest, ok := strings.CutPrefix(name, "/etc/nginx/templates/")
		if !ok || f.At == nil {
			continue
		}
		n.filled = true
		if !strings.HasSuffix(rest, ".template") || strings.Contains(rest, "/") {
			n.conf.unclear(f.At, "what the entrypoint makes of "+f.where(name)+" is not known")
			continue
		}
		f.Text = n.p.expandEnv(f.Text)
		n.tree.Files["/etc/nginx/conf.d/"+strings.TrimSuffix(rest, ".template")] = f
	}
	for _, name := range []string{"NGINX_ENVSUBST_OUTPUT_DIR", "NGINX_ENVSUBST_TEMPLATE_DIR", "NGINX_ENTRYPOINT_WORKER_PROCESSES_AUTOTUNE"} {
		if in := n.p.setter(name); in != nil {
			n.conf.doubt(reason(rootDirectory, in, "ENV %s in line %d lets the entrypoint of nginx change its configuration when it starts, which is root's", name, in.Line))
		}
	}
}

var variable = regexp.MustCompile(`\$\{[A-Za-z_]\w*\}|\$[A-Za-z_]\w*`)

// command reads the configuration that the command names, and what it adds to it.
func (n *nginx) command() {
	main, base := "/etc/nginx/nginx.conf", n.p.Graph.Final().Root().From
	for _, c := range n.p.started() {
		at := n.p.at(c)
		for i, a := range c.Args {
			if !n.p.covered(c) || at == nil || i+1 == len(c.Args) {
				continue
			}
			switch value := c.Args[i+1].Text; a.Text {
			case "-c":
				main = path.Join("/etc/nginx", value)
				if strings.HasPrefix(value, "/") {
					main = path.Clean(value)
				}
				if file, data, ok := n.p.Graph.ContextFile(main); ok {
					n.tree.Files[main] = setting{string(data), at, file}
				}
			case "-g":
				n.text(value, "the command", at, maxDepth)
			case "-p", "-e":
				n.conf.unclear(at, "nginx is started with "+a.Text)
			}
		}
	}
	n.read(main, base, 0)
}

// read takes in one file, and those that it includes.
func (n *nginx) read(name string, by *parser.Instruction, depth int) {
	f, there := n.tree.Files[name]
	if !there || depth > maxDepth {
		n.conf.unclear(by, "the configuration of nginx includes "+name+", which is not known")
		return
	}
	if f.At != nil {
		by = f.At
	}
	n.text(f.Text, f.where(name), by, depth)
}

func (n *nginx) text(text, file string, at *parser.Instruction, depth int) {
	directives, ok := nginxParse(text)
	if !ok {
		n.conf.unclear(at, file+" does not parse as a configuration of nginx")
		return
	}
	n.directives(directives, file, at, depth)
}

func (n *nginx) directives(list []directive, file string, at *parser.Instruction, depth int) {
	for _, d := range list {
		n.directive(d, file, at, depth)
		n.directives(d.block, file, at, depth)
	}
}

// directive takes in what one directive means for a process without root.
func (n *nginx) directive(d directive, file string, at *parser.Instruction, depth int) {
	arg := ""
	if len(d.args) > 0 {
		arg = d.args[0]
	}
	switch d.name {
	case "include":
		n.include(arg, at, depth)
	case "listen":
		n.listen(arg, file, at)
	case "server":
		if d.block != nil && !d.has("listen") {
			n.conf.doubt(reason(privilegedPort, at, "a server in %s has no listen directive: nginx opens port 80 as root, and 8000 otherwise", file))
		}
	case "pid":
		n.pid = arg
		if !strings.HasPrefix(arg, "/") {
			n.conf.unclear(at, file+" has a pid file whose place is not known")
		}
	case "user":
		if arg == "root" {
			n.conf.doubt(reason(serverImage, at, "%s lets nginx work as root", file))
		}
	case "error_log", "access_log":
		n.log(arg, d.name, file, at)
	case "client_body_temp_path", "proxy_temp_path", "fastcgi_temp_path", "scgi_temp_path", "uwsgi_temp_path",
		"proxy_cache_path", "fastcgi_cache_path", "scgi_cache_path", "uwsgi_cache_path":
		n.cache(arg, d.name, file, at)
	case "ssl_certificate_key", "ssl_password_file", "ssl_session_ticket_key", "proxy_ssl_certificate_key":
		n.key(arg, d.name, file, at)
	case "proxy_bind", "quic_bpf":
		if d.has("transparent") || d.name == "quic_bpf" && arg == "on" {
			n.conf.doubt(reason(serverImage, at, "%s in %s needs capabilities that only root has", d.name, file))
		}
	}
}

func (n *nginx) include(pattern string, at *parser.Instruction, depth int) {
	if !strings.HasPrefix(pattern, "/") {
		pattern = path.Join("/etc/nginx", pattern)
	}
	if !within(pattern, "/etc/nginx") {
		n.conf.unclear(at, "the configuration of nginx includes "+pattern+", which is not known")
		return
	}
	if !strings.ContainsAny(pattern, "*?[") {
		n.read(pattern, at, depth+1)
		return
	}
	for _, name := range n.tree.names() {
		if match, _ := path.Match(pattern, name); match {
			n.read(name, at, depth+1)
		}
	}
}

// listen notes the port of "80", "*:80", "[::]:80", "localhost".
func (n *nginx) listen(arg, file string, at *parser.Instruction) {
	if strings.HasPrefix(arg, "unix:") {
		n.conf.doubt(reason(rootDirectory, at, "%s lets nginx open the socket %s: it has to be in a directory that is not root's", file, arg))
		return
	}
	text := arg[strings.LastIndex(arg, ":")+1:]
	if strings.HasSuffix(arg, "]") || !strings.Contains(arg, ":") && strings.Trim(arg, "0123456789") != "" {
		text = "80"
	}
	port, err := strconv.Atoi(text)
	if err != nil || strings.Contains(arg, "$") {
		n.conf.unclear(at, "the port of `listen "+arg+"` in "+file+" is not known")
		return
	}
	n.conf.ports = append(n.conf.ports, openPort{port, at, file})
}

// log gives the directory of a log file; those of the image are links to the
// container's output. What the name of a variable is in, a worker opens.
func (n *nginx) log(arg, name, file string, at *parser.Instruction) {
	switch {
	case arg == "off", arg == "stderr", strings.HasPrefix(arg, "syslog:"), strings.HasPrefix(arg, "memory:"), within(arg, "/dev"), within(arg, "/proc"), within(arg, "/tmp"),
		arg == "/var/log/nginx/access.log", arg == "/var/log/nginx/error.log", strings.Contains(arg, "$"):
	case path.Dir(arg) == "/var/log/nginx":
		n.conf.logs = true
		n.conf.give = append(n.conf.give, touch{Path: "/var/log/nginx"})
	default:
		n.conf.writes = append(n.conf.writes, writePath{arg, name + " in " + file, at})
	}
}

func (n *nginx) cache(arg, name, file string, at *parser.Instruction) {
	switch {
	case within(arg, "/tmp"), within(arg, "/dev/shm"), within(arg, "/var/cache/nginx"):
	case strings.HasPrefix(arg, "/") && !system(arg) && printable(arg):
		n.conf.give = append(n.conf.give, touch{Path: path.Clean(arg)})
	default:
		n.conf.writes = append(n.conf.writes, writePath{arg, name + " in " + file, at})
	}
}

// key finds a private key that the file does not bring: closed keys of another
// place are root's.
func (n *nginx) key(arg, name, file string, at *parser.Instruction) {
	if _, _, ok := n.p.Graph.ContextFile(path.Join("/etc/nginx", arg)); ok || strings.HasPrefix(arg, "data:") {
		return
	}
	if _, _, ok := n.p.Graph.ContextFile(path.Clean(arg)); !ok {
		n.conf.doubt(reason(unreadableFiles, at, "%s in %s names %s, which the build context does not bring: a key that only root can read is closed to nginx then", name, file, arg))
	}
}
