package checks

import (
	"bytes"
	"path"
	"regexp"
	"strings"

	"github.com/dfharden/dfharden/stage"
)

var (
	// rootedPath is an absolute path in a command, a setting or a source; its first
	// part is the group.
	rootedPath = regexp.MustCompile("(?:^|[\\s\"'`=:,(\\[>])/([\\w.@+-]*)")
	// opensPath ends in a call or a name that takes a file, not a route.
	opensPath = regexp.MustCompile(`(?i)(file(sync)?|readdir(sync)?|stream|exists(sync)?|stat(sync)?|unlink(sync)?|download|join|resolve|require|import|from|static|chdir|cwd|open|root|dir|directory|folder|views?|templates?|mountpath|workdir)\W*$`)
	// urlPath ends in a call or a name that takes a path of a URL: handlers, clients,
	// addresses. The views of Fastify are joined to their directory whatever they begin
	// with; seen with @fastify/view 10.
	urlPath = regexp.MustCompile("(?i)\\.(get|post|put|delete|patch|use)\\(\\s*[\"'`]?$|(url|uri|href|endpoint)s?(?:\\.\\w+)?[\"']?\\s*[:=]\\s*[\"'`]?$|\\breply\\.view(async)?\\([\"'`]?$")
	// upward are steps to the directory above, in a path, or by a function for it.
	upward   = regexp.MustCompile("(?:^|[\"'`/(\\s])(\\.\\.(?:/\\.\\.)*)(?:[\"'`/)\\s]|$)")
	upwardBy = regexp.MustCompile(`\bdirname\(|\.parent\b|\.getParent\w*\(`)
	// mountedAt is where a command mounts something.
	mountedAt = regexp.MustCompile(`(?:-v|--volume|--mount)[ =]\S*[:=]/([\w.@+-]*)`)
)

// jvm are endings of sources in which get may take a file: Paths.get("/conf").
var jvm = wordSet(`.java .kt .scala .groovy .clj`)

// placed are files of a project that may say where it lies, beside its sources.
var placed = wordSet(`.jsx .tsx .vue .svelte .json .yml .yaml .toml .sh .env .conf .xml .html .hbs .ejs .pug .mustache .cts .mts .md`)

// made are directories that tools make below a project, or that are not read.
var made = strings.Fields(`node_modules dist build out lib public coverage test tests spec docs vendor .next`)

// saysPlace reports whether the file or the project says that the project lies in
// the root directory, and would not find it elsewhere: by an absolute path, by one
// that leads above it, or by a mount. So it does where a part of the project is
// called like a directory of the system, which it may be meant for.
func (p *Pass) saysPlace(pl *plan, at int) bool {
	for i, in := range pl.stage.Instructions {
		if in.Name == "copy" || in.Name == "add" || i < at && in.Name != "env" {
			continue
		}
		for _, m := range rootedPath.FindAllStringSubmatch(in.Rest.Text, -1) {
			if !system("/"+m[1]) || m[1] == "" {
				return true
			}
		}
		if upward.MatchString(in.Rest.Text) {
			return true
		}
	}
	return mountedAt.Match(p.File.Src) || p.projectSays()
}

// projectSays is saysPlace for the files of the build context.
func (p *Pass) projectSays() (found bool) {
	parts := map[string]bool{}
	for _, dir := range made {
		parts[dir] = true
	}
	all := func(name string) bool {
		part, _, _ := strings.Cut(name, "/")
		parts[part] = true
		found = found || system("/"+part)
		return false
	}
	p.Graph.ProjectFiles(all, func(stage.ProjectFile) bool { return true })
	wanted := func(name string) bool {
		ext := path.Ext(name)
		return (sourceEnds[ext] || placed[ext] || ext == "") && !testFile.MatchString(name) && path.Base(name) != "package-lock.json"
	}
	seen := false
	p.Graph.ProjectFiles(wanted, func(f stage.ProjectFile) bool {
		if path.Ext(f.Name) == "" && !bytes.HasPrefix(f.Data, []byte("#!")) && path.Base(f.Name) != "Procfile" {
			return true
		}
		seen = true
		for _, line := range strings.Split(string(f.Data), "\n") {
			found = found || says(f.Name, strings.TrimSpace(line), parts)
		}
		return !found
	})
	return found || !seen
}

// says judges one line of a file; parts are the names in the project's own directory.
func says(file, line string, parts map[string]bool) bool {
	ext := path.Ext(file)
	if ext == ".md" {
		return mountedAt.MatchString(line)
	}
	if isComment(file, line) {
		return false
	}
	depth := strings.Count(file, "/")
	if steps := stepsUp(line); steps > depth || steps > 0 && strings.Contains(line, "cwd()") || len(upwardBy.FindAllString(line, -1)) > depth+1 {
		return true
	}
	for _, m := range rootedPath.FindAllStringSubmatchIndex(line, -1) {
		before, part := line[:m[2]-1], line[m[2]:m[3]]
		switch {
		case pathEnd.MatchString(before) || !jvm[ext] && urlPath.MatchString(before) || part != "" && system("/"+part):
		case parts[part] || opensPath.MatchString(before) || strings.Contains(line, "import.meta.url"):
			return true
		case (ext == ".yml" || ext == ".yaml") && strings.HasSuffix(before, ":"):
			return true // of a volume
		}
	}
	return false
}

// stepsUp counts the steps to the directory above that a line makes in paths.
func stepsUp(line string) (n int) {
	for _, m := range upward.FindAllStringSubmatch(line, -1) {
		n += strings.Count(m[1], "..")
	}
	return n
}
