package checks

import (
	"path"
	"regexp"
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// runners start the sources of a project, and write nothing beside them; some keep
// sockets and logs in the home. Tried as an unprivileged user in a project whose
// node_modules are root's, with Node.js 20: nodemon 3, ts-node 10, ts-node-dev 2,
// tsx 4, @babel/node 7 (it says that it goes without its cache), pm2 6, forever 4.
var runners = wordSet(`nodemon ts-node ts-node-dev tsnd tsx babel-node pm2 pm2-runtime pm2-docker forever`)

// runnerDoubt is about what a runner starts by its settings, and keeps.
func (p *Pass) runnerDoubt(pl *plan, c stage.Call, in *parser.Instruction) *Reason {
	if !pl.who.Create && !pl.who.Host {
		return reason(buildAtStart, in, "%s keeps sockets and logs in its user's home, and whether that is there is not known", c.Name)
	}
	for _, op := range c.Operands() {
		if processFile.MatchString(op.Text) && strings.HasPrefix(c.Name, "pm2") {
			if _, data, ok := p.Graph.ContextFile(c.Abs(op)); !ok || processHazard.Match(data) {
				return reason(opaqueEntrypoint, in, "%s starts what %s says: that file cannot be read, or names a shell, npm, another user or a log outside the working directory", c.Name, op.Text)
			}
		}
	}
	if c.Name != "nodemon" {
		return nil
	}
	if !p.Graph.HasContext() && len(c.Args) == 0 {
		return reason(opaqueEntrypoint, in, "nodemon starts what nodemon.json or package.json says, which are not in the Dockerfile")
	}
	for _, command := range p.nodemonExec(c) {
		name := path.Base(strings.Fields(command + " ?")[0])
		if !interpreters.MatchString(name) && !runners[name] || strings.ContainsAny(command, "&|;") {
			return reason(buildAtStart, in, "nodemon runs `%s` at every start, which may build in directories that a RUN made as root", command)
		}
	}
	return nil
}

var (
	processFile   = regexp.MustCompile(`(ecosystem|process|pm2)[\w.-]*\.(c?js|json|ya?ml)$|\.config\.c?js$`)
	processHazard = regexp.MustCompile(`["'](/var/|/root|/logs?/)|\b(npm|yarn|pnpm|bash|sudo|uid|gid|user)\b|\.sh\b`)
	execSetting   = regexp.MustCompile(`"exec"\s*:\s*"((?:[^"\\]|\\.)*)"`)
)

// nodemonExec lists the commands that nodemon is told to run: as an option, in
// nodemon.json, or in package.json.
func (p *Pass) nodemonExec(c stage.Call) []string {
	var commands []string
	for i, a := range c.Args {
		if (a.Text == "--exec" || a.Text == "-x") && i+1 < len(c.Args) {
			return []string{c.Args[i+1].Text}
		}
	}
	for _, file := range []string{"nodemon.json", "package.json"} {
		_, data, _ := p.Graph.ContextFile(c.Abs(stage.Arg{Text: file, Known: true}))
		for _, m := range execSetting.FindAllSubmatch(data, -1) {
			commands = append(commands, string(m[1]))
		}
	}
	return commands
}
