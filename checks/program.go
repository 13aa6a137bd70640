package checks

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/source"
	"github.com/dfharden/dfharden/stage"
)

// interpreters run a program of the project and need no root for themselves.
var interpreters = regexp.MustCompile(`^(java|node|nodejs|node-\d+|deno|bun|python[\d.]*|pypy[\d.]*|ruby|perl|php|dotnet|mono|erl|elixir|lua[\d.]*|luajit|Rscript|R|julia|guile|sbcl|scala|kotlin|groovy|racket|tclsh|escript|swipl|irb|jshell|jython|pwsh|pwsh-preview|powershell|iex|ghci|ghc|runghc|clisp|gosh|jruby|truffleruby|ringo|coffee)$`)

// appServers serve a program of the project, on ports that they are told.
var appServers = wordSet(`
	gunicorn uvicorn hypercorn daphne celery flask streamlit waitress-serve uwsgi puma unicorn pitchfork thin rackup
	http-server serve json-server fastapi granian chalice django-admin sidekiq rq dramatiq huey_consumer luigi
	hypnotoad morbo plackup starman pserve aioworkers pyvoy robyn rr scrapy alembic sequelize sequelize-cli knex typeorm
	mlflow prefect dagster panel bokeh voila chainlit litestar sanic aiohttp twistd falcon iodine next rage pitchfork pytest soli
`)

// harmless are programs and words of the shell that need nothing of root's.
var harmless = wordSet(`
	echo printf sleep cat tail head true false date ls test [ [[ cd set export ulimit wait exit trap umask unset
	read shift eval exec : env printenv hostname uname whoami curl wget nc grep sed awk tr cut sort wc tee seq
	expr basename dirname pwd jq find xargs timeout kill sh bash ash dash source . cp mkdir touch rm mv id which
	command local return let nproc dumb-init tini git tar base64 sha256sum md5sum diff stat du df ps time yes
	envsubst python-config readlink realpath getent egrep fgrep zgrep getopts getopt declare typeset type hash alias
	uniq shopt pushd popd break continue readarray mapfile tty stty clear tput arch nl rev shuf comm paste fold cmp file
	strings od xxd hexdump tac column iconv locale bc dc numfmt pgrep pidof pkill free uptime logger mktemp nslookup dig
	host psql pg_isready mysqladmin mysql mariadb mariadb-admin redis-cli mongosh sqlcmd sha1sum sha512sum cksum zcat uniq join split expand
	gzip gunzip bzip2 xz unzip zip tput nohup let times dos2unix less more ldd ss netstat ln
`)

// programDoubt finds a program that is neither the project's own nor known to
// run without root: what a package brings may need devices, raw sockets or
// directories of root's.
func (p *Pass) programDoubt(pl *plan) *Reason {
	functions := map[string]bool{"": true}
	for _, c := range p.started() {
		functions[c.Func] = true
	}
	argument := p.argument()
	for _, c := range p.started() {
		in := p.at(c)
		if in == nil || isFlag(c) || c.Script != "" && (handsOver(c) || c.Name != "" && functions[c.Name]) {
			continue
		}
		if c.Name == "" {
			return reason(unknownProgram, in, "what %s starts depends on a variable or a substitution", strings.ToUpper(in.Name))
		}
		if pl != nil {
			if r := p.homeProgram(pl, c); r != nil {
				return r
			}
		}
		if module := foreignModule(c); module != "" && !p.hasSources(p.Graph.Final()) {
			return reason(unknownProgram, in, "whether %s needs root is not known: it is not the project's own program", module)
		}
		if file := scriptFile(c); file != "" && p.fetched(file) {
			return reason(unknownProgram, in, "whether %s needs root is not known: it is a download, not the project's own program", file)
		}
		if file := scriptFile(c); file != "" && p.mountedProject(c, file) {
			return reason(mountedFiles, in, "%s is nothing that this file brings into the image: where whoever runs it mounts the project, its files belong to that user, not to the account", file)
		}
		if c.Script != "" && interpreters.MatchString(c.Name) && hasInput(c) {
			return reason(opaqueEntrypoint, in, "what %s does is not known: it reads its program from a here-document", said(c))
		}
		if in.Name == "cmd" && argument || interpreters.MatchString(c.Name) || appServers[c.Name] || harmless[c.Name] || startsProject(c) || p.runsDart(c) || p.isKnown(c) || p.covered(c) || p.ownProgram(c) || p.busyboxServer(c) || p.buildsInOwn(pl, c) {
			continue
		}
		if !in.JSON && strings.HasPrefix(c.Path, "[") {
			return reason(unknownProgram, in, "%s in line %d is no JSON, which has double quotes: a shell looks for a program called %s", strings.ToUpper(in.Name), in.Line, c.Path).with("write it as a list with double quotes")
		}
		return reason(unknownProgram, in, "whether %s needs root is not known: it is neither the project's own program nor one that dfharden knows", said(c))
	}
	return nil
}

