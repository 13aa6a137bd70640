package checks

import (
	"fmt"

	"github.com/dfharden/dfharden/image"
)

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

// daemon finds a program that needs root for its work.
func (p *Pass) daemon() *Reason {
	for _, c := range p.started() {
		in := p.at(c)
		switch {
		case c.Name == "apk" && c.Manager() != "":
			return reason(apkNeeded, in, "apk needs root, and is called when the container starts")
		case c.Manager() != "", adminTools[c.Name]:
			return reason(rootDaemon, in, "%s needs root, and is called when the container starts", c.Name)
		}
		if why, ok := daemons[c.Name]; ok && !isFlag(c) {
			return reason(rootDaemon, in, "%s needs root: it %s", c.Name, why)
		}
	}
	return nil
}

// adminTools change what only root may change.
var adminTools = map[string]bool{"chown": true, "chgrp": true, "sysctl": true, "modprobe": true, "insmod": true, "umount": true, "useradd": true, "adduser": true, "usermod": true, "groupadd": true, "addgroup": true, "groupmod": true,
	"chpasswd": true, "passwd": true, "update-ca-certificates": true, "ldconfig": true, "nsenter": true, "unshare": true, "losetup": true, "mkfs": true, "mknod": true, "tc": true, "nft": true, "ip6tables": true, "brctl": true, "ifconfig": true}

// server finds a server that is prepared as root.
func (p *Pass) server() *Reason {
	s := p.Graph.Final()
	for _, c := range p.started() {
		if why, ok := servers[c.Name]; ok && !isFlag(c) && !p.busyboxServer(c) {
			msg := fmt.Sprintf("%s starts as root", c.Name)
			if why != "" {
				msg += ": it " + why
			}
			return reason(serverImage, p.at(c), "%s%s", msg, unprivileged(c.Name, s.Facts.Name))
		}
	}
	if s.Facts.Kind == image.Server && s.End().Start.Entrypoint == nil {
		return reason(serverImage, s.Root().From, "%s prepares its directories as root when it starts%s", s.Called(), unprivileged("", s.Facts.Name))
	}
	return nil
}

func unprivileged(program, name string) string {
	switch {
	case program == "nginx" || name == "nginx":
		return "; the image nginxinc/nginx-unprivileged is the same without root"
	case program == "httpd" || program == "httpd-foreground" || name == "httpd":
		return "; let it Listen on a port above 1023 and give the account its logs directory"
	}
	return ""
}
