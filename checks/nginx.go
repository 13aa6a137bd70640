package checks

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
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
func nginxConf(p *Pass, build *nginxBuild) *conf {
	t := p.settings(build.Dir, build.below(build.Dir))
	n := &nginx{p: p, build: build, tree: t, conf: &conf{}}
	n.conf.unclear(t.Unknown, "what the configuration of nginx says is not known")
	if build.Sites != "" {
		n.sites = p.settings(build.Sites, build.below(build.Sites))
		n.conf.unclear(n.sites.Unknown, "what the sites of nginx are is not known")
	}
	n.enabled()
	n.templates()
	n.starting()
	n.command()
	for _, dir := range build.Temp {
		n.conf.give = append(n.conf.give, touch{Path: dir})
	}
	n.pidFile()
	n.entrypoint()
	return n.conf
}

// pidFile gives the pid file, or its directory where that may not be there yet.
func (n *nginx) pidFile() {
	pid := n.build.Pid
	if n.pid != "" {
		pid = touch{Path: strings.Replace(n.pid, "/var/run/", "/run/", 1), File: true, New: true}
	}
	dir := path.Dir(pid.Path)
	switch {
	case within(pid.Path, "/tmp"), within(pid.Path, "/dev"):
	case dir == "/run", n.pid == "", pid.Path == n.build.Pid.Path:
		n.conf.give = append(n.conf.give, pid)
	case below(dir, "/run"), ownable(dir) && !system(dir) && printable(dir):
		n.conf.give = append(n.conf.give, touch{Path: dir})
	default:
		n.conf.writes = append(n.conf.writes, writePath{n.pid, "pid in the configuration of nginx", n.p.Graph.Final().Root().From})
	}
}

// enabled takes over what becomes of the site that Debian's package links to
// sites-enabled.
func (n *nginx) enabled() {
	site := n.tree.Files["/etc/nginx/sites-available/default"]
	if f, there := n.tree.Files["/etc/nginx/sites-enabled/default"]; there && f.At == nil && site.At != nil {
		n.tree.Files["/etc/nginx/sites-enabled/default"] = site
	}
}

