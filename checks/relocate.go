package checks

import (
	"path"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/source"
	"github.com/dfharden/dfharden/stage"
)

// relocate moves a program that lies directly below / to the new account's home,
// as the pattern does, and the mentions of it. Only where the file proves that
// nothing else knows the path: neither the stage nor its base has a working
// directory, each file is named by ENTRYPOINT or CMD, every mention is a whole
// word of an instruction that is moved with it, and no RUN comes after. It says no
// if nothing is moved.
func (p *Pass) relocate(pl *plan) ([]source.Edit, bool) {
	s := pl.stage
	end := s.End()
	if p.Options.NoRelocate || !pl.who.Create || s.Base != nil || end.WorkDir.At != nil || s.Facts.WorkDir != "/" || pl.user != nil || p.taken(s) {
		return nil, false
	}
	if !p.quietRuns(pl) {
		return nil, false
	}
	var edits []source.Edit
	moved := map[string]string{}
	for _, t := range p.transfers() {
		if t.systemTree() || t.Dest == "" {
			return nil, false
		}
		if system(t.Dest) && t.Dest != "/" {
			continue
		}
		dest := len(t.In.Args) - 1
		if len(t.Sources) != 1 || len(t.In.Heredocs) > 0 || !p.isBelow(t.In, s, pl.at) {
			return nil, false
		}
		if name := "/" + path.Base(t.Sources[0]); t.Dest == "/" && !strings.HasPrefix(t.In.Arg(dest), "/") && p.startsWith(name) {
			moved[name] = path.Join(pl.who.Home, path.Base(name))
			continue // "COPY app.py ." moves with the working directory
		}
		if t.Dir || path.Dir(t.Dest) != "/" || t.Dest == "/" {
			return nil, false
		}
		if !p.startsWith(t.Dest) || strings.Contains(t.In.Arg(dest), "$") {
			return nil, false
		}
		moved[t.Dest] = path.Join(pl.who.Home, path.Base(t.Dest))
		if !strings.HasPrefix(t.In.Arg(dest), "/") {
			continue // moves with the working directory
		}
		e, ok := t.In.ReplaceArg(dest, moved[t.Dest])
		if !ok {
			return nil, false
		}
		edits = append(edits, e)
	}
	if len(moved) == 0 {
		return nil, false
	}
	mentions, ok := p.mentions(pl, moved)
	if !ok {
		return nil, false
	}
	return append(edits, mentions...), true
}

// quietInRoot are programs that leave nothing in the directory that they are called in.
var quietInRoot = wordSet(`
	apk apt-get apt yum dnf microdnf rm addgroup adduser useradd groupadd set update-ca-certificates true :
	locale-gen ldconfig apt-mark dpkg-reconfigure
`)

// quietRuns reports whether the stage's RUNs only install packages, make
// accounts and remove things, so that nothing they leave in / is used relative
// to it; and whether volumes are elsewhere.
func (p *Pass) quietRuns(pl *plan) bool {
	for i, in := range pl.stage.Instructions {
		switch in.Name {
		case "run":
			if i >= pl.at || len(p.calls(in)) == 0 {
				return false
			}
			for _, c := range p.calls(in) {
				if !quietInRoot[c.Name] && !editsElsewhere(c) {
					return false
				}
			}
		case "volume":
			for _, v := range pl.stage.Before(in).Volumes {
				if v.At != nil && v.Path != "/tmp" {
					return false
				}
			}
			if c, ok := in.Cmd.(*instructions.VolumeCommand); !ok || len(c.Volumes) != 1 || c.Volumes[0] != "/tmp" {
				return false
			}
		case "onbuild":
			return false
		}
	}
	return true
}

// editsElsewhere reports whether a call of sed edits files of the system, by absolute
// paths, and nothing else.
func editsElsewhere(c stage.Call) bool {
	if c.Name != "sed" || len(c.Redirects) > 0 {
		return false
	}
	files, script := 0, c.Has("-e") || hasPrefix(c, "--expression")
	for i, a := range c.Args {
		switch {
		case strings.HasPrefix(a.Text, "-"), i > 0 && c.Args[i-1].Text == "-e":
		case !script:
			script = true
		case !a.Known || !system(path.Clean(a.Text)):
			return false
		default:
			files++
		}
	}
	return files > 0
}

// startsWith reports whether ENTRYPOINT or CMD names a path, or its last part
// relative to /.
func (p *Pass) startsWith(name string) bool {
	for _, in := range p.commands() {
		if in.Name == "healthcheck" {
			continue
		}
		for _, w := range p.words(in) {
			if path.Join("/", w.Text) == name {
				return true
			}
		}
	}
	return false
}

// words are the words of a command as they stand in the file.
func (p *Pass) words(in *parser.Instruction) []parser.Token {
	if in.JSON {
		args := in.Args
		if in.Name == "healthcheck" && len(args) > 0 {
			args = args[1:]
		}
		return args
	}
	var out []parser.Token
	if script := in.Script(); script != nil {
		for _, c := range script.Commands {
			for _, w := range c.Words {
				if text, ok := w.Lit(); ok {
					out = append(out, parser.Token{Text: text, Span: w.Span})
				}
			}
		}
	}
	return out
}

// mentions moves every mention of the moved files. It says no if one of them is
// not a whole word, or stands where it cannot be moved.
func (p *Pass) mentions(pl *plan, moved map[string]string) ([]source.Edit, bool) {
	var edits []source.Edit
	for _, in := range pl.stage.Instructions {
		for from, to := range moved {
			n := strings.Count(in.Node.Original, from)
			if n == 0 || in.Name == "copy" || in.Name == "add" {
				continue // its source is a path of the context or of another stage
			}
			found, relative := p.mention(in, from, to)
			if len(found)+relative != n {
				return nil, false
			}
			edits = append(edits, found...)
		}
	}
	return edits, true
}

// mention moves the mentions in one instruction that are whole words. Relative ones,
// "./service" for /service, move with the working directory; they are counted.
func (p *Pass) mention(in *parser.Instruction, from, to string) (edits []source.Edit, relative int) {
	var tokens []parser.Token
	switch in.Name {
	case "cmd", "entrypoint", "healthcheck":
		tokens = p.words(in)
	case "env", "label":
		tokens = in.Args
	default:
		return nil, 0
	}
	for _, t := range tokens {
		raw := string(p.File.Src[t.Span.Start:t.Span.End])
		i := strings.Index(raw, from)
		if in.Name != "env" && in.Name != "label" && strings.Trim(t.Text, `"'`) == "."+from {
			relative++
		}
		if strings.Trim(t.Text, `"'`) != from || i < 0 {
			continue
		}
		start := t.Span.Start + i
		edits = append(edits, source.Replace(source.Span{Start: start, End: start + len(from)}, to))
	}
	return edits, relative
}