// startsProject reports whether a tool starts a program of the project, which is
// looked at by itself, or the project; toolDoubt has seen what else it does.
func startsProject(c stage.Call) bool {
	_, ok := passed(c)
	return ok || runners[c.Name] || c.Name == "rails" || c.Name == "rake" || c.Name == "next" || c.Name == "nuxt" || c.Name == "vite"
}

// runsDart reports whether a call is dart with a program of the project.
func (p *Pass) runsDart(c stage.Call) bool {
	return c.Name == "dart" && strings.HasSuffix(c.Sub(), ".dart") && p.openDart()
}

// isKnown reports whether the table has a program; knownDoubt says what it needs.
func (p *Pass) isKnown(c stage.Call) bool {
	_, ok := p.known(c)
	return ok
}

// handsOver reports whether a script's call is the arguments that it was given:
// `exec "$@"`.
func handsOver(c stage.Call) bool {
	for _, w := range c.Words {
		if raw := strings.Trim(w.Raw, `"`); raw == "$@" || raw == "$*" || raw == "${@}" {
			return c.Name == ""
		}
	}
	return false
}

// scriptFile is the file that an interpreter is called with, "" if there is none: a
// prompt, a module, or a program in an argument.
func scriptFile(c stage.Call) string {
	if !interpreters.MatchString(c.Name) || c.Has("-m", "-e", "-c", "-r", "--eval", "-E") {
		return ""
	}
	if c.Name == "java" {
		for i, a := range c.Args {
			if a.Text == "-jar" && i+1 < len(c.Args) {
				return c.Args[i+1].Text
			}
		}
		return ""
	}
	return c.Sub()
}

// foreignModule is the module that python runs by name, unless it is a server
// that is known.
func foreignModule(c stage.Call) string {
	if !strings.HasPrefix(c.Name, "python") {
		return ""
	}
	for i, a := range c.Args {
		if a.Text == "-m" && i+1 < len(c.Args) {
			if name := c.Args[i+1].Text; !appServers[name] && name != "http.server" && name != "SimpleHTTPServer" {
				return name
			}
		}
	}
	return ""
}

// argument reports whether CMD is the argument list of an ENTRYPOINT that starts a
// program of its own, and does not start what it is given.
func (p *Pass) argument() bool {
	start := p.Graph.Final().End().Start
	if start.Cmd == nil {
		return false
	}
	if start.Entrypoint == nil {
		return len(start.BaseEntry) > 0 && interpreters.MatchString(path.Base(start.BaseEntry[0]))
	}
	calls := p.calls(start.Entrypoint)
	if len(calls) == 0 || wrappers[calls[0].Name] {
		return false
	}
	name, span, _, script := p.scriptOf(calls[0])
	return !script || p.keeps(calls[0].Abs(stage.Arg{Text: name, Known: true}), span)
}

// keeps reports whether a script does not start what CMD gives it: it never
// starts its arguments, or compares them with CMD's first word.
func (p *Pass) keeps(abs string, span source.Span) bool {
	inner, read := p.Graph.Final().ScriptCalls(abs, span)
	cmd := p.Graph.Final().End().Start.Cmd
	if !read || !cmd.JSON {
		return false
	}
	if _, data, ok := p.Graph.FileAt(abs); ok && len(cmd.Args) > 0 && keyword(string(data), cmd.Arg(0)) {
		return true
	}
	for _, c := range inner {
		if mayHandOver(c) {
			return false
		}
	}
	return true
}

// mayHandOver reports whether a script's call may start the script's arguments.
func mayHandOver(c stage.Call) bool {
	for _, w := range c.Words {
		if raw := strings.Trim(w.Raw, `"`); positional.MatchString(raw) {
			_, _, script := scriptOf(c)
			return c.Name == "" || c.Name == "eval" || c.Name == "xargs" || shellNames[c.Name] || script
		}
	}
	return false
}

var positional = regexp.MustCompile(`\$\{?[@*1-9]`)

// wrappers start what their arguments name.
var wrappers = wordSet(`
	tini tini-static dumb-init catatonit env exec sh bash
`)

// busyboxServer reports whether a program is BusyBox's httpd, which only serves
// files.
func (p *Pass) busyboxServer(c stage.Call) bool {
	distro, _ := p.Graph.Final().Distro()
	if c.Name != "httpd" || distro != image.Alpine && distro != image.BusyBox {
		return false
	}
	for _, in := range p.runs() {
		for _, b := range p.calls(in) {
			if b.Manager() != "" && strings.Contains(fmt.Sprint(texts(b)), "apache2") {
				return false
			}
		}
	}
	return hasLetter(c, 'f', "--foreground")
}
