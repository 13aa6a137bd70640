package checks

import (
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/source"
	"github.com/dfharden/dfharden/stage"
)

// started lists what a container of the image runs: the calls of ENTRYPOINT and
// CMD, the base image's own where the file does not override them.
func (p *Pass) started() []stage.Call {
	st := p.Graph.Final().End()
	var out []stage.Call
	add := func(in *parser.Instruction, base []string) {
		if in != nil {
			out = append(out, p.calls(in)...)
		} else if len(base) > 0 {
			out = append(out, baseCall(base))
		}
	}
	add(st.Start.Entrypoint, st.Start.BaseEntry)
	if e := st.Start.Entrypoint; e == nil || e.JSON {
		add(st.Start.Cmd, st.Start.BaseCmd)
	}
	return out
}

// baseCall is a command of the base image; it has no place in the file.
func baseCall(words []string) stage.Call {
	c := stage.Call{Command: &parser.Command{Always: true}, Path: words[0], Name: path.Base(words[0])}
	for _, w := range words[1:] {
		c.Args = append(c.Args, stage.Arg{Text: w, Known: true})
	}
	return c
}

// calls lists the programs that an instruction of the image starts, in whichever
// stage of the chain it stands.
func (p *Pass) calls(in *parser.Instruction) []stage.Call {
	for _, s := range p.Graph.Chain() {
		if calls := s.Calls(in); calls != nil {
			return calls
		}
	}
	return nil
}

// runs lists the RUN instructions of the image, in the order in which they run.
func (p *Pass) runs() []*parser.Instruction {
	var out []*parser.Instruction
	for _, s := range p.Graph.Chain() {
		for _, in := range s.Instructions {
			if in.Name == "run" {
				out = append(out, in)
			}
		}
	}
	return out
}

// commands lists the instructions that say what runs in a container: ENTRYPOINT,
// CMD and HEALTHCHECK in force.
func (p *Pass) commands() []*parser.Instruction {
	st := p.Graph.Final().End().Start
	var out []*parser.Instruction
	for _, in := range []*parser.Instruction{st.Entrypoint, st.Cmd, st.Healthcheck} {
		if in != nil {
			out = append(out, in)
		}
	}
	return out
}

// droppers start another program as another user.
var droppers = map[string]bool{
	"gosu": true, "su-exec": true, "setpriv": true, "runuser": true, "su": true, "setuidgid": true, "s6-setuidgid": true,
	"s6-applyuidgid": true, "chpst": true, "start-stop-daemon": true, "softlimit": true,
}

// dropPackages bring such a program, or an init system that does the same.
var dropPackages = []string{"gosu", "su-exec", "s6-overlay", "s6", "fixuid"}

// drops finds the sign that the image starts as root on purpose and gives the
// privileges up by itself. The account is "" if the file does not say it.
func (p *Pass) drops() (account string, in *parser.Instruction, sign string) {
	st := p.Graph.Final().End()
	for _, in := range p.commands() {
		for _, c := range p.calls(in) {
			if account, ok := dropTarget(c); ok {
				return account, in, c.Name
			}
		}
	}
	if f := p.Graph.Final().Facts; f.Drops != "" && st.Start.Entrypoint == nil {
		return f.Drops, nil, "the entrypoint of " + p.Graph.Final().BaseName()
	}
	if script := p.script(); script == nil && !startsInit(p.started()) {
		return "", nil, "" // the tool is there for another purpose
	}
	for _, in := range p.installing() {
		text := strings.ToLower(in.Rest.Text)
		for _, d := range dropPackages {
			if word(text, d) {
				return p.switched(), in, d
			}
		}
	}
	return "", nil, ""
}

// installing lists what brings programs into the image: RUN, COPY and ADD.
func (p *Pass) installing() []*parser.Instruction {
	var out []*parser.Instruction
	for _, s := range p.Graph.Chain() {
		for _, in := range s.Instructions {
			if in.Name == "run" || in.Name == "copy" || in.Name == "add" {
				out = append(out, in)
			}
		}
	}
	return out
}

