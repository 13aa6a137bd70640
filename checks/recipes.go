package checks

import (
	"regexp"

	"github.com/dfharden/dfharden/stage"
)

// recipe is how the image of a server runs without root. What it rests on is
// read in the image's own Dockerfile and entrypoint (Source), and tried in e2e on
// a stand-in laid out like the image; one that is not is Untried, and its fix
// never safe.
type recipe struct {
	Source   string
	Programs map[string]bool       // what it starts, as the command names it
	Through  func(stage.Call) bool // a call of another program that starts it; nil for none
	Untried  bool

	// Account says that it runs as the image's own account, which the image table
	// has with its numbers; else it takes any.
	Account bool

	// Drops says that the image's entrypoint, started as root, gives Data to the
	// account and starts again as it; started as the account it leaves both out.
	// So all that has to be done is what it did as root. It does so for a command
	// that begins with one of Programs, or, with Flags, with a "-".
	Drops bool
	Fills bool // the entrypoint fills Data as root, and as the account too
	Flags bool

	Give     []string        // directories of root's that it writes to
	Data     []string        // directories that are the account's, or open to all, in the image
	Roots    string          // a tree below which the file's own files stay root's, because the account never wrote there
	Settings []string        // variables that name a directory which the entrypoint makes as root
	Tools    map[string]bool // programs that leave files of root's in Data
	Watched  []string        // directories in which what a RUN makes may have to be written to
	Capable  string          // a program with a file capability for low ports, without which it does not start
	Mounts   []string        // where people mount what it keeps

	// Also is what people start of the same image, and what needs root.
	Also string

	// Before matches the tags of versions for which it does not hold yet.
	Before *regexp.Regexp

	// User is the account that a package makes with the same numbers everywhere;
	// nil for others, which are left to chance.
	User *stage.User

	// Package matches the packages that bring it, for a recipe of packaged; its
	// image may start other programs too.
	Package *regexp.Regexp
}

