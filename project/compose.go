package project

import (
	"bytes"
	"maps"
	"path"
	"strings"

	"github.com/dfharden/dfharden/internal/yamltree"
)

// A compose file is read for its builds only: the services' build, profiles
// and extends. The loader of compose-go would validate all of the file, and costs 7 ms
// at every start of the program, which are more than all else that it does.

// compose reads the compose files of a folder. A service without a context of its own
// is one that the folder's first file has too: what it leaves out is said there, as
// docker compose merges them.
func (r *reader) compose(names []string) {
	base := map[string]composeBuild{}
	names = baseFirst(names)
	for _, name := range names {
		data := r.data(name)
		if !bytes.Contains(data, []byte("build")) {
			continue
		}
		docs, err := yamltree.Parse(data)
		if err != nil {
			r.broken(name, err)
			continue
		}
		if len(docs) == 0 {
			continue
		}
		file := composeFile{reader: r, name: name, services: docs[0].Get("services")}
		for e := range file.services.Entries() {
			b, ok := file.service(e.Key, 0)
			if !ok {
				continue
			}
			if below, ok := base[e.Key]; ok && b.context == "" {
				b = b.over(below)
			}
			if name == names[0] || composeBase(name) {
				base[e.Key] = b
			}
			file.emit(e.Key, b)
		}
	}
}

// baseFirst puts the file that docker compose takes by itself in front.
func baseFirst(names []string) []string {
	var first, rest []string
	for _, name := range names {
		if composeBase(name) {
			first = append(first, name)
		} else {
			rest = append(rest, name)
		}
	}
	return append(first, rest...)
}

func composeBase(name string) bool {
	switch path.Base(name) {
	case "compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml":
		return true
	}
	return false
}

type composeFile struct {
	*reader
	name     string
	services yamltree.Node
}

// composeBuild is the build of a service as it is written; "" is left out.
type composeBuild struct {
	context, dockerfile, target string
	image                       string // what the service calls it; "" is not known
	args                        map[string]string
	line                        int
	inline                      bool // dockerfile_inline: no file of the project
	unknown                     string
	development                 bool // the service is started on request, or watched
}

// over fills what a build leaves out from another.
func (b composeBuild) over(below composeBuild) composeBuild {
	if b.context == "" {
		b.context = below.context
	}
	if b.dockerfile == "" {
		b.dockerfile = below.dockerfile
	}
	if b.target == "" {
		b.target = below.target
	}
	args := maps.Clone(below.args)
	if args == nil {
		args = map[string]string{}
	}
	maps.Copy(args, b.args)
	b.args = args
	return b
}

// service reads a service; ok is false for one that builds nothing.
func (f composeFile) service(name string, depth int) (b composeBuild, ok bool) {
	s := f.services.Get(name)
	build := s.Get("build")
	if from := f.extends(s); from != "" && depth < 8 {
		b, ok = f.service(from, depth+1)
	}
	if build.Present() && !build.Null() {
		b, ok = f.build(build).over(b), true
	}
	if text, named := s.Get("image").Text(); named {
		b.image, _ = interpolate(text, nothing)
	}
	for _, p := range s.Get("profiles").Items() {
		text, _ := p.Text()
		b.development = b.development || named(text, developmentWords)
	}
	return b, ok
}

// extends is the service of the same file that a service extends.
func (f composeFile) extends(s yamltree.Node) string {
	e := s.Get("extends")
	if text, ok := e.Text(); ok {
		return text
	}
	if e.Get("file").Present() {
		return ""
	}
	text, _ := e.Get("service").Text()
	return text
}

func (f composeFile) build(n yamltree.Node) composeBuild {
	b := composeBuild{line: n.Pos().Line}
	if _, ok := n.Text(); ok {
		f.text(&b, &b.context, n, "context")
		return b
	}
	f.text(&b, &b.context, n.Get("context"), "context")
	f.text(&b, &b.dockerfile, n.Get("dockerfile"), "dockerfile")
	if target := n.Get("target"); target.Present() {
		b.line = target.Pos().Line
		f.text(&b, &b.target, target, "target")
	}
	b.inline = n.Get("dockerfile_inline").Present()
	b.args = f.args(n.Get("args"))
	return b
}

// text reads a string with its variables replaced. One without a value makes the
// build unknown.
func (f composeFile) text(b *composeBuild, to *string, n yamltree.Node, what string) {
	text, ok := n.Text()
	if !ok {
		return
	}
	value, known := interpolate(text, nothing)
	if !known {
		b.unknown = what + " " + text
	}
	*to = value
}

// args reads build arguments, as a mapping or as a list of NAME=VALUE.
func (f composeFile) args(n yamltree.Node) map[string]string {
	args := map[string]string{}
	set := func(name, text string) {
		if value, known := interpolate(text, nothing); known {
			args[name] = value
		}
	}
	for e := range n.Entries() {
		if text, ok := e.Value.Text(); ok {
			set(e.Key, text)
		}
	}
	for _, item := range n.Items() {
		text, _ := item.Text()
		if name, value, ok := strings.Cut(text, "="); ok {
			set(name, value)
		}
	}
	return args
}

// emit adds the build of a service.
func (f composeFile) emit(service string, b composeBuild) {
	at := Place{f.name, b.line}
	switch {
	case b.inline:
		return
	case b.unknown != "":
		f.problem(at, "service %s: %s has a variable without a value here, so this build is not known", service, b.unknown)
		return
	}
	context, ok := join(f.dir, b.context)
	if !ok {
		return // a URL, or outside
	}
	if b.dockerfile == "" {
		b.dockerfile = "Dockerfile"
	}
	file, ok := join(context, b.dockerfile)
	if !ok {
		return
	}
	by := "service " + service
	if b.development {
		by += " (development)"
	}
	out := Build{Dockerfile: file, Context: context, Target: b.target, Args: b.args, By: by, Place: at}
	if b.image != "" {
		out.Names = []string{b.image}
	}
	f.add(out)
}

// broken tells about a file that does not parse.
func (r *reader) broken(name string, err error) {
	at := Place{name, 0}
	if e, ok := err.(*yamltree.SyntaxError); ok { //nolint:errorlint // Parse gives nothing else
		at.Line, err = e.Line, errorText(e.Msg)
	}
	r.problem(at, "does not parse, and is not looked at: %v", err)
}

type errorText string

func (e errorText) Error() string { return string(e) }
