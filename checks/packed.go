package checks

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// packedDirs are directories where Maven and Gradle put what they pack.
var packedDirs = regexp.MustCompile(`^(.*)/(target|build)/(dist|distributions|libs)(/|$)|^(.*)/(target|build)$`)

// packsWritten is a directory that a process writes to, in the descriptors of what
// Maven and Gradle pack.
var packsWritten = regexp.MustCompile(`(?i)(<outputDirectory>|<directory>|into\s*\(?\s*["'])[^<"']*\b(logs?|data|db|tmp|temp|cache|work|run|var|uploads?|state)\b`)

// ownPackage reports whether an archive is what the project's own build packed, with
// no directory for the process to write to, and a Java program starts from it:
// classes and libraries. The working directory itself is given.
func (p *Pass) ownPackage(in *parser.Instruction, c stage.Call) bool {
	from, ok := archive(c)
	m := packedDirs.FindStringSubmatch(c.Dir)
	if !ok || m == nil || strings.Contains(path.Clean("/" + from.Text)[1:], "/") || !p.Graph.HasContext() || p.fetches(in) {
		return false
	}
	root := m[1] + m[5]
	return p.packs(root) && p.onlyJava() && !p.packsWritten()
}

// packs reports whether a RUN calls Maven or Gradle in a directory.
func (p *Pass) packs(root string) bool {
	for _, in := range p.runs() {
		for _, c := range p.calls(in) {
			if (c.Name == "mvn" || c.Name == "mvnw" || c.Name == "gradle" || c.Name == "gradlew") && c.Dir == root && c.Always {
				return true
			}
		}
	}
	return false
}

func (p *Pass) onlyJava() bool {
	java := 0
	for _, c := range p.started() {
		switch {
		case p.at(c) == nil || isFlag(c):
		case c.Name != "java":
			return false
		default:
			java++
		}
	}
	return java > 0
}

func (p *Pass) packsWritten() (found bool) {
	descriptor := func(name string) bool {
		base := path.Base(name)
		return path.Ext(base) == ".xml" && strings.Contains(name, "assembly/") || base == "pom.xml" || strings.HasPrefix(base, "build.gradle")
	}
	p.Graph.ProjectFiles(descriptor, func(f stage.ProjectFile) bool {
		found = packsWritten.Match(f.Data)
		return !found
	})
	return found
}

// fetches reports whether a RUN downloads.
func (p *Pass) fetches(in *parser.Instruction) bool {
	return slices.ContainsFunc(p.calls(in), func(c stage.Call) bool { return c.Name == "curl" || c.Name == "wget" })
}
