package checks

import (
	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// conf is what the configuration of a server comes to.
type conf struct {
	ports  []openPort
	give   []touch
	own    []string // directories whose files have to be the account's
	logs   bool     // it opens logs that a test of the configuration makes
	writes []writePath
	calls  []stage.Call // of scripts that run before the server
	reason *Reason      // the first doubt
	home   *Reason      // it keeps its data where it starts, which is the root directory
	open   *Reason      // why the ports are not known, nil if they are
}

type openPort struct {
	number int
	at     *parser.Instruction
	file   string
}

// writePath is a path of root's that a setting lets the server write to.
type writePath struct {
	name, what string
	at         *parser.Instruction
}

func (c *conf) doubt(r *Reason) {
	if c.reason == nil {
		c.reason = r
	}
}

// unclear notes a place where the configuration cannot be read; nil is none.
func (c *conf) unclear(at *parser.Instruction, what string) {
	if at != nil && c.open == nil {
		c.open = reason(serverImage, at, "%s (line %d): it may open a port below 1024, or files of root's", what, at.Line)
	}
}

// conf reads the configuration once.
func (p *Pass) conf() *conf {
	if p.confRead == nil {
		p.confRead = &conf{}
		if p.recipe() != nil {
			p.confRead = p.readConf()
		}
	}
	return p.confRead
}

// readConf reads the configuration of the servers for which it counts.
func (p *Pass) readConf() *conf {
	if c := p.packagedConf(); c != nil {
		return c
	}
	switch p.Graph.Final().Facts.Name {
	case "nginx":
		return nginxConf(p, &nginxImage)
	case "openresty/openresty":
		return nginxConf(p, nginxOpenResty)
	case "httpd":
		return httpdConf(p)
	case "php", "wordpress", "nextcloud", "drupal":
		return phpConf(p)
	case "caddy":
		return caddyConf(p, "/etc/caddy", ":80 {\n}\n")
	case "dunglas/frankenphp":
		for _, c := range p.started() {
			if octane(c) {
				return octaneConf(p, c)
			}
		}
		return caddyConf(p, "/etc/frankenphp", "{$SERVER_NAME:localhost} {\n}\n")
	case "tomcat":
		return tomcatConf(p)
	case "haproxy":
		return haproxyConf(p)
	case "mysql", "mariadb":
		return mysqlConf(p)
	}
	return &conf{}
}
