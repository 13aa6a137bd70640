package checks

import (
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/dfharden/dfharden/parser"
)

// settingLines are "name = value" and "name value" lines, without comments.
func settingLines(text string) [][2]string {
	var out [][2]string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.ContainsRune("#;[<", rune(line[0])) {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		if !ok {
			name, value, _ = strings.Cut(line, " ")
		}
		out = append(out, [2]string{strings.ToLower(strings.TrimSpace(name)), strings.Trim(strings.TrimSpace(value), `"'`)})
	}
	return out
}

// eachSetting calls f for each line of the files that the Dockerfile brings or
// changes in a directory, and returns the conf to fill.
func (p *Pass) eachSetting(dir string, own map[string]string, who string, f func(c *conf, name, value, file string, at *parser.Instruction)) *conf {
	t, c := p.settings(dir, own), &conf{}
	c.unclear(t.Unknown, "what the configuration of "+who+" says is not known")
	for _, name := range t.names() {
		file := t.Files[name]
		at := file.At
		if at == nil {
			at = p.Graph.Final().Root().From
		}
		for _, line := range settingLines(file.Text) {
			f(c, line[0], line[1], file.where(name), at)
		}
	}
	return c
}

// fpmConf reads the configuration of php-fpm. The master writes to the container's
// output only, unless it says otherwise.
func fpmConf(p *Pass) *conf {
	c := p.eachSetting("/usr/local/etc/php-fpm.d", nil, "php-fpm", fpmSetting)
	if main := p.eachSetting("/usr/local/etc/php-fpm.conf", nil, "php-fpm", fpmSetting); len(main.writes) > 0 || main.open != nil || main.reason != nil {
		c = main
	}
	fpmOptions(p, c)
	return c
}

// fpmOptions looks for options of php-fpm that name another configuration.
func fpmOptions(p *Pass, c *conf) {
	for _, call := range p.started() {
		if call.Name == "php-fpm" && p.at(call) != nil && call.Has("-y", "--fpm-config", "-p", "--prefix", "-R", "--allow-to-run-as-root", "-g", "--pid") {
			c.unclear(p.at(call), "php-fpm is started with a configuration or an option of its own")
		}
	}
}

func fpmSetting(c *conf, name, value, file string, at *parser.Instruction) {
	switch name {
	case "user":
		if value == "root" {
			c.doubt(reason(serverImage, at, "%s lets php-fpm work as root", file))
		}
	case "listen":
		if strings.HasPrefix(value, "/") {
			c.writes = append(c.writes, writePath{value, "listen in " + file, at})
		} else if port, err := strconv.Atoi(value[strings.LastIndex(value, ":")+1:]); err == nil {
			c.ports = append(c.ports, openPort{port, at, file})
		}
	case "pid", "error_log", "access.log", "slowlog":
		if strings.HasPrefix(value, "/") && !within(value, "/proc") && !within(value, "/dev") && !within(value, "/tmp") {
			c.writes = append(c.writes, writePath{value, name + " in " + file, at})
		}
	case "chroot", "process.priority":
		c.doubt(reason(serverImage, at, "%s in %s needs root", name, file))
	}
}

// haproxyConf reads haproxy.cfg.
func haproxyConf(p *Pass) *conf {
	own := map[string]string{}
	return p.eachSetting("/usr/local/etc/haproxy", own, "haproxy", func(c *conf, name, value, file string, at *parser.Instruction) {
		words := strings.Fields(value)
		switch {
		case name == "bind" && len(words) > 0:
			if port, err := strconv.Atoi(words[0][strings.LastIndex(words[0], ":")+1:]); err == nil {
				c.ports = append(c.ports, openPort{port, at, file})
			} else {
				c.unclear(at, "the port of `bind "+words[0]+"` in "+file+" is not known")
			}
			for i, w := range words[:len(words)-1] {
				if _, _, ok := p.Graph.ContextFile(words[i+1]); w == "crt" && !ok {
					c.doubt(reason(unreadableFiles, at, "bind in %s names %s, which the build context does not bring: a key that only root can read is closed to haproxy then", file, words[i+1]))
				}
			}
		case name == "chroot", name == "user", name == "group", name == "uid", name == "gid":
			c.doubt(reason(serverImage, at, "%s in %s needs root", name, file))
		case name == "stats" && len(words) > 1 && words[0] == "socket" && strings.HasPrefix(words[1], "/") && !within(words[1], "/tmp") && !within(words[1], "/var/lib/haproxy"):
			c.writes = append(c.writes, writePath{words[1], "stats socket in " + file, at})
		case name == "pidfile":
			c.writes = append(c.writes, writePath{value, "pidfile in " + file, at})
		}
	})
}

