package checks

import (
	"bytes"
	"path"
	"regexp"
	"strings"

	"github.com/dfharden/dfharden/stage"
)

// plainModules are modules of Python's library that ask for nothing of root's, and
// write where they are told.
var plainModules = wordSet(`
	__future__ argparse array base64 binascii bisect calendar codecs collections colorsys configparser contextlib copy csv
	dataclasses datetime decimal difflib enum fractions functools glob gzip hashlib heapq html io itertools json logging
	math operator os pathlib pickle platform pprint random re secrets shutil sqlite3 statistics string struct sys tarfile
	textwrap time typing unicodedata urllib uuid warnings xml zipfile zlib
`)

var (
	importLine = regexp.MustCompile(`^\s*(?:import\s+(.+)|from\s+([\w.]+)\s+import\b.*)$`)
	// reachesOut is what may lead a script out of its directory, or needs rights.
	reachesOut = regexp.MustCompile(`(?m)["']/|\.\./|["']\.\.["']|(?i:home|environ|getenv|putenv)|expand(user|vars)|chown|chroot|chmod|set[eg]?[ug]id|setgroups|mkfifo|mknod|mount|system\(|popen|spawn|fork|os\.exec|(^|[^.\w])(exec|eval)\(|__import__|importlib|chdir|pardir|parent\.parent|parents\b|dirname\([^)]*dirname|\bsep\b|sys\.(prefix|base_prefix|exec_prefix|executable|path)\b`)
)

// runsScript is python with a script of the build context that uses no other modules
// than plain ones, and names no path but below its directory.
func (r *raise) runsScript(c stage.Call) bool {
	if len(c.Args) == 0 || strings.HasPrefix(c.Args[0].Text, "-") || !r.mine(c.Dir) || !r.staysIn(c) {
		return false
	}
	name := c.Abs(c.Args[0])
	_, data, ok := r.p.Graph.ContextFile(name)
	if !ok || path.Ext(name) != ".py" || reachesOut.Match(data) || r.settingsOutside(c.Dir, data) {
		return false
	}
	for _, line := range bytes.Split(data, []byte("\n")) {
		if m := importLine.FindSubmatch(line); m != nil && !plainImport(string(m[1])+string(m[2])) {
			return false
		}
	}
	return true
}

// plainImport reports whether all modules of an import are plain ones.
func plainImport(list string) bool {
	for _, name := range strings.Split(list, ",") {
		name, _, _ = strings.Cut(strings.TrimSpace(name), " ")
		if name, _, _ = strings.Cut(name, "."); !plainModules[name] {
			return false
		}
	}
	return true
}
