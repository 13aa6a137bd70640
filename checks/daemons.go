package checks

import (
	"fmt"
	"sort"
	"strings"

	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/parser"
)

// daemons are programs that need root, or whose image would have to be prepared
// before they run without it, with the reason.
var daemons = explained(map[string]string{
	"opens sessions as other users":                      "sshd dropbear",
	"starts jobs as their owners":                        "crond cron fcron anacron",
	"mounts what dockerd needs":                          "dind",
	"manages namespaces and mounts":                      "dockerd dockerd-entrypoint.sh containerd podman",
	"is an init system":                                  "systemd init runit runit-init runsvdir my_init openrc s6-svscan",
	"starts programs whose users its configuration says": "supervisord",
	"controls other programs":                            "monit",
	"opens the system's log devices":                     "rsyslogd syslog-ng syslogd",
	"binds port 53 and drops privileges itself":          "dnsmasq named unbound pihole-FTL nsd",
	"makes network devices":                              "openvpn wg-quick",
	"changes network interfaces":                         "keepalived strongswan ipsec charon",
	"changes the packet filter":                          "iptables fail2ban-server",
	"talks to the kernel's NFS server":                   "rpc.nfsd exportfs",
	"mounts file systems":                                "mount",
	"binds ports below 1024 and changes users":           "nmbd",
	"changes users":                                      "smbd vsftpd proftpd pure-ftpd dovecot postfix exim sendmail winbindd cupsd",
	"sets the clock":                                     "chronyd ntpd",
	"opens raw sockets":                                  "dhcpd tcpdump",
	"manages devices":                                    "udevd",
	"reads the system's state":                           "snmpd",
	"drops privileges itself":                            "squid slapd privoxy tor radiusd freeradius dbus-daemon avahi-daemon mosquitto tinyproxy supernode delegated zabbix_server zabbix_agentd zabbix_proxy netdata freshclam postgrey nrpe icecast icecast2",
	"starts services as other users":                     "xinetd inetd service",
	"controls an init system":                            "systemctl rc-service",
	"feeds the kernel's entropy":                         "haveged",
})

// servers keep directories of root's, and start as root to open them.
var servers = explained(map[string]string{
	"writes below /var/cache/nginx and /run":                  "nginx",
	"writes below /run and /var/log":                          "apache2 apachectl apache2ctl apache2-foreground lighttpd",
	"writes its pid and logs below its root":                  "httpd httpd-foreground",
	"opens its logs and pools as root":                        "php-fpm",
	"opens its sockets as root":                               "haproxy",
	"writes below /usr/local/openresty":                       "openresty",
	"writes below /run":                                       "tengine",
	"writes below /var/lib/mysql and /run":                    "mysqld mysqld_safe mariadbd",
	"refuses to run as root and is prepared by an entrypoint": "postgres",
	"writes to its data directory":                            "redis-server",
	"writes below /data/db":                                   "mongod",
	"writes below /var/lib/rabbitmq":                          "rabbitmq-server",
	"":                                                        "memcached caddy",
	"opens port 80, and mostly reads the container engine's socket, which is root's": "traefik",
	"writes below the directory of Tomcat":                                           "catalina.sh",
	"writes below /var/lib/varnish":                                                  "varnishd",
	"refuses to run as root":                                                         "elasticsearch",
	"writes to its home":                                                             "jenkins.sh",
	"writes below its own directory":                                                 "couchdb zkServer.sh kafka-server-start.sh nagios",
	"writes below /var/lib/influxdb":                                                 "influxd",
	"writes below /var/lib/grafana":                                                  "grafana-server",
	"starts workers as other users":                                                  "uwsgi-emperor",
})

// beamBoot starts the workers of Apache Beam. Source: sdks/python/container/boot.go of
// github.com/apache/beam, semi_persist_dir; Dataflow runs no other user than root:
// github.com/pangeo-data/pangeo-docker-images/pull/360.
const beamBoot = "/opt/apache/beam/boot"