// entrypoint gives what the image's entrypoint writes to: it adds the IPv6 port to
// the image's own default.conf, and fills in templates. Source:
// 10-listen-on-ipv6-by-default.sh.
func (n *nginx) entrypoint() {
	s := n.p.Graph.Final()
	if !n.build.Image || len(s.Facts.Entrypoint) == 0 || s.End().Start.Entrypoint != nil {
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
	build  *nginxBuild
	tree   *settings
	sites  *settings // nil if there are none elsewhere
	conf   *conf
	main   string    // the file that it starts with: names in an include are relative to its directory
	first  *settings // that file, where it lies elsewhere
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

// luaFiles are the functions of Lua that open files and start programs.
var luaFiles = regexp.MustCompile(`\b(io\.\w+|os\.(execute|remove|rename|tmpname))\b`)

var variable = regexp.MustCompile(`\$\{[A-Za-z_]\w*\}|\$[A-Za-z_]\w*`)

// command reads the configuration that the command names, and what it adds to it.
func (n *nginx) command() {
	n.main = n.build.Dir + "/nginx.conf"
	base := n.p.Graph.Final().Root().From
	for _, c := range n.p.started() {
		at, prefix := n.p.at(c), n.prefix(c)
		for i, a := range c.Args {
			if !n.p.covered(c) || at == nil || i+1 == len(c.Args) {
				continue
			}
			switch value := c.Args[i+1].Text; a.Text {
			case "-c":
				if !c.Args[i+1].Known && c.Script != "" {
					n.conf.unclear(at, "which configuration "+said(c)+" has is not known")
				}
				if n.main, base = path.Join(prefix, value), at; strings.HasPrefix(value, "/") {
					n.main = path.Clean(value)
				}
				if file, data, ok := n.p.Graph.ContextFile(n.main); ok && within(n.main, n.build.Dir) {
					n.tree.Files[n.main] = setting{string(data), at, file}
				}
			case "-g":
				n.text(value, "the command", at, maxDepth)
			case "-e":
				if value != "stderr" && !within(value, "/dev") {
					n.conf.unclear(at, "nginx is started with "+a.Text)
				}
			case "-p":
				if prefix == n.build.Prefix {
					n.conf.unclear(at, "nginx is started with "+a.Text)
				}
			}
		}
	}
	n.early(n.main)
	n.defaults(n.read(n.main, base, 0), base)
}

// prefix is the directory of names that are not absolute: what -p says, where the build
// has absolute names for all that nginx writes to.
func (n *nginx) prefix(c stage.Call) string {
	for i, a := range c.Args {
		if a.Text != "-p" || i+1 == len(c.Args) || n.build.Image || within(n.build.Logs, n.build.Prefix) {
			continue
		}
		if dir := c.Abs(c.Args[i+1]); dir != "" {
			return dir
		}
	}
	return n.build.Prefix
}

// early takes in what commands write to the main file when the image starts.
func (n *nginx) early(name string) {
	if within(name, n.build.Dir) {
		return
	}
	n.first = n.p.settingFile(name, nil)
	for _, c := range n.p.started() {
		if at := n.p.at(c); at != nil && !n.p.covered(c) && (slices.Contains(namedPaths(c), name) || redirectsTo(c, name)) && !(c.Always && n.first.write(c, at)) {
			n.conf.unclear(at, said(c)+" writes "+name+" when the image starts")
		}
	}
}

// defaults gives the logs that nginx opens where its main file names no others. An
// error log counts in the main context only, an access log in http, too.
func (n *nginx) defaults(main []directive, at *parser.Instruction) {
	errors, access := false, true
	for _, d := range main {
		errors = errors || d.name == "error_log"
		if d.name == "http" {
			access = d.has("access_log")
		}
	}
	if !errors {
		n.log(n.build.Logs+"/error.log", "error_log", n.main, at)
	}
	if !access {
		n.log(n.build.Logs+"/access.log", "access_log", n.main, at)
	}
}

// redirectsTo reports whether a call writes its output to a file.
func redirectsTo(c stage.Call, name string) bool {
	return slices.ContainsFunc(c.Redirects, func(r parser.Redirect) bool {
		target, lit := r.Target.Lit()
		return strings.Contains(r.Op, ">") && lit && c.Abs(stage.Arg{Text: target, Known: true}) == name
	})
}

// treeOf is the tree for a path: that of the sites, or the main one.
func (n *nginx) treeOf(name string) *settings {
	if n.sites != nil && within(name, n.sites.Dir) {
		return n.sites
	}
	return n.tree
}

// read takes in one file, and those that it includes.
func (n *nginx) read(name string, by *parser.Instruction, depth int) []directive {
	f, there := n.treeOf(name).Files[name]
	if !within(name, n.treeOf(name).Dir) {
		t := n.first
		if name != n.main || t == nil {
			t = n.p.settingFile(name, nil)
		}
		n.conf.unclear(t.Unknown, "what "+name+" says is not known")
		f, there = t.Files[name]
	}
	if !there || depth > maxDepth {
		n.conf.unclear(by, "the configuration of nginx includes "+name+", which is not known")
		return nil
	}
	if f.At != nil {
		by = f.At
	}
	return n.text(f.Text, f.where(name), by, depth)
}

func (n *nginx) text(text, file string, at *parser.Instruction, depth int) []directive {
	directives, ok := nginxParse(text)
	if !ok {
		n.conf.unclear(at, file+" does not parse as a configuration of nginx")
		return nil
	}
	n.directives(directives, file, at, depth)
	return directives
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
		n.socket(arg, d.name, file, at)
		if d.block != nil && !d.has("listen") {
			n.conf.doubt(reason(privilegedPort, at, "a server in %s has no listen directive: nginx opens port 80 as root, and 8000 otherwise", file))
		}
	case "pid":
		n.pid = arg
		if !strings.HasPrefix(arg, "/") {
			n.conf.unclear(at, file+" has a pid file whose place is not known")
		}
	case "user":
		if arg == "root" && n.build.Image {
			n.conf.doubt(reason(serverImage, at, "%s lets nginx work as root", file))
		}
	case "error_log", "access_log":
		n.log(arg, d.name, file, at)
	case "client_body_temp_path", "proxy_temp_path", "fastcgi_temp_path", "scgi_temp_path", "uwsgi_temp_path",
		"proxy_cache_path", "fastcgi_cache_path", "scgi_cache_path", "uwsgi_cache_path":
		n.cache(arg, d.name, file, at)
	case "ssl_certificate_key", "ssl_password_file", "ssl_session_ticket_key", "proxy_ssl_certificate_key":
		n.key(arg, d.name, file, at)
	case "dav_methods", "proxy_store", "fastcgi_store", "uwsgi_store", "scgi_store", "upload_store", "record_path", "hls_path", "dash_path":
		if arg != "off" && !within(arg, "/tmp") && !n.build.Image {
			n.conf.doubt(reason(rootDirectory, at, "%s in %s lets nginx write files: where, and whether that is the account's, is not known", d.name, file))
		}
	case "proxy_pass", "fastcgi_pass", "uwsgi_pass", "scgi_pass", "grpc_pass", "memcached_pass":
		n.socket(arg, d.name, file, at)
	case "init_by_lua_block", "init_worker_by_lua_block", "init_by_lua":
		if luaFiles.MatchString(arg) {
			n.conf.doubt(reason(rootDirectory, at, "%s in %s opens files or starts programs, as root until now", d.name, file))
		}
	case "proxy_bind", "quic_bpf":
		if d.has("transparent") || d.name == "quic_bpf" && arg == "on" {
			n.conf.doubt(reason(serverImage, at, "%s in %s needs capabilities that only root has", d.name, file))
		}
	}
}

func (n *nginx) include(pattern string, at *parser.Instruction, depth int) {
	if !strings.HasPrefix(pattern, "/") {
		pattern = path.Join(path.Dir(n.main), pattern)
	}
	if !strings.ContainsAny(pattern, "*?[") {
		n.read(pattern, at, depth+1)
		return
	}
	tree := n.treeOf(pattern)
	if !within(pattern, tree.Dir) {
		n.conf.unclear(at, "the configuration of nginx includes "+pattern+", which is not known")
		return
	}
	for _, name := range tree.names() {
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
