package stage

import (
	"encoding/json"
	"path"
	"strings"

	"github.com/dfharden/dfharden/source"
)

// manifest is what is read of a package.json.
type manifest struct {
	Scripts      map[string]string `json:"scripts"`
	Dependencies map[string]string `json:"dependencies"`
}

// manifest reads the package.json in a directory of the image.
func (s *Stage) manifest(dir string) (file string, m manifest, ok bool) {
	file, data, ok := s.graph.ContextFile(path.Join(dir, "package.json"))
	return file, m, ok && json.Unmarshal(data, &m) == nil
}

// Dependency is the version of a dependency, not one of development only, that the
// package.json in a directory of the image asks for; ok is false without one.
func (s *Stage) Dependency(dir, name string) (version string, ok bool) {
	_, m, ok := s.manifest(dir)
	version, has := m.Dependencies[name]
	return version, ok && has
}

// HasPackageScript reports whether the package.json in a directory of the image
// may have a script of that name: it has, or it cannot be read.
func (s *Stage) HasPackageScript(dir, name string) bool {
	_, m, ok := s.manifest(dir)
	_, has := m.Scripts[name]
	return has || !ok
}

// PackageScriptText is a script of the package.json in a directory of the image as it
// is written; ok is false if there is none, or others run before or after it.
func (s *Stage) PackageScriptText(dir, name string) (text string, ok bool) {
	_, m, ok := s.manifest(dir)
	_, before := m.Scripts["pre"+name]
	_, after := m.Scripts["post"+name]
	text, has := m.Scripts[name]
	return text, ok && has && !before && !after
}

// PackageScript lists what a script of the package.json in a directory of the
// image starts.
func (s *Stage) PackageScript(dir, name string, at source.Span) (calls []Call, ok bool) {
	file, m, ok := s.manifest(dir)
	if !ok {
		return nil, false
	}
	var text []string
	for _, step := range []string{"pre" + name, name, "post" + name} {
		if script, ok := m.Scripts[step]; ok {
			text = append(text, script)
		}
	}
	if _, ok := m.Scripts[name]; !ok {
		if name != "start" {
			return nil, false
		}
		text = append(text, "node server.js") // what npm does without one
	}
	return s.parsed(strings.Join(text, "\n"), file, at)
}