// daemon finds a program that needs root for its work.
func (p *Pass) daemon() *Reason {
	for _, c := range p.started() {
		in := p.at(c)
		switch {
		case c.Name == "apk" && c.Manager() != "":
			return reason(apkNeeded, in, "%s needs root, and is called when the container starts", said(c))
		case c.Manager() != "", adminTools[c.Name]:
			return reason(rootDaemon, in, "%s needs root, and is called when the container starts", said(c))
		}
		if c.Path == beamBoot {
			return reason(rootDaemon, in, "%s needs root: it works below /var/opt, which Dataflow mounts as root's", said(c))
		}
		if why, ok := daemons[c.Name]; ok && !isFlag(c) {
			return reason(rootDaemon, in, "%s needs root: it %s", said(c), why)
		}
		if pr, ok := p.known(c); ok && pr.Needs == privileged && in != nil && !isFlag(c) && !p.ownProgram(c) {
			return reason(rootDaemon, in, "%s needs root: it %s", said(c), pr.What)
		}
	}
	return nil
}

// adminTools change what only root may change.
var adminTools = wordSet(`
	chown chgrp sysctl modprobe insmod umount useradd adduser usermod groupadd addgroup groupmod chpasswd passwd
	update-ca-certificates ldconfig nsenter unshare losetup mkfs mknod tc nft ip6tables brctl ifconfig
`)

// server finds a server that is prepared as root, and whose image has no recipe.
func (p *Pass) server() *Reason {
	s, r := p.Graph.Final(), p.recipe()
	if r != nil && r.Drops && !p.keepsDropping(r) {
		return p.notDropping(r)
	}
	for _, c := range p.started() {
		if why, ok := servers[c.Name]; ok && !isFlag(c) && !p.busyboxServer(c) && !p.covered(c) {
			msg := fmt.Sprintf("%s starts as root", said(c))
			if why != "" {
				msg += ": it " + why
			}
			return reason(serverImage, p.at(c), "%s%s", msg, p.instead(c.Name))
		}
	}
	if s.Facts.Kind == image.Server && s.End().Start.Entrypoint == nil && r == nil {
		return reason(serverImage, s.Root().From, "%s prepares its directories as root when it starts%s", s.Called(), p.instead(""))
	}
	return nil
}

// notDropping is about a server that has run as root until now, because the
// image's entrypoint does not see its command: what it has written is root's.
func (p *Pass) notDropping(r *recipe) *Reason {
	s := p.Graph.Final()
	in := s.End().Start.Cmd
	if s.End().Start.Entrypoint != nil {
		in = s.End().Start.Entrypoint
	}
	programs := make([]string, 0, len(r.Programs))
	for name := range r.Programs {
		programs = append(programs, name)
	}
	sort.Strings(programs)
	return reason(serverImage, in, "%s in line %d starts the server past the entrypoint of %s, which would give root up for %s: it runs as root, and so do its files; write CMD [\"%s\", …] and leave ENTRYPOINT out",
		strings.ToUpper(in.Name), in.Line, s.Called(), s.Facts.Drops, programs[0])
}

func (p *Pass) startsProgram(name string) bool {
	for _, c := range p.started() {
		if c.Name == name {
			return true
		}
	}
	return false
}

// instead says what to do where there is no recipe.
func (p *Pass) instead(program string) string {
	f := p.Graph.Final().Facts
	if text := p.unknownNumbers(nil); text != "" {
		return text
	}
	switch {
	case program == "nginx" || f.Name == "nginx":
		return "; the image nginxinc/nginx-unprivileged is the same without root"
	case program == "httpd" || program == "httpd-foreground":
		return "; let it Listen on a port above 1023 and give the account its logs directory"
	}
	return ""
}

// unknownNumbers says, of a server's image without a sign in the file, why its
// recipe cannot be used.
func (p *Pass) unknownNumbers(in *parser.Instruction) string {
	f := p.Graph.Final().Facts
	if in != nil || f.Kind != image.Server || f.Account == "" || p.serverAccount() != nil {
		return ""
	}
	if f.Drops == "" {
		return fmt.Sprintf("; the numbers of its account %s are not known for the tag %q: name a newer version", f.Account, f.Tag)
	}
	return fmt.Sprintf("; the numbers of its account %s are not known for the tag %q: see `docker run --rm --entrypoint id IMAGE %s`, and set USER to them", f.Account, f.Tag, f.Account)
}