// switched is the one account that the file creates, as the likely target of an
// entrypoint that drops privileges.
func (p *Pass) switched() string {
	if created := p.Graph.Final().End().Created(); len(created) == 1 {
		return created[0].Name
	}
	return ""
}

// dropTarget reports whether a call starts a program as another user, and whom.
func dropTarget(c stage.Call) (string, bool) {
	for _, via := range c.Via {
		if via == "sudo" {
			return "", true
		}
	}
	switch {
	case c.Name == "gosu" || c.Name == "su-exec" || c.Name == "setuidgid" || c.Name == "s6-setuidgid" || c.Name == "chpst":
		return strings.SplitN(c.Sub(), ":", 2)[0], true
	case c.Name == "id" && c.Has("-u"):
		return "", true
	case c.Name == "su" || c.Name == "runuser":
		for _, op := range c.Operands() {
			if op.Known && !strings.ContainsAny(op.Text, " /") {
				return op.Text, true
			}
		}
		return "", true
	case c.Name == "chroot":
		for _, a := range c.Args {
			if strings.HasPrefix(a.Text, "--userspec") {
				return "", true
			}
		}
		return "", false
	case c.Name == "init" && c.Path == "/init", strings.HasPrefix(c.Name, "s6-svscan"):
		return "", true
	}
	return "", droppers[c.Name]
}

func startsInit(calls []stage.Call) bool {
	for _, c := range calls {
		if c.Path == "/init" {
			return true
		}
	}
	return false
}

// daemons are programs that need root, or whose image would have to be prepared
// before they run without it, with the reason.
var daemons = map[string]string{
	"sshd": "opens sessions as other users", "dropbear": "opens sessions as other users", "crond": "starts jobs as their owners", "cron": "starts jobs as their owners",
	"fcron": "starts jobs as their owners", "anacron": "starts jobs as their owners", "dockerd": "manages namespaces and mounts", "containerd": "manages namespaces and mounts", "podman": "manages namespaces and mounts",
	"systemd": "is an init system", "init": "is an init system", "runit": "is an init system", "runit-init": "is an init system", "runsvdir": "is an init system", "my_init": "is an init system",
	"supervisord": "starts programs whose users its configuration says", "monit": "controls other programs", "rsyslogd": "opens the system's log devices", "syslog-ng": "opens the system's log devices", "syslogd": "opens the system's log devices",
	"dnsmasq": "binds port 53 and drops privileges itself", "named": "binds port 53 and drops privileges itself", "unbound": "binds port 53 and drops privileges itself", "openvpn": "makes network devices", "wg-quick": "makes network devices", "keepalived": "changes network interfaces",
	"strongswan": "changes network interfaces", "ipsec": "changes network interfaces", "charon": "changes network interfaces", "iptables": "changes the packet filter", "fail2ban-server": "changes the packet filter", "rpc.nfsd": "talks to the kernel's NFS server", "exportfs": "talks to the kernel's NFS server", "mount": "mounts file systems",
	"nmbd": "binds ports below 1024 and changes users", "smbd": "changes users", "vsftpd": "changes users", "proftpd": "changes users", "pure-ftpd": "changes users", "dovecot": "changes users", "postfix": "changes users", "exim": "changes users", "sendmail": "changes users",
	"chronyd": "sets the clock", "ntpd": "sets the clock", "dhcpd": "opens raw sockets", "udevd": "manages devices", "snmpd": "reads the system's state", "squid": "drops privileges itself", "slapd": "drops privileges itself", "xinetd": "starts services as other users", "inetd": "starts services as other users", "privoxy": "drops privileges itself", "tor": "drops privileges itself",
	"winbindd": "changes users", "radiusd": "drops privileges itself", "freeradius": "drops privileges itself", "cupsd": "changes users", "dbus-daemon": "drops privileges itself", "avahi-daemon": "drops privileges itself", "service": "starts services as other users", "systemctl": "controls an init system",
	"openrc": "is an init system", "rc-service": "controls an init system", "s6-svscan": "is an init system", "tcpdump": "opens raw sockets", "haveged": "feeds the kernel's entropy",
}

