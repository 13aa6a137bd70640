package checks

import (
	"regexp"
	"strings"

	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/stage"
)

// packaged is the recipe of the one server that a package, or a build from source,
// brings to an image that is not the server's own; nil if there is none, or the
// image starts several.
func (p *Pass) packaged() *recipe {
	s := p.Graph.Final()
	if !s.Facts.Listed || ownProgram(s.Facts) || p.windows() {
		return nil
	}
	var found *recipe
	for _, c := range p.started() {
		r := p.packagedBy(c)
		if r == nil || p.at(c) == nil {
			continue
		}
		if found != nil && found.Package != r.Package {
			return nil
		}
		found = r
	}
	for _, c := range p.started() {
		if found != nil && found.Programs[c.Name] && p.packagedBy(c) == nil {
			return nil // a second one, of which nothing is known
		}
	}
	return found
}

// packagedBy is the recipe for what one call starts. It runs as any account: the
// numbers of the one that a package makes are chance.
func (p *Pass) packagedBy(c stage.Call) *recipe {
	switch c.Name {
	case "nginx":
		if b := p.nginxOf(c); b != nil {
			return &recipe{
				Source:   "https://nginx.org/en/docs/switches.html and the package's own build",
				Programs: wordSet(`nginx`), Package: nginxPackages, Untried: b == &nginxRedHat || b == &nginxAlpine,
			}
		}
	case "zkServer.sh":
		return p.zookeeper(c)
	case "memcached":
		if p.installedFrom("memcached") != nil {
			return &recipe{Source: "https://github.com/memcached/memcached/blob/master/memcached.c", Programs: wordSet(`memcached`), Package: memcachedPackages}
		}
	case "mongod":
		if p.installedFrom("mongod") != nil {
			return &recipe{
				Source:   "https://www.mongodb.com/docs/manual/reference/program/mongod/",
				Programs: wordSet(`mongod`), Package: mongodPackages, Watched: []string{"/data/db"},
			}
		}
	case "php-fpm":
		if distro, _ := p.Graph.Final().Distro(); (distro == image.RHEL || distro == image.Fedora) && p.installedFrom("php-fpm") != nil && c.Path != "/usr/local/sbin/php-fpm" {
			return &recipe{
				Source:   "https://src.fedoraproject.org/rpms/php, php.spec and php-fpm-www.conf",
				Programs: wordSet(`php-fpm`), Package: fpmPackages, Account: true, User: apacheAccount,
				Data: []string{"/var/log/php-fpm", "/var/lib/php/session", "/var/lib/php/wsdlcache", "/var/lib/php/opcache"}, Give: []string{"/run/php-fpm"},
			}
		}
	case "redis-server":
		if distro, _ := p.Graph.Final().Distro(); p.installedFrom("redis-server") != nil && redisOwn[distro] != nil {
			return &recipe{
				Source:   "https://redis.io/docs/latest/operate/oss_and_stack/management/config-file/",
				Programs: wordSet(`redis-server`), Package: redisPackages, Watched: []string{"/var/lib/redis"},
			}
		}
	case "valkey-server":
		if distro, _ := p.Graph.Final().Distro(); (distro == image.RHEL || distro == image.Fedora && valkeyFedora.MatchString(p.Graph.Final().Facts.Tag)) && p.installedFrom("valkey-server") != nil {
			return &recipe{
				Source:   "https://valkey.io/topics/valkey.conf/",
				Programs: wordSet(`valkey-server`), Package: valkeyPackages, Watched: []string{"/var/lib/valkey"},
			}
		}
	}
	return nil
}

var (
	nginxPackages     = regexp.MustCompile(`^nginx(-(core|light|full|extras|all-modules|mainline|module-[\w-]+|mod-[\w-]+))?$`)
	memcachedPackages = regexp.MustCompile(`^memcached$`)
	mongodPackages    = regexp.MustCompile(`^(mongodb|mongodb-server|mongodb-org|mongodb-org-server|mongodb-server-core)$`)
	fpmPackages       = regexp.MustCompile(`^php-fpm$`)
	redisPackages     = regexp.MustCompile(`^(redis|redis-server|redis6)$`)
	valkeyPackages    = regexp.MustCompile(`^valkey$`)
	valkeyFedora      = regexp.MustCompile(`^4[0-2]$`) // valkey 9 has its paths from a patch, which is not known
)

