package checks

import (
	"path"
	"slices"
	"strings"

	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// ownDoubt is about an image that is there for a program of its own. An ENTRYPOINT
// of the file starts another one, which is looked at by itself, and so does a CMD
// where the image has no entrypoint; that of a server's image may still need what its
// directories are prepared for.
func (p *Pass) ownDoubt(s *stage.Stage) *Reason {
	if in := p.opamState(s); in != nil {
		return reason(rootWritten, in, "opam in line %d changes its switch as root, and the entrypoint of %s reads it as another user", in.Line, s.Called()).
			with("call opam as the image's own account, above USER root")
	}
	if !ownProgram(s.Facts) || p.recipe() != nil || s.Facts.Kind != image.Server && p.startsOther(s) || p.bootsFor(s) {
		return nil
	}
	return reason(serverImage, s.Root().From, "%s is an image with a program of its own: which directories it needs is not in the Dockerfile", s.Called())
}

// startsOther reports whether the file starts a program instead of the image's. A CMD
// of the same program, with other arguments, is none.
func (p *Pass) startsOther(s *stage.Stage) bool {
	start := s.End().Start
	if start.Entrypoint != nil || start.Cmd == nil || len(s.Facts.Entrypoint) > 0 || len(s.Facts.Cmd) == 0 {
		return start.Entrypoint != nil
	}
	own := map[string]bool{}
	for _, w := range strings.Fields(strings.Join(s.Facts.Cmd, " ")) {
		own[path.Base(w)] = true
	}
	return !slices.ContainsFunc(p.calls(start.Cmd), func(c stage.Call) bool { return own[c.Name] || c.Name == "" })
}

// ownProgram reports whether an image is there for a program of its own, as far as
// is known. One of which only its registry tells is not, if it starts a prompt.
func ownProgram(f image.Facts) bool {
	switch f.Kind {
	case image.Server, image.Tool:
		return true
	case "":
		return f.Command == "" || f.Command == image.Program || len(f.Entrypoint) > 0
	}
	return false
}

// opamState finds a RUN that changes a switch of opam as root, where the base's
// entrypoint, `opam exec`, then reads the switch; nil if there is none.
func (p *Pass) opamState(s *stage.Stage) *parser.Instruction {
	start := s.End().Start
	if start.Entrypoint != nil || len(start.BaseEntry) == 0 || start.BaseEntry[0] != "opam" {
		return nil
	}
	for _, st := range p.Graph.Chain() {
		for _, in := range st.Instructions {
			if in.Name != "run" || st.Before(in).User.Root() == stage.No {
				continue
			}
			for _, c := range st.Calls(in) {
				if c.Name == "opam" && c.Sub() != "exec" && c.Sub() != "env" {
					return in
				}
			}
		}
	}
	return nil
}

// boots are the images whose entrypoint runs the command that it is given as whoever
// it runs as, and its own program only without one; and the words for what it runs
// before that: nothing that needs root, as long as the file adds nothing there.
var boots = map[string][]string{
	// https://github.com/swoole/docker-swoole/blob/master/rootfilesystem/entrypoint.sh
	"phpswoole/swoole": {"/usr/local/boot", "/etc/supervisor", "blackfire"},
	// https://github.com/openswoole/docker-openswoole/blob/main/rootfilesystem/entrypoint.sh
	"openswoole/swoole": {"/usr/local/boot", "/etc/supervisor", "blackfire"},
}

// bootsOwn finds an image whose own program its entrypoint starts as root.
func (p *Pass) bootsOwn() *Reason {
	s := p.Graph.Final()
	if start := s.End().Start; boots[s.Facts.Name] == nil || s.Facts.Kind != image.Tool || start.Entrypoint != nil || start.Cmd != nil {
		return nil
	}
	return reason(rootDaemon, s.Root().From, "%s starts supervisord as root, because the file has no CMD", s.Called()).
		with("name the server in CMD: the image's entrypoint then runs it alone")
}

// bootsFor reports whether the image's entrypoint does nothing but run the file's CMD.
func (p *Pass) bootsFor(s *stage.Stage) bool {
	words := boots[s.Facts.Name]
	if len(words) == 0 || s.End().Start.Cmd == nil {
		return false
	}
	touches := func(text string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
	}
	for _, in := range p.runs() {
		if touches(string(p.File.Src[in.Span.Start:in.Span.End])) {
			return false
		}
	}
	for _, t := range p.transfers() {
		if t.Dest == "" || touches(t.Dest) || slices.ContainsFunc(words, func(w string) bool { return within(w, t.Dest) }) {
			return false
		}
	}
	return true
}
