package checks

import (
	"bytes"
	"path"
	"regexp"
	"slices"

	"github.com/dfharden/dfharden/parser"
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
	// logProperty is a variable of such a configuration, and logDefault a use of one
	// that says what it is without it.
	logProperty = regexp.MustCompile(`(?i)<(?:property|variable)\s+name="([\w.-]+)"(?:\s+value="([^"]*)"|>([^<]*)<)`)
	logDefault  = regexp.MustCompile(`\$\{[\w.-]+:-([^}$]*)\}`)
)

// withProperties puts the variables of a configuration in their places.
func withProperties(data []byte) []byte {
	for _, m := range logProperty.FindAllSubmatch(data, -1) {
		data = bytes.ReplaceAll(data, []byte("${"+string(m[1])+"}"), slices.Concat(m[2], m[3]))
	}
	return logDefault.ReplaceAll(data, []byte("$1"))
}

// builtLog finds a log that the program keeps below its working directory, where a RUN
// of the image has built the program: that may have made the folder as root.
func (p *Pass) builtLog(pl *plan, f stage.ProjectFile) *Reason {
	folder := logsTo(f)
	if folder == "" {
		return nil
	}
	in, c := p.codeBuilder()
	if in == nil || givenItself(pl, path.Join(c.Dir, folder)) {
		return nil
	}
	return reason(rootWritten, in, "%s keeps a log in %s, which %s in line %d may have made as root", f.Name, folder, c.Name, in.Line)
}

// logsTo is the folder below the working directory where a file of settings has a log
// kept; "" if there is none.
func logsTo(f stage.ProjectFile) string {
	if !loggingFile.MatchString(path.Base(f.Name)) {
		return ""
	}
	if m := logFolder.FindSubmatch(withProperties(f.Data)); m != nil {
		return string(m[1])
	}
	return ""
}

// codeBuilder finds the first RUN that builds the program; nil if there is none.
func (p *Pass) codeBuilder() (*parser.Instruction, stage.Call) {
	for _, in := range p.runs() {
		for _, c := range p.calls(in) {
			if codeBuilders[c.Name] {
				return in, c
			}
		}
	}
	return nil, stage.Call{}
}

// builtLogs lists the folders of such logs, to be given with the few files that the build
// may have begun; not where a copy may bring them, which would be stored twice.
func (p *Pass) builtLogs(work stage.Dir) (dirs []touch) {
	in, c := p.codeBuilder()
	if in == nil || work.At == nil || c.Dir != work.Path || !ownable(work.Path) {
		return nil
	}
	p.Graph.ProjectFiles(func(name string) bool { return loggingFile.MatchString(path.Base(name)) }, func(f stage.ProjectFile) bool {
		dir := path.Join(work.Path, logsTo(f))
		covered := slices.ContainsFunc(p.transfers(), func(t transfer) bool { return t.Dest == "" || within(t.Dest, dir) || t.Dir && below(dir, t.Dest) })
		if dir != work.Path && !covered && printable(dir) {
			dirs = append(dirs, touch{Path: dir, At: in, Recursive: true})
		}
		return true
	})
	return dirs
}