// apacheAccount is that of Red Hat's and Fedora's packages of Apache and php-fpm.
// Source: /usr/share/doc/setup/uidgid there.
var apacheAccount = &stage.User{Spec: "48:48", Name: "apache", Group: "apache", UID: stage.ID{N: 48, Known: true, Given: true}, GID: stage.ID{N: 48, Known: true, Given: true}}

// packagedNames are the servers by what their packages are called.
var packagedNames = map[string]*regexp.Regexp{
	"nginx": nginxPackages, "memcached": memcachedPackages, "mongod": mongodPackages, "redis-server": redisPackages, "valkey-server": valkeyPackages, "php-fpm": fpmPackages,
}

// packagedName is the server of a recipe of packaged.
func (p *Pass) packagedName(r *recipe) string {
	for name := range r.Programs {
		return name
	}
	return ""
}

// installedFrom is the package that brings a server; nil if no RUN installs it for
// certain.
func (p *Pass) installedFrom(server string) *installed {
	for _, in := range p.runs() {
		for _, pkg := range kept(p.calls(in)) {
			name, _, _ := strings.Cut(pkg.Name, "=")
			if packagedNames[server].MatchString(name) {
				return &pkg
			}
		}
	}
	return nil
}

// runsName reports whether a RUN names a text.
func (p *Pass) runsName(text string) bool {
	for _, in := range p.runs() {
		if strings.Contains(in.Rest.Text, text) {
			return true
		}
	}
	return false
}

// packagedConf reads the configuration of the server of packaged; nil for others.
func (p *Pass) packagedConf() *conf {
	if r := p.recipe(); r == nil || r.Package == nil {
		return nil
	}
	for _, c := range p.started() {
		if !p.covered(c) || p.at(c) == nil {
			continue
		}
		switch c.Name {
		case "nginx":
			return nginxConf(p, p.nginxOf(c))
		case "zkServer.sh":
			return &conf{ports: []openPort{{2181, p.at(c), "zoo_sample.cfg"}}}
		case "memcached":
			return memcachedConf(p, c)
		case "mongod":
			return mongodConf(p, c)
		case "redis-server", "valkey-server":
			return redisConf(p, c)
		case "php-fpm":
			return fpmPackageConf(p)
		}
	}
	return nil
}

// redisOwn are the configurations that packages of redis ship, closed to others than
// its account: for each distribution what in it counts. Sources: debian/redis-server.postinst
// and debian/patches of salsa.debian.org/lamby/pkg-redis; src.fedoraproject.org/rpms/redis,
// redis.spec (the file moved into a directory of its own with 6.2).
var redisOwn = map[image.Distro]map[string]string{
	image.Debian: redisDebian, image.Ubuntu: redisDebian, image.Fedora: redisRedHat, image.RHEL: redisRedHat,
}

var redisDebian = map[string]string{
	"/etc/redis/redis.conf": "port 6379\ndaemonize yes\nlogfile /var/log/redis/redis-server.log\ndir /var/lib/redis\n",
}

var redisRedHat = map[string]string{
	"/etc/redis.conf":       redisRedHatConf,
	"/etc/redis/redis.conf": redisRedHatConf,
}

// valkeyOwn is the same for valkey of Red Hat's and Fedora's package, which leaves dir as
// it is: the directory that the server starts in. Source: src.fedoraproject.org/rpms/valkey,
// valkey.spec.
var valkeyOwn = map[string]string{
	"/etc/valkey/valkey.conf": "port 6379\nlogfile /var/log/valkey/valkey.log\nunixsocket /run/valkey/valkey.sock\ndir ./\n",
}

const redisRedHatConf = "port 6379\nlogfile /var/log/redis/redis.log\ndir /var/lib/redis\n"
