package checks

import (
	"path"
	"strconv"
	"strings"

	"github.com/dfharden/dfharden/parser"
)

// httpdOwn are the files of the httpd image that count here: what
// docs/conf/httpd.conf.in and docs/conf/extra of Apache's source say, with the
// changes of the image's Dockerfile.
var httpdOwn = map[string]string{
	"/usr/local/apache2/conf/httpd.conf":           "Listen 80\nErrorLog /proc/self/fd/2\nCustomLog /proc/self/fd/1 common\n",
	"/usr/local/apache2/conf/extra/httpd-ssl.conf": "Listen 443\nErrorLog /proc/self/fd/2\nTransferLog /proc/self/fd/1\nSSLCertificateKeyFile /usr/local/apache2/conf/server.key\n",
	"/usr/local/apache2/conf/mime.types":           "", "/usr/local/apache2/conf/extra/httpd-mpm.conf": "", "/usr/local/apache2/conf/extra/httpd-multilang-errordoc.conf": "",
	"/usr/local/apache2/conf/extra/httpd-autoindex.conf": "", "/usr/local/apache2/conf/extra/httpd-languages.conf": "", "/usr/local/apache2/conf/extra/httpd-userdir.conf": "",
	"/usr/local/apache2/conf/extra/httpd-info.conf": "", "/usr/local/apache2/conf/extra/httpd-default.conf": "", "/usr/local/apache2/conf/extra/proxy-html.conf": "",
	"/usr/local/apache2/conf/extra/httpd-vhosts.conf": "",
}

// httpdConf reads the configuration of the httpd image.
func httpdConf(p *Pass) *conf {
	t := p.settings("/usr/local/apache2/conf", httpdOwn)
	a := &apache{p: p, tree: t, root: "/usr/local/apache2", writable: "/usr/local/apache2/logs", conf: &conf{}}
	a.conf.unclear(t.Unknown, "what the configuration of httpd says is not known")
	for _, c := range p.started() {
		if c.Has("-f", "-d") {
			a.conf.unclear(p.at(c), "httpd is started with a configuration of its own, which is not known")
		}
		for i, arg := range c.Args {
			if (arg.Text == "-c" || arg.Text == "-C") && i+1 < len(c.Args) && p.at(c) != nil {
				a.lines(c.Args[i+1].Text, "the command", p.at(c), 0)
			}
		}
	}
	a.read("/usr/local/apache2/conf/httpd.conf", nil, 0)
	return a.conf
}

// phpConf reads the configuration of php with Apache, of which Debian's
// ports.conf and sites count, or of php-fpm.
func phpConf(p *Pass) *conf {
	if p.startsProgram("php-fpm") {
		return fpmConf(p)
	}
	t := p.settings("/etc/apache2", map[string]string{
		"/etc/apache2/ports.conf":                       "Listen 80\n",
		"/etc/apache2/apache2.conf":                     "ErrorLog ${APACHE_LOG_DIR}/error.log\n",
		"/etc/apache2/sites-available/000-default.conf": "<VirtualHost *:80>\nErrorLog ${APACHE_LOG_DIR}/error.log\nCustomLog ${APACHE_LOG_DIR}/access.log combined\n</VirtualHost>\n",
	})
	a := &apache{p: p, tree: t, root: "/etc/apache2", writable: "/var/log/apache2", all: true, conf: &conf{}}
	a.conf.unclear(t.Unknown, "what the configuration of Apache says is not known")
	if in := p.setter("APACHE_RUN_USER"); in != nil {
		a.conf.doubt(reason(serverImage, in, "ENV APACHE_RUN_USER in line %d names another user than the image's own account", in.Line))
	}
	for _, in := range p.runs() {
		for _, c := range p.calls(in) {
			if c.Name == "a2enmod" && c.Has("ssl") {
				a.conf.ports = append(a.conf.ports, openPort{443, in, "ports.conf"})
			}
		}
	}
	for _, name := range t.names() {
		a.read(name, nil, 0)
	}
	return a.conf
}

