package checks

import (
	"path"
	"regexp"
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/source"
	"github.com/dfharden/dfharden/stage"
)

// maxDepth bounds how deep scripts that call scripts are followed.
const maxDepth = 5

// follow lists calls, and behind each one that starts a script of the build
// context what that calls. What it cannot read it notes.
func (p *Pass) follow(calls []stage.Call, depth int, seen map[string]bool) []stage.Call {
	out := make([]stage.Call, 0, len(calls))
	for i, c := range calls {
		if inner, read, ok := p.packageCalls(c); ok {
			if !read || depth == maxDepth {
				out = append(out, c)
				continue
			}
			p.managers = append(p.managers, c)
			out = append(out, p.follow(inner, depth+1, seen)...)
			continue
		}
		if server, ok := p.serverScript(c); ok || p.zookeeperScript(c) {
			out = append(out, server)
			continue
		}
		name, span, first, ok := p.scriptOf(c)
		if !ok || onlyLooks(calls, i) || name == c.Path && p.linkedHere(c.Name) {
			out = append(out, c)
			if inner, ok := passed(c); ok && depth < maxDepth {
				out = append(out, p.follow([]stage.Call{inner}, depth+1, seen)...)
			}
			continue
		}
		abs := c.Abs(stage.Arg{Text: name, Known: true})
		if !strings.Contains(name, "/") && !shellNames[c.Name] {
			abs = p.inPath(name)
		}
		if seen[abs] {
			continue
		}
		seen[abs] = true
		inner, read := p.Graph.Final().ScriptCalls(abs, span)
		if !read && p.interpreted(abs) {
			out = append(out, c)
			continue
		}
		if !read || depth == maxDepth {
			p.unread = append(p.unread, scriptRef{name, p.at(c), span})
			out = append(out, c)
			continue
		}
		out = append(out, p.follow(inner, depth+1, seen)...)
		if next, ok := handedOver(inner, c, first); ok {
			out = append(out, p.follow([]stage.Call{next}, depth+1, seen)...)
		}
	}
	return out
}

// serverScript is the call of a script of the base image for which that has a
// recipe: by its name, or as the argument of a shell.
func (p *Pass) serverScript(c stage.Call) (stage.Call, bool) {
	r := recipes[p.Graph.Final().Facts.Name]
	if r == nil || c.Command == nil {
		return c, false
	}
	if shellNames[c.Name] && len(c.Args) > 0 {
		c = c.Passed(0)
	}
	_, _, brought := p.Graph.ContextFile(c.Path)
	return c, scriptEnd.MatchString(c.Path) && r.Programs[c.Name] && !brought && !p.isScript(c)
}

// scriptOf is the script that a call of ENTRYPOINT or CMD starts, and the index of
// the first argument that is for the script.
func (p *Pass) scriptOf(c stage.Call) (name string, span source.Span, first int, ok bool) {
	if p.at(c) == nil {
		return "", source.Span{}, 0, false
	}
	name, span, ok = scriptOf(c)
	if !ok && c.Command != nil && p.isScript(c) {
		name, span, ok = c.Path, c.Span, true
	}
	if c.Script != "" {
		span = c.Span
	}
	if name != c.Path {
		for first < len(c.Args) && c.Args[first].Text != name {
			first++
		}
		first++
	}
	return name, span, first, ok
}

// isScript reports whether the build context has a script where a call's program
// is, whatever its name.
func (p *Pass) isScript(c stage.Call) bool {
	abs := c.Abs(stage.Arg{Text: c.Path, Known: true})
	if !strings.Contains(c.Path, "/") {
		abs = p.inPath(c.Path)
	}
	_, data, ok := p.Graph.FileAt(abs)
	return ok && strings.HasPrefix(string(data), "#!")
}

// interpreted reports whether there is a script for another interpreter than a shell
// at a path: a program as any other, which sourceDoubt reads by its name.
func (p *Pass) interpreted(abs string) bool {
	file, data, ok := p.Graph.FileAt(abs)
	line, _, _ := strings.Cut(string(data), "\n")
	return ok && sourceEnds[path.Ext(file)] && otherScript.MatchString(strings.TrimSpace(line))
}

// otherScript is the first line of a script for an interpreter that is no shell.
var otherScript = regexp.MustCompile(`^#!\s*(/usr/bin/env\s+(-\S+\s+)?|/\S*/)(python|perl|ruby|node|php|lua|deno|bun|escript|Rscript|julia|guile)[\d.]*(\s.*)?$`)

// inPath is where a copy puts a program that is called by its name.
func (p *Pass) inPath(name string) string {
	for _, dir := range []string{"/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"} {
		if _, _, ok := p.Graph.FileAt(path.Join(dir, name)); ok {
			return path.Join(dir, name)
		}
	}
	return ""
}

// script is a start script that cannot be read, nil if there is none.
func (p *Pass) script() *scriptRef {
	p.started()
	if len(p.unread) == 0 {
		return nil
	}
	return &p.unread[0]
}

// unreadWhy says why a script could not be read.
func (p *Pass) unreadWhy() string {
	if !p.Graph.HasContext() {
		return "there is no build context to read it from"
	}
	return "it is not a shell script in the build context that can be read"
}

type scriptRef struct {
	Name string
	At   *parser.Instruction
	Span source.Span
}

var (
	scriptEnd  = regexp.MustCompile(`\.(sh|bash|ash|zsh|ksh)$`)
	scriptName = regexp.MustCompile(`(?i)(^|[-_./])(docker-)?(entry-?point|start|startup|run|boot|bootstrap|launch|setup|init|cmd|command)([-_.][\w.-]*)?$`)
	scriptDir  = regexp.MustCompile(`^(\./)?(hack|scripts?|docker|contrib|tools|ci|devops|deploy)/`)
	shellNames = map[string]bool{"sh": true, "bash": true, "ash": true, "dash": true, "zsh": true, "ksh": true, ".": true, "source": true}
)

func scriptOf(c stage.Call) (string, source.Span, bool) {
	candidates := []stage.Arg{{Text: c.Path, Known: true, Span: c.Span}}
	if shellNames[c.Name] {
		candidates = nil
		if ops := c.Operands(); len(ops) > 0 && !strings.ContainsAny(ops[0].Text, " \n;") {
			candidates = append(candidates, ops[0])
		}
		if c.Has("-c", "-ec", "-lc", "-exc", "-xc", "-cx", "-ce") {
			candidates = nil
		}
	}
	for _, a := range c.Args {
		if scriptEnd.MatchString(a.Text) && !strings.ContainsAny(a.Text, " \n") {
			candidates = append(candidates, a)
		}
	}
	for _, a := range candidates {
		base := path.Base(a.Text)
		if scriptEnd.MatchString(base) || shellNames[c.Name] {
			return a.Text, a.Span, true
		}
		if strings.Contains(a.Text, "/") && (scriptName.MatchString(base) || scriptDir.MatchString(a.Text)) || strings.HasPrefix(base, "docker-") {
			return a.Text, a.Span, true
		}
	}
	return "", source.Span{}, false
}
