package checks

import (
	"bytes"
	"path"
	"regexp"
	"strings"

	"github.com/dfharden/dfharden/stage"
)

// isServer reports whether a package is that of a server.
func isServer(pkg string) bool {
	return serverPackages[pkg] || strings.HasPrefix(pkg, "php") && strings.HasSuffix(pkg, "-fpm")
}

// leavesAlone reports whether nothing in the project's own files names the server of
// a package: then the program does not start it. It does not hold of an image whose
// files are not known.
func (p *Pass) leavesAlone(pkg string) bool {
	name, read := serverWord(pkg), false
	p.Graph.ProjectFiles(isCode, func(f stage.ProjectFile) bool {
		read = true
		for line := range bytes.Lines(f.Data) {
			if text := string(line); !isComment(f.Name, strings.TrimSpace(text)) && name.MatchString(cutComment(text)) {
				read = false
				return false
			}
		}
		return true
	})
	return read
}

// isCode reports whether a file's name is one of those that can start something.
func isCode(name string) bool {
	base := path.Base(name)
	return sourceEnds[path.Ext(base)] || scriptEnd.MatchString(base) || path.Ext(base) == "" && base != "Dockerfile" || codeFile[base]
}

var codeFile = wordSet(`package.json composer.json Makefile Procfile Rakefile justfile Taskfile.yml supervisord.conf`)

// cutComment drops what stands behind "//" or " #".
func cutComment(line string) string {
	line, _, _ = strings.Cut(line, "//")
	line, _, _ = strings.Cut(line, " #")
	return line
}

// serverWord finds the name of a package's server, or of its programs.
func serverWord(pkg string) *regexp.Regexp {
	for _, w := range []string{"nginx", "apache|httpd", "lighttpd", "haproxy", "mysql|mariadb", "postgres|pg_ctl", "redis", "mongo", "rabbitmq", "varnish", "squid", "postfix|sendmail", "supervisor", "cron", "ssh", "tomcat|catalina", "fpm"} {
		if re := regexp.MustCompile("(?i)" + w); re.MatchString(pkg) {
			return re
		}
	}
	return regexp.MustCompile("")
}
