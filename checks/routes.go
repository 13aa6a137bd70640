package checks

import (
	"bytes"
	"path"
	"regexp"
	"strings"

	"github.com/dfharden/dfharden/stage"
)

// fileScheme ends in a scheme whose URLs name files: "sqlite://localhost/data/app.db".
var fileScheme = regexp.MustCompile(`(?i)(sqlite3?|file)(\+\w+)?:$`)

// urlFile is the file that a URL names, behind its host; "" for one of the network.
func urlFile(scheme, name string) string {
	_, file, ok := strings.Cut(name[1:], "/")
	if !ok || !fileScheme.MatchString(scheme) {
		return ""
	}
	return "/" + file
}

// constant is the name that a line gives to a path.
var constant = regexp.MustCompile(`(\w+)\s*(?::\s*String\s*)?:?=\s*["']/`)

// isRoute reports whether a line gives a name to a path of HTTP, of a single word:
// the project does nothing with that name but register a handler for it, as in
// "router.GET(dbPath, db)", or compare it, as in "case dbPath:".
func (p *Pass) isRoute(f stage.ProjectFile, line, name string) bool {
	m := constant.FindStringSubmatch(line)
	if m == nil || strings.ContainsAny(name[1:], "/.") {
		return false
	}
	const handlers = `\.(GET|POST|PUT|PATCH|DELETE|HEAD|Handle|HandleFunc|route)\(\s*`
	ident := `\b` + m[1] + `\b`
	all := regexp.MustCompile(ident)
	asRoute := regexp.MustCompile(handlers + ident + `\s*,|\bcase\s+` + ident + `|==\s*` + ident)
	uses, routes := 0, 0
	p.Graph.ProjectFiles(func(other string) bool { return path.Ext(other) == path.Ext(f.Name) }, func(other stage.ProjectFile) bool {
		for _, text := range bytes.Split(other.Data, []byte("\n")) {
			if constant.Match(text) {
				continue // it is defined, not used
			}
			uses += len(all.FindAll(text, -1))
			routes += len(asRoute.FindAll(text, -1))
		}
		return true
	})
	return routes > 0 && uses == routes
}
