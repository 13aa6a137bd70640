package checks

import (
	"path"
	"regexp"

	"github.com/dfharden/dfharden/stage"
)

// codeBuilders are build tools that run the project's code: its tests, or its name
// spaces while they are compiled. Its logging starts with it.
var codeBuilders = wordSet(`lein clojure clj mvn mvnw gradle gradlew sbt`)

// loggingFile is a configuration of logback or log4j, and logFolder a folder below the
// working directory that it names for a log.
var (
	loggingFile = regexp.MustCompile(`^(logback|log4j2?)[\w.-]*\.xml$`)
	logFolder   = regexp.MustCompile(`(?:<(?:file|fileNamePattern)>|\b(?:fileName|filePattern)=")\s*(?:\./)?([\w-][\w.-]*)/`)
)

// builtLog finds a log that the program keeps below its working directory, where a RUN
// of the image has built the program: that may have made the folder as root.
func (p *Pass) builtLog(f stage.ProjectFile) *Reason {
	if !loggingFile.MatchString(path.Base(f.Name)) {
		return nil
	}
	m := logFolder.FindSubmatch(f.Data)
	if m == nil {
		return nil
	}
	for _, in := range p.runs() {
		for _, c := range p.calls(in) {
			if codeBuilders[c.Name] {
				return reason(rootWritten, in, "%s keeps a log in %s, which %s in line %d may have made as root", f.Name, m[1], c.Name, in.Line)
			}
		}
	}
	return nil
}
