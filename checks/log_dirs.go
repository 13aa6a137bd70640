package checks

import (
	"path"
	"regexp"
	"strings"

	"github.com/dfharden/dfharden/stage"
)

// logSettings are files that a logging library reads. It makes the directory of a log
// where that is not there. Sources: logback.qos.ch/manual/appenders.html (FileAppender:
// parent directories are created), logging.apache.org/log4j/2.x/manual/appenders.html
// (FileManager makes them), docs.spring.io, logging.file.name and logging.file.path.
var logSettings = regexp.MustCompile(`^(logback|log4j2?)[\w.-]*\.(xml|properties|ya?ml)$|^application[\w-]*\.properties$`)

// springLog is Spring's setting of a log; other lines of its files are about the program.
var springLog = regexp.MustCompile(`^logging\.(file|path|file\.name|file\.path)\s*[=:]`)

// logDirs lists the directories that the settings of the program's logging name, where
// the fix can make and give them: below /var/log, or outside the system's. A log that
// a build may have begun as root is none of them.
func (p *Pass) logDirs() []touch {
	var out []touch
	wanted := func(name string) bool { return logSettings.MatchString(path.Base(name)) && !testFile.MatchString(name) }
	p.Graph.ProjectFiles(wanted, func(f stage.ProjectFile) bool {
		for _, line := range strings.Split(string(f.Data), "\n") {
			text := strings.TrimSpace(line)
			if isComment(f.Name, text) || strings.HasPrefix(path.Base(f.Name), "application") && !springLog.MatchString(text) {
				continue
			}
			for _, m := range settingPath.FindAllStringSubmatchIndex(text, -1) {
				if dir := logDir(text[m[2]:m[3]], text[m[3]:]); ownable(dir) && (below(dir, "/var/log") || topLevel(dir)) && !p.namedInRun(dir) {
					out = append(out, touch{Path: dir})
				}
			}
		}
		return true
	})
	if len(out) > 0 && p.loggedInBuild() {
		return nil
	}
	return out
}

// logDir is the directory of a log; behind is what stands behind its path. A name with
// an ending, or one that a pattern goes on with, is that of a file.
func logDir(name, behind string) string {
	if strings.HasSuffix(name, "/") {
		return path.Clean(name)
	}
	if path.Ext(name) != "" || strings.HasSuffix(name, "-") || strings.HasSuffix(name, "_") || strings.HasPrefix(behind, "%") || strings.HasPrefix(behind, "$") {
		return path.Dir(path.Clean(name))
	}
	return path.Clean(name)
}

// namedInRun reports whether a RUN names a path, or something below it.
func (p *Pass) namedInRun(dir string) bool {
	for _, in := range p.runs() {
		for _, c := range p.calls(in) {
			if mentions(c, dir) {
				return true
			}
		}
	}
	return false
}

// loggedInBuild reports whether a RUN of the image runs the project's code, its tests
// for instance, whose logging starts with it. Without tests Maven and Gradle do not.
func (p *Pass) loggedInBuild() bool {
	for _, in := range p.runs() {
		for _, c := range p.calls(in) {
			switch c.Name {
			case "mvn", "mvnw", "gradle", "gradlew":
				if p.Graph.HasTests() {
					return true
				}
			default:
				if codeBuilders[c.Name] || c.Name == "java" {
					return true
				}
			}
		}
	}
	return false
}
