package checks

import (
	"cmp"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// memcachedConf looks at the options of memcached, which keeps no file. As another
// user than root it takes no notice of -u, and cannot raise its limit of open files,
// which is 1,048,576 or 524,288 at most with Docker.
func memcachedConf(p *Pass, call stage.Call) *conf {
	c, at := &conf{}, p.at(call)
	for i, a := range call.Args {
		name, value, joined := strings.Cut(a.Text, "=")
		if !joined && i+1 < len(call.Args) {
			value = call.Args[i+1].Text
		}
		switch name {
		case "-s", "--unix-socket", "-P", "--pidfile":
			c.place(p, value, said(call)+" "+name, at)
		case "-p", "--port":
			c.port(value, at)
		case "-c", "--conn-limit":
			if n, err := strconv.Atoi(value); err != nil || n > maxConnections {
				c.doubt(reason(needsCapability, at, "%s %s of memcached may be more than the limit of open files, which only root may raise", name, value))
			}
		case "-k", "--lock-memory", "-r", "--coredumps", "-L", "--enable-largepages":
			c.doubt(reason(needsCapability, at, "%s of memcached raises a limit, which another user may do only with a capability", name))
		}
	}
	return c
}

// maxConnections is what any engine's limit of open files allows.
const maxConnections = 65536

// port notes a port that an option or a setting names.
func (c *conf) port(value string, at *parser.Instruction) {
	n, err := strconv.Atoi(value)
	if err != nil {
		c.unclear(at, "the port "+value+" is not known")
		return
	}
	c.ports = append(c.ports, openPort{n, at, ""})
}

// place gives the directory of a file that a server makes; open directories need
// nothing.
func (c *conf) place(p *Pass, name, what string, at *parser.Instruction) {
	dir := path.Dir(name)
	switch {
	case within(dir, "/tmp"), within(dir, "/var/tmp"), within(dir, "/dev"):
	case !strings.HasPrefix(name, "/"):
		c.data(p, ".", what, at)
	case strings.HasPrefix(dir, "/run/"), strings.HasPrefix(dir, "/var/run/"):
		c.give = append(c.give, touch{Path: strings.Replace(dir, "/var/run/", "/run/", 1)})
	default:
		c.data(p, dir, what, at)
	}
}

// data gives a directory that a server writes to. A relative one is below the
// working directory, which the fix gives if the file makes it.
func (c *conf) data(p *Pass, dir, what string, at *parser.Instruction) {
	work := p.Graph.Final().End().WorkDir
	if !strings.HasPrefix(dir, "/") {
		dir = path.Join(work.Path, dir)
	}
	switch dir = path.Clean(dir); {
	case within(dir, "/tmp"), within(dir, "/var/tmp"), within(dir, "/dev/shm"):
	case !work.Known:
		c.unclear(at, "the working directory is not known")
	case ownable(dir) && !system(dir):
		c.give = append(c.give, touch{Path: dir})
	default:
		r := reason(rootDirectory, at, "%s may write to %s, which is root's", what, dir).with("set a WORKDIR, or name another directory")
		if dir == "/" && work.At == nil {
			c.home = r
			return
		}
		c.doubt(r)
	}
}

// mongodConf looks at the options of mongod, which without a configuration keeps its
// data in /data/db, makes a socket in /tmp, and writes its log to the output.
func mongodConf(p *Pass, call stage.Call) *conf {
	c, at, dbpath := &conf{}, p.at(call), "/data/db"
	for i, a := range call.Args {
		name, value, joined := strings.Cut(a.Text, "=")
		if !joined && i+1 < len(call.Args) {
			value = call.Args[i+1].Text
		}
		switch name {
		case "-f", "--config":
			c.unclear(at, "mongod is started with the configuration "+value)
		case "--dbpath":
			dbpath = value
		case "--port":
			c.port(value, at)
		case "--logpath", "--pidfilepath":
			c.place(p, value, name, at)
		case "--unixSocketPrefix", "--keyFile", "--tlsCertificateKeyFile", "--sslPEMKeyFile", "--fork":
			c.doubt(reason(rootDirectory, at, "%s of mongod names a file that may be root's, or closed to others", name))
		}
	}
	c.data(p, dbpath, "mongod", at)
	return c
}

// redisConf reads the configuration of redis, or of valkey, which has the same: a file, and options that add to it.
// Without one it keeps its data in the directory that it is started in. A pid file
// that it cannot write it only tells of (createPidFile in server.c).
func redisConf(p *Pass, call stage.Call) *conf {
	distro, _ := p.Graph.Final().Distro()
	r := &redis{p: p, conf: &conf{}, at: p.at(call), name: call.Name, own: redisOwn[distro], values: map[string]string{"dir": "."}}
	if call.Name == "valkey-server" {
		r.own = valkeyOwn
	}
	args := call.Args
	if len(args) > 0 && !strings.HasPrefix(args[0].Text, "-") {
		r.file(call.Abs(args[0]))
		args = args[1:]
	}
	for i, a := range args {
		if name, ok := strings.CutPrefix(a.Text, "--"); ok {
			value := ""
			if i+1 < len(args) && !strings.HasPrefix(args[i+1].Text, "--") {
				value = args[i+1].Text
			}
			r.set(name, value)
		}
	}
	r.decide()
	return r.conf
}

type redis struct {
	p      *Pass
	conf   *conf
	at     *parser.Instruction // for messages
	name   string              // of the program
	own    map[string]string   // the package's configuration: what in it counts
	values map[string]string
	keeps  bool // it saves its data
	never  bool // it is told not to
}

// file reads a configuration, that of the package among them. That is closed to
// others, and so is its directory: both are given away.
func (r *redis) file(name string) {
	distro, _ := r.p.Graph.Final().Distro()
	own := map[string]string{}
	if text, ok := r.own[name]; ok {
		own[name] = text
	}
	t := r.p.settingFile(name, own)
	r.conf.unclear(t.Unknown, "what "+name+" says is not known")
	f, there := t.Files[name]
	if !there {
		r.conf.unclear(r.at, "the configuration "+name+" of "+r.name+" is not known")
		return
	}
	if f.At != nil {
		r.at = f.At
	}
	for _, line := range settingLines(strings.ReplaceAll(f.Text, "\t", " ")) {
		r.set(line[0], line[1])
	}
	if len(own) == 0 {
		return
	}
	if dir := path.Dir(name); dir != "/etc" {
		r.conf.give = append(r.conf.give, touch{Path: dir})
	}
	made := r.name == "redis-server" && distro != image.Debian && distro != image.Ubuntu && f.At == nil // which of the names a version has is not known
	r.conf.give = append(r.conf.give, touch{Path: name, File: true, New: made})
}

func (r *redis) set(name, value string) {
	value = strings.Trim(value, `"'`)
	switch name {
	case "save":
		r.keeps, r.never = r.keeps || value != "", value == ""
	case "appendonly":
		r.keeps = r.keeps || value == "yes"
	case "include", "aclfile", "sentinel", "cluster-enabled":
		r.conf.unclear(r.at, "the configuration of "+r.name+" has "+name)
	}
	r.values[name] = value
}

// decide gives what the settings name.
func (r *redis) decide() {
	c := r.conf
	if r.keeps || !r.never {
		c.data(r.p, r.values["dir"], r.name, r.at)
	}
	for _, name := range []string{"logfile", "unixsocket"} {
		if value := r.values[name]; value != "" {
			c.place(r.p, value, name+" of "+r.name, r.at)
		}
	}
	for _, name := range []string{"port", "tls-port"} {
		if value := r.values[name]; value != "" && value != "0" {
			c.port(value, r.at)
		}
	}
}

// fpmPackageConf reads the configuration of Red Hat's php-fpm. What it has below
// its own directories is the account's.
func fpmPackageConf(p *Pass) *conf {
	c := p.eachSetting("/etc/php-fpm.d", map[string]string{
		"/etc/php-fpm.d/www.conf": "user = apache\ngroup = apache\nlisten = /run/php-fpm/www.sock\nslowlog = /var/log/php-fpm/www-slow.log\n",
	}, "php-fpm", fpmSetting)
	main := p.eachSetting("/etc/php-fpm.conf", map[string]string{
		"/etc/php-fpm.conf": "pid = /run/php-fpm/php-fpm.pid\nerror_log = /var/log/php-fpm/error.log\n",
	}, "php-fpm", fpmSetting)
	c.writes, c.open, c.reason = append(c.writes, main.writes...), cmp.Or(c.open, main.open), cmp.Or(c.reason, main.reason)
	c.writes = slices.DeleteFunc(c.writes, func(w writePath) bool {
		return below(strings.Replace(w.name, "/var/run/", "/run/", 1), "/run/php-fpm") || below(w.name, "/var/log/php-fpm")
	})
	fpmOptions(p, c)
	return c
}