// apache is one reading of a configuration.
type apache struct {
	p        *Pass
	tree     *settings
	root     string // of relative names
	writable string // where its process may write
	all      bool   // all files of the tree are read, so what includes one of them adds nothing
	conf     *conf
}

func (a *apache) read(name string, by *parser.Instruction, depth int) {
	f, there := a.tree.Files[name]
	if !there {
		a.conf.unclear(by, "the configuration of Apache includes "+name+", which is not known")
		return
	}
	at := f.At
	if at == nil {
		at = a.p.Graph.Final().Root().From
	}
	a.lines(f.Text, f.where(name), at, depth)
}

// lines takes in directives, whatever sections they stand in.
func (a *apache) lines(text, file string, at *parser.Instruction, depth int) {
	for line := range strings.Lines(strings.ReplaceAll(text, "\\\n", " ")) {
		words := strings.Fields(line)
		if len(words) < 2 || strings.HasPrefix(words[0], "#") {
			continue
		}
		arg := strings.Trim(words[1], `"'`)
		switch strings.ToLower(words[0]) {
		case "listen":
			a.listen(arg, file, at)
		case "include", "includeoptional":
			a.include(arg, at, depth)
		case "errorlog", "customlog", "transferlog", "forensiclog", "pidfile", "scriptsock", "scoreboardfile", "rewritelog":
			a.log(arg, words[0], file, at)
		case "user":
			if arg != "www-data" && arg != "daemon" && !strings.HasPrefix(arg, "$") {
				a.conf.doubt(reason(serverImage, at, "%s lets Apache work as %s, and not as the image's own account", file, arg))
			}
		case "chrootdir":
			a.conf.doubt(reason(serverImage, at, "ChrootDir in %s needs root", file))
		case "sslcertificatekeyfile":
			if _, _, ok := a.p.Graph.ContextFile(a.abs(arg)); !ok {
				a.conf.doubt(reason(unreadableFiles, at, "SSLCertificateKeyFile in %s names %s, which the build context does not bring: a key that only root can read is closed to Apache then", file, arg))
			}
		}
	}
}

func (a *apache) abs(name string) string {
	if strings.HasPrefix(name, "/") {
		return path.Clean(name)
	}
	return path.Join(a.root, name)
}

func (a *apache) listen(arg, file string, at *parser.Instruction) {
	text := a.p.expandEnv(arg)
	port, err := strconv.Atoi(text[strings.LastIndex(text, ":")+1:])
	if err != nil {
		a.conf.unclear(at, "the port of `Listen "+arg+"` in "+file+" is not known")
		return
	}
	a.conf.ports = append(a.conf.ports, openPort{port, at, file})
}

func (a *apache) include(pattern string, at *parser.Instruction, depth int) {
	pattern = a.abs(pattern)
	if a.all && within(pattern, a.tree.Dir) || depth > maxDepth {
		return
	}
	if within(pattern, a.tree.Dir) && strings.ContainsAny(pattern, "*?[") {
		for _, name := range a.tree.names() {
			if match, _ := path.Match(pattern, name); match {
				a.read(name, at, depth+1)
			}
		}
		return
	}
	a.read(pattern, at, depth+1)
}

// log finds a file that Apache opens or makes when it starts.
func (a *apache) log(arg, name, file string, at *parser.Instruction) {
	abs := a.abs(arg)
	switch {
	case strings.HasPrefix(arg, "|"), strings.HasPrefix(arg, "syslog"), within(abs, "/dev"), within(abs, "/proc"), within(abs, "/tmp"), below(abs, a.writable), strings.HasPrefix(arg, "${APACHE_"):
	default:
		a.conf.writes = append(a.conf.writes, writePath{arg, name + " in " + file, at})
	}
}

// expandEnv puts the image's variables into a text of a configuration.
func (p *Pass) expandEnv(text string) string {
	return variable.ReplaceAllStringFunc(text, func(word string) string {
		if value, ok := p.Graph.Final().End().ImageEnv(strings.Trim(word, "${}")); ok {
			return value
		}
		return word
	})
}