// servers keep directories of root's, and start as root to open them.
var servers = map[string]string{
	"nginx": "writes below /var/cache/nginx and /run", "apache2": "writes below /run and /var/log", "apachectl": "writes below /run and /var/log", "apache2ctl": "writes below /run and /var/log", "apache2-foreground": "writes below /run and /var/log",
	"httpd": "writes its pid and logs below its root", "httpd-foreground": "writes its pid and logs below its root", "php-fpm": "opens its logs and pools as root", "lighttpd": "writes below /run and /var/log", "haproxy": "opens its sockets as root",
	"openresty": "writes below /usr/local/openresty", "tengine": "writes below /run", "mysqld": "writes below /var/lib/mysql and /run", "mysqld_safe": "writes below /var/lib/mysql and /run", "mariadbd": "writes below /var/lib/mysql and /run", "postgres": "refuses to run as root and is prepared by an entrypoint", "redis-server": "writes to its data directory",
	"mongod": "writes below /data/db", "rabbitmq-server": "writes below /var/lib/rabbitmq", "memcached": "", "catalina.sh": "writes below the directory of Tomcat", "varnishd": "writes below /var/lib/varnish", "caddy": "", "traefik": "", "elasticsearch": "refuses to run as root", "jenkins.sh": "writes to its home",
	"couchdb": "writes below its own directory", "influxd": "writes below /var/lib/influxdb", "grafana-server": "writes below /var/lib/grafana", "zkServer.sh": "writes below its own directory", "kafka-server-start.sh": "writes below its own directory", "nagios": "writes below its own directory", "uwsgi-emperor": "starts workers as other users",
}

// script is the start script that the file does not show, nil if there is none:
// a path that does not look like a program that was compiled.
func (p *Pass) script() *scriptRef {
	for _, in := range p.commands() {
		if in == p.Graph.Final().End().Start.Healthcheck {
			continue
		}
		for _, c := range p.calls(in) {
			if name, span, ok := scriptOf(c); ok {
				return &scriptRef{name, in, span}
			}
		}
	}
	return nil
}

type scriptRef struct {
	Name string
	At   *parser.Instruction
	Span source.Span
}

var (
	scriptEnd  = regexp.MustCompile(`\.(sh|bash|ash|zsh|ksh)$`)
	scriptName = regexp.MustCompile(`(?i)(^|[-_./])(docker-)?(entry-?point|start|startup|run|boot|bootstrap|launch|setup|init|cmd|command)([-_.][\w.-]*)?$`)
	shellNames = map[string]bool{"sh": true, "bash": true, "ash": true, "dash": true, "zsh": true, "ksh": true, ".": true, "source": true}
)

func scriptOf(c stage.Call) (string, source.Span, bool) {
	candidates := []stage.Arg{{Text: c.Path, Known: true, Span: c.Span}}
	if shellNames[c.Name] {
		candidates = nil
		for _, op := range c.Operands() {
			if !strings.ContainsAny(op.Text, " \n;") {
				candidates = append(candidates, op)
			}
			break
		}
		if c.Has("-c", "-ec", "-lc", "-exc", "-xc", "-cx", "-ce") {
			candidates = nil
		}
	}
	for _, a := range c.Args {
		if scriptEnd.MatchString(a.Text) {
			candidates = append(candidates, a)
		}
	}
	for _, a := range candidates {
		base := path.Base(a.Text)
		if scriptEnd.MatchString(base) || shellNames[c.Name] {
			return a.Text, a.Span, true
		}
		if strings.Contains(a.Text, "/") && scriptName.MatchString(base) || strings.HasPrefix(base, "docker-") {
			return a.Text, a.Span, true
		}
	}
	return "", source.Span{}, false
}

