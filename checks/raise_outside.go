package checks

import (
	"path"
	"regexp"

	"github.com/dfharden/dfharden/stage"
)

// localPackage is a dependency of package.json in a directory: npm runs its scripts
// there, and writes beside it.
var localPackage = regexp.MustCompile(`"(?:file|link|portal):([^"]+)"`)

// packagesOutside reports whether package.json names a package that lies outside of
// the account's directories.
func (r *raise) packagesOutside(dir string, manifest []byte) bool {
	for _, m := range localPackage.FindAllSubmatch(manifest, -1) {
		name := path.Clean(string(m[1]))
		if !path.IsAbs(name) {
			name = path.Join(dir, name)
		}
		if !r.mine(name) {
			return true
		}
	}
	return false
}

var (
	// toolSettings are files by which tools of a project are told where to write.
	toolSettings = regexp.MustCompile(`(^|/)((ts|js)config[\w.-]*\.json|\.(babel|parcel|mocha|postcss|swc)rc[\w.]*|[\w-]+\.config\.(js|cjs|mjs|ts|mts|json)|package\.json)$`)
	absolutePath = regexp.MustCompile("[\"'`](/[\\w.@+/-]+)[\"'`]")
)

// toolsOutside reports whether settings of the project's tools name a directory of the
// system: "outDir": "/usr/share/site". Other absolute paths are addresses mostly.
func (r *raise) toolsOutside() (found bool) {
	r.p.Graph.ProjectFiles(toolSettings.MatchString, func(f stage.ProjectFile) bool {
		for _, m := range absolutePath.FindAllSubmatch(f.Data, -1) {
			name := path.Clean(string(m[1]))
			found = found || (system(name) || runTimePath(name) || mountDir.MatchString(name)) && name != "/" && !within(name, "/tmp") && !r.mine(name)
		}
		return !found
	})
	return found
}

// settingsOutside reports whether a script reads a settings file of the project that
// names an absolute path.
func (r *raise) settingsOutside(dir string, script []byte) bool {
	for _, m := range quotedFile.FindAllSubmatch(script, -1) {
		name := string(m[1])
		if _, data, ok := r.p.Graph.ContextFile(path.Join(dir, name)); ok && settingsAbsolute.Match(data) {
			return true
		}
	}
	return false
}

var settingsAbsolute = regexp.MustCompile(`(?m)["'\s=:]/\w|\.\./`)
