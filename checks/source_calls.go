package checks

import (
	"path"
	"regexp"
	"strings"

	"github.com/dfharden/dfharden/stage"
)

var (
	// startsNginx is a line of a source that starts nginx, with its options: a string,
	// a list of strings, or words of Perl and Ruby.
	startsNginx = regexp.MustCompile("(?m)[\"'`\\[({]\\s*((?:/usr/sbin/)?nginx)((?:[\\s\"',]+-[cpg][\\s\"',]+[^\\n]+)+)$")
	// betweenWords stand between the options there.
	betweenWords = regexp.MustCompile("[\\s\"'`,\\[\\](){}]+")
	nginxOptions = wordSet(`-c -p -g`)
	// workingDir are the expressions of sources for the working directory.
	workingDir = wordSet(`getcwd cwd os.getcwd process.cwd Dir.pwd`)
)

// sourceCalls lists the servers that the program of a call starts, as its file in the
// build context says: those for which there is a recipe, with their options.
func (p *Pass) sourceCalls(c stage.Call) (out []stage.Call) {
	name := scriptFile(c)
	if name == "" || p.at(c) == nil {
		return nil
	}
	file, data, ok := p.Graph.FileAt(c.Abs(stage.Arg{Text: name, Known: true}))
	if !ok || !sourceEnds[path.Ext(file)] {
		return nil
	}
	for _, m := range startsNginx.FindAllSubmatch(data, -1) {
		call := stage.Call{Command: c.Command, Path: string(m[1]), Name: "nginx", Script: file, Dir: c.Dir}
		words := strings.Fields(betweenWords.ReplaceAllString(string(m[2]), " "))
		for len(words) > 1 && nginxOptions[words[0]] {
			option, value := words[0], words[1]
			words = words[2:]
			for option == "-g" && !strings.HasSuffix(value, ";") && len(words) > 0 {
				value, words = value+" "+words[0], words[1:]
			}
			arg := sourceArg(value, option, c.Dir)
			if option == "-c" && strings.Count(string(data), path.Base(value)) > 1 {
				arg.Known = false // it may be written first
			}
			call.Args = append(call.Args, stage.Arg{Text: option, Known: true}, arg)
		}
		out = append(out, call)
	}
	return out
}

// sourceArg is an option's value in a source: a path, settings, or the working directory.
func sourceArg(text, option, dir string) stage.Arg {
	if option == "-g" {
		return stage.Arg{Text: text, Known: true}
	}
	text = strings.TrimRight(text, ";")
	if workingDir[text] {
		return stage.Arg{Text: dir, Known: dir != ""}
	}
	return stage.Arg{Text: text, Known: strings.ContainsAny(text, "/.")}
}