// ports lists the ports below 1024 that the image opens, with their places.
func (p *Pass) lowPort() (int, *parser.Instruction) {
	for _, s := range p.Graph.Chain() {
		for _, in := range s.Instructions {
			c, ok := in.Cmd.(*instructions.ExposeCommand)
			if !ok {
				continue
			}
			for _, port := range c.Ports {
				text, known := s.Before(in).Expand(port)
				number, _, _ := strings.Cut(text, "/")
				number, _, _ = strings.Cut(number, "-")
				if n, err := strconv.Atoi(number); known && err == nil && n > 0 && n < 1024 {
					return n, in
				}
			}
		}
	}
	if text, ok := p.Graph.Final().End().ImageEnv("PORT"); ok {
		if n, err := strconv.Atoi(text); err == nil && n > 0 && n < 1024 {
			return n, p.setter("PORT")
		}
	}
	for _, in := range p.commands() {
		if in == p.Graph.Final().End().Start.Healthcheck {
			continue
		}
		for _, c := range p.calls(in) {
			if n := listens(c); n > 0 && n < 1024 {
				return n, in
			}
		}
	}
	return 0, nil
}

// setter is the last ENV of a variable.
func (p *Pass) setter(name string) *parser.Instruction {
	var at *parser.Instruction
	for _, s := range p.Graph.Chain() {
		for _, in := range s.Instructions {
			if c, ok := in.Cmd.(*instructions.EnvCommand); ok {
				for _, kv := range c.Env {
					if kv.Key == name {
						at = in
					}
				}
			}
		}
	}
	return at
}

var portArg = regexp.MustCompile(`^(?:--?(?:port|http-port|listen|bind|addr|address|http|server\.port|Dserver\.port)=)?(?:(?:tcp|http|https)://)?(?:[\w.*-]*|\[[0-9a-fA-F:]*\]):(\d{1,3})$|^--?(?:port|http-port|server\.port|Dserver\.port|listen)=(\d{1,3})$`)

// listens finds a port in the arguments of a program: "-p 80", "--port=80",
// "0.0.0.0:80". It returns 0 if there is none below 1000.
func listens(c stage.Call) int {
	for i, a := range c.Args {
		if !strings.ContainsAny(a.Text, ":=") && !strings.HasPrefix(a.Text, "-") {
			continue // what most arguments are
		}
		if m := portArg.FindStringSubmatch(a.Text); m != nil {
			n, _ := strconv.Atoi(m[1] + m[2])
			return n
		}
		switch a.Text {
		case "-p", "--port", "-P", "--http-port", "--listen", "-l":
			if i+1 < len(c.Args) {
				if n, err := strconv.Atoi(c.Args[i+1].Text); err == nil && n < 1024 {
					return n
				}
			}
		}
	}
	if c.Name == "http.server" || c.Has("http.server") {
		for _, op := range c.Operands() {
			if n, err := strconv.Atoi(op.Text); err == nil && n < 1024 {
				return n
			}
		}
	}
	return 0
}

// hasShell says whether a RUN can be added to the image.
func (p *Pass) hasShell() stage.Tri {
	f := p.Graph.Final()
	if f.Facts.Tools == image.NoTools {
		return stage.No
	}
	if f.Facts.Shell != stage.Unknown {
		return f.Facts.Shell
	}
	for _, in := range p.runs() {
		if !in.JSON {
			return stage.Yes
		}
	}
	return stage.Unknown
}

// word reports whether text has a word that is not part of a longer name.
func word(text, w string) bool {
	for off := 0; ; {
		i := strings.Index(text[off:], w)
		if i < 0 {
			return false
		}
		start, end := off+i, off+i+len(w)
		if (start == 0 || !nameByte(text[start-1])) && (end == len(text) || !nameByte(text[end])) {
			return true
		}
		off = end
	}
}

func nameByte(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '_'
}