// mysqlConf looks for directories in option files that the entrypoint has made as
// root until now. An empty data directory it fills as its account too.
func mysqlConf(p *Pass) *conf {
	data := recipes[p.Graph.Final().Facts.Name]
	look := func(c *conf, name, value, file string, at *parser.Instruction) {
		switch setting := strings.ReplaceAll(name, "-", "_"); setting {
		case "datadir", "socket", "pid_file", "log_error", "general_log_file", "slow_query_log_file", "log_bin", "tmpdir", "innodb_data_home_dir", "innodb_log_group_home_dir", "secure_file_priv":
			if dir := path.Clean(value); setting == "datadir" && p.freshDir(dir) && !data.keeps(dir) {
				c.give = append(c.give, touch{Path: dir})
				return
			}
			if strings.HasPrefix(value, "/") && !data.keeps(value) && !within(value, "/tmp") && !within(value, "/dev") {
				c.writes = append(c.writes, writePath{value, name + " in " + file, at})
			}
		}
	}
	c := p.eachSetting("/etc/mysql", nil, "MySQL", look)
	if other := p.eachSetting("/etc/my.cnf", nil, "MySQL", look); len(other.writes) > 0 || other.open != nil {
		return other
	} else {
		c.give = append(c.give, other.give...)
	}
	return c
}

// freshDir reports whether the fix can make a directory that a server's settings name,
// and give it to the server: nothing else is in it, as far as the file says.
func (p *Pass) freshDir(dir string) bool {
	return ownable(dir) && (topLevel(dir) || dataMount.MatchString(dir)) && !p.namedInRun(dir) && !p.copiedInto(dir)
}

// caddyConf reads the addresses of the sites in a Caddyfile: those without a port
// are served on 80 and 443. own is what the image's own says.
func caddyConf(p *Pass, dir, own string) *conf {
	c, name := &conf{}, dir+"/Caddyfile"
	t := p.settings(dir, map[string]string{name: own})
	c.unclear(t.Unknown, "what the configuration of Caddy says is not known")
	f := t.Files[name]
	at := f.At
	if at == nil {
		at = p.Graph.Final().Root().From
	}
	for _, call := range p.started() {
		if value, ok := optionValue(call, []string{"--config", "-c"}); ok && value != name {
			c.unclear(at, "the configuration "+value+" of Caddy is not known")
		}
	}
	c.sites(p.expandCaddy(f.Text), f.where("Caddyfile"), at)
	if len(c.ports) == 0 {
		c.unclear(at, "the ports in "+f.where("Caddyfile")+" are not known")
	}
	return c
}

// sites notes the ports of the sites in a Caddyfile. A site without braces is the
// only one, and what follows its addresses are directives.
func (c *conf) sites(text, file string, at *parser.Instruction) {
	depth := 0
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		last := words[len(words)-1]
		switch {
		case depth > 0 || words[0] == "{" || words[0] == "}" || strings.HasPrefix(words[0], "("):
		case words[0] == "import":
			c.unclear(at, "what "+file+" imports is not known")
		default:
			for _, address := range words {
				c.address(strings.Trim(address, ","), file, at)
			}
			if last != "{" && !strings.HasSuffix(last, ",") {
				return
			}
		}
		switch last {
		case "{":
			depth++
		case "}":
			depth--
		}
	}
}

var caddyVariable = regexp.MustCompile(`\{\$(\w+)(?::([^{}]*))?\}`)

// expandCaddy puts the image's variables into a Caddyfile, or their defaults.
func (p *Pass) expandCaddy(text string) string {
	return caddyVariable.ReplaceAllStringFunc(text, func(word string) string {
		m := caddyVariable.FindStringSubmatch(word)
		if value, ok := p.Graph.Final().End().ImageEnv(m[1]); ok {
			return value
		}
		return m[2]
	})
}

func (c *conf) address(address, file string, at *parser.Instruction) {
	if address == "{" || address == "}" {
		return
	}
	m := addressPort.FindStringSubmatch(address)
	port := 443
	switch {
	case strings.Contains(address, "{"), m == nil && strings.Contains(address, ":") && !strings.Contains(address, "://"):
		c.unclear(at, "the port of "+address+" in "+file+" is not known")
		return
	case m != nil:
		port, _ = strconv.Atoi(m[1]) // digits
	}
	c.ports = append(c.ports, openPort{port, at, file})
}

var addressPort = regexp.MustCompile(`^(?:https?://)?[\w.*-]*:(\d{1,5})$`)

var connectorPort = regexp.MustCompile(`<Connector\b[^>]*?\bport="([^"]*)"`)

// tomcatConf looks at the ports of server.xml.
func tomcatConf(p *Pass) *conf {
	t := p.settings("/usr/local/tomcat/conf", map[string]string{"/usr/local/tomcat/conf/server.xml": `<Connector port="8080" protocol="HTTP/1.1">`})
	c := &conf{}
	c.unclear(t.Unknown, "what the configuration of Tomcat says is not known")
	f, there := t.Files["/usr/local/tomcat/conf/server.xml"]
	at := f.At
	if at == nil {
		at = p.Graph.Final().Root().From
	}
	if !there {
		c.unclear(at, "the configuration of Tomcat is removed")
	}
	for _, m := range connectorPort.FindAllStringSubmatch(f.Text, -1) {
		if port, err := strconv.Atoi(m[1]); err == nil {
			c.ports = append(c.ports, openPort{port, at, f.where("server.xml")})
		} else {
			c.unclear(at, "the port of a Connector in "+f.where("server.xml")+" is not known")
		}
	}
	return c
}
