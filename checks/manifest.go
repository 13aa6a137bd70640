package checks

import (
	"path"
	"strings"

	"github.com/dfharden/dfharden/stage"
)

// packageCalls lists what a call that runs a script of package.json starts: the
// script's calls, or the program that a package of the project brings. ok is false
// for other calls, read for a script that cannot be read.
func (p *Pass) packageCalls(c stage.Call) (calls []stage.Call, read, ok bool) {
	name, dir, at := packageScript(c)
	if name == "" {
		return nil, false, false
	}
	if calls, read = p.Graph.Final().PackageScript(dir, name, c.Span); read {
		return calls, true, true
	}
	if _, _, has := p.Graph.ContextFile(path.Join(dir, "package.json")); has && c.Name != "npm" {
		return []stage.Call{c.Passed(at)}, true, true // node_modules/.bin is searched next
	}
	return nil, false, true
}

// packageScript is the script of package.json that a call runs, the directory
// of that file, and the index of the argument that names it. "" is none.
func packageScript(c stage.Call) (name, dir string, at int) {
	runners := map[string]bool{"npm": true, "yarn": true, "pnpm": true, "bun": true}
	if !runners[c.Name] {
		return "", "", 0
	}
	run := false
	dir = c.Dir
	for i := 0; i < len(c.Args); i++ {
		text := c.Args[i].Text
		switch {
		case !c.Args[i].Known, text == "-w", text == "-F", strings.HasPrefix(text, "--workspace"), strings.HasPrefix(text, "--filter"):
			return "", "", 0
		case text == "--prefix", text == "--cwd", text == "-C", text == "--dir":
			if i++; i < len(c.Args) {
				dir = c.Abs(c.Args[i])
			}
		case strings.HasPrefix(text, "-"):
		case !run && (text == "run" || text == "run-script"):
			run = true
		case run, text == "start", text == "test", text == "stop", text == "restart":
			return script(c, text), dir, i
		case c.Name == "npm", ownCommands[text], text == "build" && c.Name == "bun":
			return "", "", 0
		default:
			return script(c, text), dir, i
		}
	}
	return "", "", 0
}

// script is the name of a script; bun takes what looks like a file for one.
func script(c stage.Call, name string) string {
	if c.Name == "bun" && strings.ContainsAny(name, "./") {
		return ""
	}
	return name
}

// ownCommands are commands of yarn, pnpm and bun that are no script's name.
var ownCommands = wordSet(`
	install i add remove rm upgrade up update ci import init link unlink exec dlx node x create test pack publish
	cache config info list why workspace workspaces set version dedupe rebuild fetch prune deploy store audit
`)