// recipes are those of images by their names in the image table. The versions
// that they hold for are those whose facts the table has.
var recipes = map[string]*recipe{
	"nginx": {
		Source:   "https://github.com/nginx/docker-nginx and https://hub.docker.com/_/nginx (running nginx as a non-root user)",
		Programs: wordSet(`nginx nginx-debug`), Account: true,
		Give: []string{"/var/cache/nginx"},
	},
	"openresty/openresty": {
		Source:   "https://github.com/openresty/docker-openresty/blob/master/jammy/Dockerfile",
		Programs: wordSet(`openresty nginx`),
	},
	"httpd": {
		Source:   "https://github.com/docker-library/httpd/blob/master/2.4/Dockerfile",
		Programs: wordSet(`httpd httpd-foreground`), Account: true,
		Give: []string{"/usr/local/apache2/logs"}, Roots: "/usr/local/apache2",
	},
	"php": {
		Source:   "https://github.com/docker-library/php/blob/master/Dockerfile-linux.template (allow running as an arbitrary user)",
		Programs: wordSet(`apache2-foreground php-fpm`), Account: true, Flags: true,
		Data: []string{"/var/www/html"},
	},
	"wordpress": {
		Source:   "https://github.com/docker-library/wordpress/blob/master/docker-entrypoint.sh",
		Programs: wordSet(`apache2-foreground php-fpm`), Account: true, Fills: true,
		Data: []string{"/var/www/html"},
	},
	"nextcloud": {
		Source:   "https://github.com/nextcloud/docker/blob/master/docker-entrypoint.sh",
		Programs: wordSet(`apache2-foreground php-fpm`), Account: true, Fills: true,
		Give: []string{"/usr/local/etc/php/conf.d"},                                         // the session handler, with REDIS_HOST
		Data: []string{"/var/www/html", "/var/www/data"}, Mounts: []string{"/var/www/html"}, // its lock file is root's
		Also: "/cron.sh, as its own stack.yml does, which is root's crond",
	},
	"drupal": {
		Source:   "https://github.com/docker-library/drupal/blob/master/Dockerfile.template",
		Programs: wordSet(`apache2-foreground php-fpm`), Account: true, Untried: true,
		Data: []string{"/opt/drupal/web/sites", "/opt/drupal/web/modules", "/opt/drupal/web/themes"}, Roots: "/opt/drupal",
	},
	"tomcat": {
		Source:   "https://github.com/docker-library/tomcat and https://github.com/docker-library/tomcat/issues/35",
		Programs: wordSet(`catalina.sh`),
		Before:   regexp.MustCompile(`^([1-6]|7\.0\.[0-8]?\d|8\.0\.([0-4]?\d|5[0-2])|8\.5\.([0-2]?\d|3[0-3])|9\.0\.(\d|1[01]))(\.M\d+)?($|-)`), // its files were closed to others until 2018-09-06
		Give: []string{
			"/usr/local/tomcat/conf/Catalina", "/usr/local/tomcat/conf/Catalina/localhost", "/usr/local/tomcat/logs", "/usr/local/tomcat/temp", "/usr/local/tomcat/webapps",
			"/usr/local/tomcat/work",
		},
		Watched: []string{"/usr/local/tomcat/webapps"},
	},
	"caddy": {
		Source:   "https://github.com/caddyserver/caddy-docker/blob/master/Dockerfile.tmpl",
		Programs: wordSet(`caddy`), Capable: "/usr/bin/caddy",
		Give:   []string{"/config", "/config/caddy", "/data", "/data/caddy"},
		Mounts: []string{"/config", "/data"},
	},
	"dunglas/frankenphp": {
		Source:   "https://frankenphp.dev/docs/docker/#running-with-no-capabilities",
		Programs: wordSet(`frankenphp`), Through: octane, Capable: "/usr/local/bin/frankenphp", Flags: true,
		Give:   []string{"/config/caddy", "/data/caddy"},
		Mounts: []string{"/config", "/data"},
	},
	"haproxy": {
		Source:   "https://github.com/docker-library/haproxy/blob/master/3.2/Dockerfile (USER haproxy since 2.4)",
		Programs: wordSet(`haproxy`), Account: true, Flags: true,
		Data: []string{"/var/lib/haproxy"},
	},
	"memcached": {
		Source:   "https://github.com/docker-library/memcached/blob/master/Dockerfile.template (USER memcache)",
		Programs: wordSet(`memcached`), Account: true, Flags: true,
	},
	"redis": {
		Source:   "https://github.com/docker-library/redis/blob/master/docker-entrypoint.sh (allow the container to be started with --user)",
		Programs: wordSet(`redis-server`), Account: true, Drops: true, Flags: true,
		Data: []string{"/data"},
	},
	"postgres": {
		Source:   "https://github.com/docker-library/postgres/blob/master/docker-entrypoint.sh (allow the container to be started with --user)",
		Programs: wordSet(`postgres`), Account: true, Drops: true, Flags: true,
		Data: []string{"/var/lib/postgresql", "/run/postgresql", "/var/run/postgresql"}, Settings: []string{"PGDATA", "POSTGRES_INITDB_WALDIR"},
		Tools: wordSet(`initdb pg_ctl pg_createcluster pg_ctlcluster postgres`),
	},
	"mysql": {
		Source:   "https://github.com/docker-library/mysql/blob/master/docker-entrypoint.sh",
		Programs: wordSet(`mysqld`), Account: true, Drops: true, Flags: true,
		Data:  []string{"/var/lib/mysql", "/var/lib/mysql-files", "/var/run/mysqld", "/run/mysqld"},
		Tools: wordSet(`mysqld mysqld_safe mysql_install_db`),
	},
	"mariadb": {
		Source:   "https://github.com/MariaDB/mariadb-docker/blob/master/docker-entrypoint.sh",
		Programs: wordSet(`mariadbd mysqld`), Account: true, Drops: true, Flags: true,
		Data:  []string{"/var/lib/mysql", "/var/run/mysqld", "/run/mysqld"},
		Tools: wordSet(`mariadbd mysqld mariadbd-safe mysqld_safe mariadb-install-db mysql_install_db`),
	},
	"mongo": {
		Source:   "https://github.com/docker-library/mongo/blob/master/docker-entrypoint.sh (allow the container to be started with --user)",
		Programs: wordSet(`mongod mongos`), Account: true, Drops: true, Flags: true,
		Data:  []string{"/data/db", "/data/configdb"},
		Tools: wordSet(`mongod mongo mongosh`),
	},
	"rabbitmq": {
		Source:   "https://github.com/docker-library/rabbitmq/blob/master/docker-entrypoint.sh (allow the container to be started with --user)",
		Programs: wordSet(`rabbitmq-server`), Account: true, Drops: true,
		Data:  []string{"/var/lib/rabbitmq"},
		Tools: wordSet(`rabbitmqctl rabbitmq-server rabbitmq-diagnostics`),
	},
	"cassandra": {
		Source:   "https://github.com/docker-library/cassandra/blob/master/docker-entrypoint.sh (allow the container to be started with --user)",
		Programs: wordSet(`cassandra`), Account: true, Drops: true, Flags: true, Untried: true,
		Data: []string{"/etc/cassandra", "/var/lib/cassandra", "/var/log/cassandra"},
	},
	"zookeeper": {
		Source:   "https://github.com/31z4/zookeeper-docker/blob/master/3.9.4/docker-entrypoint.sh (allow the container to be started with --user)",
		Programs: wordSet(`zkServer.sh`), Account: true, Drops: true, Untried: true,
		Data: []string{"/data", "/datalog", "/logs", "/conf"}, Settings: []string{"ZOO_DATA_DIR", "ZOO_DATA_LOG_DIR", "ZOO_LOG_DIR", "ZOO_CONF_DIR"},
	},
}
