package checks

import (
	"strings"

	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// doubt finds the reason why a plan is not safe, nil if everything that it rests
// on is known.
func (p *Pass) doubt(pl *plan) *Reason {
	s := pl.stage
	st := s.End()
	base := s.Root().From
	switch {
	case !st.User.Known && st.User.At != nil, strings.Contains(st.User.Spec, "$"):
		return reason(buildArgument, st.User.At, "%s", st.User.Why)
	case st.User.At != nil && p.fromArgument(st.User.At):
		return reason(buildArgument, st.User.At, "%s", st.User.Why)
	case p.windows():
		return reason(windowsACL, base, "what ContainerUser may read and write in a Windows image is not in the Dockerfile")
	}
	if r := p.forOthers(s); r != nil {
		return r
	}
	switch {
	case !s.Facts.Listed:
		return p.unlisted(s, base)
	case s.Facts.OnBuild:
		return reason(baseOnBuild, base, "the steps of ONBUILD that %s has run below line %d: what they copy and make as root is not in this file", s.Called(), base.Line)
	case !p.stateAt(pl.at).User.Known:
		return reason(unknownBase, base, "%s: if it is not root, the image may have files that only that user can write", p.stateAt(pl.at).User.Why)
	}
	distro, _ := s.Distro()
	if distro == "" || s.Tools() == "" {
		return reason(unknownBase, base, "what %s is made of is not known, so no account can be created by the distribution's means", s.Called())
	}
	if r := p.commandDoubt(pl, base); r != nil {
		return r
	}
	if what := s.Facts.Brings; what != "" {
		return reason(rootWritten, base, "%s may make files as root that the process may have to write to: %s is this project's own image", what, s.Called()).
			with("give what the process changes to the account in that file, then use --unsafe-fixes")
	}
	if in := p.unreadable(); in != nil {
		return reason(unknownShell, in, "RUN in line %d is not written for a POSIX shell, or does not parse: what it does to accounts and files is not known", in.Line)
	}
	if in := p.volumeWithoutShell(pl); in != nil {
		return reason(volumeData, in, "VOLUME in line %d: without a shell nothing in the file can give its directory to %s", in.Line, pl.who.Spec)
	}
	if r := p.denoDoubt(pl); r != nil {
		return r
	}
	if r := p.recipeDoubt(pl); r != nil {
		return r
	}
	if port, in := p.lowPort(); port != 0 {
		return reason(privilegedPort, in, "port %d is below 1024: any user may open it with Docker from 20.10 and containerd from 2.0, but not with CRI-O, older containerd or host networking", port)
	}
	if r := p.derivedDoubt(s); r != nil {
		return r
	}
	if home := p.foreignHome(pl); home != "" && !pl.homed {
		return reason(rootDirectory, base, "HOME of %s is %s, where %s may not write; set ENV HOME=%s", s.Called(), home, pl.who.Name, pl.who.Home)
	}
	if r := p.writesDoubt(pl); r != nil {
		return r
	}
	if r := p.pathDoubt(pl); r != nil {
		return r
	}
	return p.sourceDoubt(pl)
}

// fromArgument reports whether a USER takes its value from an ARG without one.
func (p *Pass) fromArgument(in *parser.Instruction) bool {
	for _, s := range p.Graph.Chain() {
		for _, other := range s.Instructions {
			if other == in {
				_, known := s.Before(in).Expand(in.Arg(0))
				return !known
			}
		}
	}
	return false
}

func (p *Pass) unlisted(s *stage.Stage, base *parser.Instruction) *Reason {
	if !s.Root().RefKnown {
		return reason(unknownBase, base, "the base image %s depends on a build argument without a default: give it with --build-arg", s.Called())
	}
	if r := p.supposedStart(); r != nil {
		return r
	}
	return reason(unknownBase, base, "%s is not in the image table: its accounts and its command are not known", s.Called())
}

// commandDoubt is about what the image starts.
func (p *Pass) commandDoubt(pl *plan, base *parser.Instruction) *Reason {
	s, st := pl.stage, pl.stage.End()
	if st.Start.Entrypoint == nil && st.Start.Cmd == nil && s.Facts.Command == "" {
		return reason(unknownBase, base, "what %s starts is not known, and the file has neither CMD nor ENTRYPOINT", s.Called())
	}
	if !st.Start.Known {
		return reason(unknownBase, base, "whether %s has an entrypoint of its own is not known", s.Called())
	}
	if r := p.ownDoubt(s); r != nil {
		return r
	}
	if r := p.onlyLists(); r != nil {
		return r
	}
	if ref := p.script(); ref != nil {
		r := reason(opaqueEntrypoint, ref.At, "what %s does is not known (%s): it may change owners, install packages or write as root", ref.Name, p.unreadWhy())
		r.Span = ref.Span
		return r
	}
	if r := p.toolDoubt(pl); r != nil {
		return r
	}
	if r := p.builtDoubt(pl); r != nil {
		return r
	}
	if r := p.onlyHelp(); r != nil {
		return r
	}
	if r := p.knownDoubt(pl); r != nil {
		return r
	}
	return p.programDoubt(pl)
}

// forOthers is about an image that is there to be built on, whatever else is known of
// its base: another Dockerfile does, or it starts nothing of its own.
func (p *Pass) forOthers(s *stage.Stage) *Reason {
	if others := p.Graph.BuiltOn(); len(others) > 0 {
		return reason(baseImage, s.From, "%s is built on this image: its steps would run without root", others[0])
	}
	start := s.End().Start
	switch nothing := p.startsNothing(); {
	case nothing && start.Entrypoint == nil && start.Cmd == nil:
		return reason(baseImage, s.From, "the file has neither CMD nor ENTRYPOINT, and %s starts nothing but a shell or an interpreter: others build on the image, or call it with a command", s.Called())
	case nothing:
		return reason(baseImage, p.at(p.started()[0]), "the image starts nothing but a shell or an interpreter: what is done there may need root")
	case start.Cmd != nil && start.Known && onlyShell(p.calls(start.Cmd)):
		return reason(baseImage, start.Cmd, "CMD in line %d is nothing but a shell or an interpreter: others build on the image, or call it with a command", start.Cmd.Line)
	}
	return nil
}

// startsNothing reports whether the image is known to start nothing but a shell or an
// interpreter.
func (p *Pass) startsNothing() bool {
	s := p.Graph.Final()
	start := s.End().Start
	if start.Entrypoint == nil && start.Cmd == nil {
		return s.Facts.Command != image.Program && s.Facts.Command != ""
	}
	calls := p.started()
	return start.Known && (onlyShell(calls) || p.argument() && onlyShell(withoutTests(calls)))
}

// onlyShell reports whether all that starts is a shell or an interpreter without
// a script.
func onlyShell(calls []stage.Call) bool {
	for _, c := range calls {
		if isFlag(c) {
			continue
		}
		if !shellNames[c.Name] && !interpreters.MatchString(c.Name) || len(c.Args) > 0 || hasInput(c) {
			return false
		}
	}
	return len(calls) > 0 && !isFlag(calls[len(calls)-1])
}

// withoutTests are the calls of a script without those that write nothing, and without
// those that start its arguments: whoever runs the image gives it others. What the
// Dockerfile starts besides is left out.
func withoutTests(calls []stage.Call) (out []stage.Call) {
	for _, c := range calls {
		if c.Script != "" && !quietWords[c.Name] && (c.Name != "" || !mayHandOver(c)) {
			out = append(out, c)
		}
	}
	return out
}

func (p *Pass) unreadable() *parser.Instruction {
	for _, s := range p.Graph.Chain() {
		for _, in := range s.Instructions {
			if in.Name == "run" && !s.Readable(in) {
				return in
			}
		}
	}
	return nil
}
