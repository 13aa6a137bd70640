package checks

import (
	"path"
	"regexp"

	"github.com/dfharden/dfharden/source"
	"github.com/dfharden/dfharden/stage"
)

// nodeSubs are the subcommands of npm and yarn that install what
// package.json names, or only look.
var nodeSubs = wordSet(`
	add audit cache ci clean-install config dedupe fund i install ls outdated prune rebuild remove set uninstall
	version why
`)

// nodeHooks are the scripts of package.json that an installation runs.
// Source: https://docs.npmjs.com/cli/v11/using-npm/scripts
var nodeHooks = []string{"preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare"}

// installsNode is npm, yarn and npx in a directory whose package.json can be
// read: what its scripts call has to need no root either. The scripts of
// dependencies are taken to be what developers run as themselves every day.
func (r *raise) installsNode(c stage.Call) bool {
	if c.Has("-g", "--global", "global", "--location=global", "link", "workspace", "workspaces") || elsewhere(c) || !r.mine(c.Dir) || !r.staysIn(c) || r.npmrc(c.Dir) {
		return false
	}
	if _, data, ok := r.p.Graph.ContextFile(path.Join(c.Dir, "package.json")); !ok || r.packagesOutside(c.Dir, data) {
		return false
	}
	sub := c.Sub()
	if c.Name == "npx" {
		return nodeTools[sub] && r.runsTool(c)
	}
	if name, _, _ := packageScript(c); name != "" && !nodeSubs[sub] {
		return r.script(c, name, c.Span) || c.Name != "npm" && nodeTools[name] && !r.hasScript(c, name) && r.runsTool(c)
	}
	switch {
	case sub == "exec" && len(c.Operands()) > 1:
		return nodeTools[c.Operands()[1].Text] && r.runsTool(c)
	case sub != "" && !nodeSubs[sub]:
		return false
	case c.Has("--ignore-scripts"):
		return true
	}
	for _, hook := range nodeHooks {
		if r.hasScript(c, hook) && !r.script(c, hook, c.Span) {
			return false
		}
	}
	return true
}

// elsewhere reports whether a call is told of another package.json than that of
// its directory.
func elsewhere(c stage.Call) bool {
	return c.Has("-C", "-w", "-ws") || hasPrefix(c, "--prefix") || hasPrefix(c, "--cwd") || hasPrefix(c, "--workspace") || hasPrefix(c, "--modules-folder")
}

// script reports whether a script of package.json needs no root.
func (r *raise) script(c stage.Call, name string, at source.Span) bool {
	calls, ok := r.s.PackageScript(c.Dir, name, at)
	if !ok || len(calls) == 0 || r.depth >= maxDepth {
		return false
	}
	r.depth++
	defer func() { r.depth-- }()
	dir := c.Dir
	for i, call := range calls {
		call.Dir = dir
		if i == 0 && call.Name == "cd" && r.goesThere(c.Dir, name) {
			dir = call.Abs(call.Args[0])
			continue
		}
		if nodeTools[call.Name] && call.Path == call.Name && !call.Sudo && r.redirectsIn(call) && r.runsTool(call) {
			continue
		}
		if call.Name == "cd" || !r.needsNone(call) {
			return false
		}
	}
	return true
}

// goesThere reports whether all of a script of package.json runs in the directory
// that a cd at its beginning goes to.
func (r *raise) goesThere(dir, name string) bool {
	text, ok := r.s.PackageScriptText(dir, name)
	return ok && goesTo.MatchString(text)
}

var goesTo = regexp.MustCompile(`^\s*cd [\w./-]+ *&&[^()|;]*$`)

// runsTool reports whether a tool of a project writes where the account may. Its
// configuration may send it to a directory beside its own: "outDir: ../public".
func (r *raise) runsTool(c stage.Call) bool {
	up := path.Dir(c.Dir)
	return r.staysIn(c) && !r.toolsOutside() && (r.mine(up) || standardDirs[up] || neverOwned[up] || up == "/opt")
}

func (r *raise) hasScript(c stage.Call, name string) bool { return r.s.HasPackageScript(c.Dir, name) }

var npmrcPaths = regexp.MustCompile(`(?mi)^\s*"?-*(install\.)?(cache|prefix|store-?dir|modules-folder|(cache|global|virtual)-?folder|global-[a-z]+|globalconfig|userconfig)\b`)

// npmrc reports whether the project's settings send npm or yarn to other directories.
func (r *raise) npmrc(dir string) bool {
	for _, name := range []string{".npmrc", ".yarnrc", ".yarnrc.yml"} {
		if _, data, ok := r.p.Graph.ContextFile(path.Join(dir, name)); ok && npmrcPaths.Match(data) {
			return true
		}
	}
	return false
}

// nodeTools are programs of a project's dependencies that build it, check it or run
// its sources. Tried as an unprivileged user in a project of its own, with Node.js
// 20: all write below the project, the home and /tmp only. rootless-npm and
// rootless-yarn have a stand-in for rollup.
var nodeTools = wordSet(`
	babel esbuild eslint jest mocha next nodemon parcel postcss prettier react-scripts rimraf rollup sass swc tailwindcss ts-node
	ts-node-dev tsc tsup tsx vite vitest webpack
`)
