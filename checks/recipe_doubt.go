package checks

import (
	"path"
	"slices"
	"strings"

	"github.com/dfharden/dfharden/stage"
)

// recipeDoubt finds the reason why a server's recipe is not sure to work.
func (p *Pass) recipeDoubt(pl *plan) *Reason {
	r := p.recipe()
	if r == nil {
		return nil
	}
	c := p.conf()
	for _, w := range c.writes {
		c.doubt(reason(rootDirectory, w.at, "%s names %s, in a directory that is root's: give it to the server in a RUN, or name another", w.what, w.name))
	}
	if c.reason != nil {
		return c.reason
	}
	for _, check := range []func(*plan, *recipe) *Reason{p.volumeDoubt, p.openDoubt, p.accountDoubt, p.secretDoubt, p.ranDoubt, p.betweenDoubt, p.dataDoubt, p.earlyDoubt} {
		if reason := check(pl, r); reason != nil {
			return reason
		}
	}
	if r.Also != "" {
		return reason(serverImage, pl.stage.Root().From, "the same image is also started with %s: use the fix where this one is not", r.Also)
	}
	if r.Untried && r.Package != nil {
		return reason(serverImage, pl.stage.Root().From, "what %s of this distribution needs is read in its package (%s), and was not tried as %s", p.packagedName(r), strings.Fields(r.Source)[0], pl.who.Numeric)
	}
	if r.Untried {
		return reason(serverImage, pl.stage.Root().From, "that %s runs as %s from the start is read in its entrypoint (%s), and was not tried", pl.stage.Called(), pl.who.Numeric, strings.Fields(r.Source)[0])
	}
	return nil
}

// openDoubt is about a configuration that cannot be read.
func (p *Pass) openDoubt(*plan, *recipe) *Reason {
	return p.conf().open
}

// volumeDoubt is about a directory that the recipe gives, and that the base image
// has declared a volume: the classic builder drops what is done there.
func (p *Pass) volumeDoubt(pl *plan, r *recipe) *Reason {
	for _, v := range pl.stage.Facts.Volumes {
		for _, dir := range r.Give {
			if within(dir, v) {
				return reason(volumeData, pl.stage.Root().From, "%s declares %s a volume, so the classic builder drops what is done to it: mount a volume there that is of %s", pl.stage.Called(), v, pl.who.Numeric)
			}
		}
	}
	return nil
}

// accountDoubt finds a RUN that changes the server's account: its numbers, while
// the image's files keep the old ones, or its groups, which a USER by number has
// not.
func (p *Pass) accountDoubt(pl *plan, r *recipe) *Reason {
	name := pl.stage.Facts.Account
	if r.Package == nil && (!r.Account || name == "") {
		return nil
	}
	for _, in := range p.runs() {
		for _, c := range p.calls(in) {
			ops := c.Operands()
			switch c.Name {
			case "usermod", "gpasswd", "adduser", "addgroup", "groupmod":
			default:
				continue
			}
			for _, op := range ops {
				if r.Package != nil && workerNames[op.Text] {
					return reason(serverImage, in, "%s in line %d changes the account or the groups of %s, which the server is not from now on", c.Name, in.Line, op.Text)
				}
				if op.Text != name || !r.Account {
					continue
				}
				if r.Drops && (hasLetter(c, 'u', "--uid") || hasLetter(c, 'g', "--gid")) && (c.Name == "usermod" || c.Name == "groupmod") {
					return reason(changedIDs, in, "%s in line %d changes the numbers of %s, and the image's files keep the old ones", c.Name, in.Line, name)
				}
				if hasLetter(c, 'G', "--groups") || hasLetter(c, 'a', "--add") || c.Name != "usermod" && c.Name != "groupmod" && len(ops) > 1 {
					return reason(serverImage, in, "%s in line %d puts %s into another group, which a process that USER %s starts is not in", c.Name, in.Line, name, pl.who.Spec)
				}
			}
		}
	}
	return nil
}

// workerNames are the accounts that packages make for servers.
var workerNames = wordSet(`www-data nginx redis memcache memcached mongod mongodb`)

// secretDoubt is about a file whose name a variable has, and which the entrypoint
// has read as root until now.
func (p *Pass) secretDoubt(_ *plan, r *recipe) *Reason {
	for _, s := range p.Graph.Chain() {
		for _, in := range s.Instructions {
			for i := 0; r.Drops && in.Name == "env" && i+1 < len(in.Args); i += 3 {
				if name := in.Args[i].Text; strings.HasSuffix(name, "_FILE") {
					return reason(unreadableFiles, in, "ENV %s in line %d names a file that the entrypoint has read as root until now: it has to be readable for %s", name, in.Line, p.Graph.Final().Facts.Account)
				}
			}
		}
	}
	return nil
}

// ranDoubt finds a RUN that starts the server as root, which leaves files of root's
// where it has to write. A test of nginx's configuration makes the logs that it
// names, and gives its cache to the image's own account.
func (p *Pass) ranDoubt(pl *plan, r *recipe) *Reason {
	for _, in := range p.runs() {
		for _, c := range p.calls(in) {
			if !r.Programs[c.Name] || len(c.Args) > 0 && tells[c.Args[0].Text] {
				continue
			}
			if c.Has("-t") && (c.Name != "nginx" || !p.conf().logs && pl.who.is(p.serverAccount())) {
				continue
			}
			return reason(rootWritten, in, "%s in line %d runs as root and may leave files of root's where the server has to write; leave it out", c.Name, in.Line)
		}
	}
	return nil
}

// betweenDoubt finds a copy into Data that makes directories on its way. The
// classic builder leaves those to root, whatever --chown says, and the entrypoint
// has given them away, or written to them as root, until now. Tried in e2e.
func (p *Pass) betweenDoubt(_ *plan, r *recipe) *Reason {
	for _, t := range p.transfers() {
		dir := t.Dest
		if !t.Dir {
			dir = path.Dir(t.Dest)
		}
		if (r.Drops || r.Fills) && r.keeps(t.Dest) && r.keeps(dir) && !slices.Contains(r.Data, dir) {
			return reason(rootDirectory, t.In, "%s in line %d makes %s on its way: the classic builder leaves that to root, whatever --chown says; copy into %s itself, or build with BuildKit",
				strings.ToUpper(t.In.Name), t.In.Line, dir, r.Data[0])
		}
	}
	return nil
}

// tells are the first arguments with which a server only tells something.
var tells = wordSet(`-v -V -h -m -i -M -S --version --help version help fmt list-modules hash-password adapt configtest`)

// dataDoubt finds a RUN that makes files of root's where the entrypoint has given
// all to the account until now.
func (p *Pass) dataDoubt(pl *plan, r *recipe) *Reason {
	for _, in := range p.runs() {
		for _, c := range p.calls(in) {
			if dir := writtenBy(c, r.Watched); dir != "" && c.Name != "chown" && c.Name != "chmod" && !makesOnly(c, dir) && !p.traces().owned(dir) {
				return reason(rootWritten, in, "%s in line %d makes files of root's in %s, which the process may have to write to; give them to %s with chown in the same RUN", c.Name, in.Line, dir, pl.who.Numeric)
			}
			if !r.Drops {
				continue
			}
			if r.Tools[c.Name] {
				return reason(rootWritten, in, "%s in line %d runs as root and may leave files of root's in %s, which the entrypoint has given away until now", c.Name, in.Line, r.Data[0])
			}
			if dir := writtenBy(c, r.Data); dir != "" && c.Name != "mkdir" && c.Name != "chown" && c.Name != "chmod" && !p.traces().owned(dir) {
				return reason(rootWritten, in, "%s in line %d makes files of root's in %s, which the entrypoint has given away until now; give them to %s with chown in the same RUN", c.Name, in.Line, dir, p.Graph.Final().Facts.Account)
			}
		}
	}
	return nil
}

// makesOnly reports whether a call makes a directory, and nothing in it.
func makesOnly(c stage.Call, dir string) bool {
	if c.Name != "mkdir" {
		return false
	}
	for _, op := range c.Operands() {
		if below(c.Abs(op), dir) || c.Abs(op) == "" {
			return false
		}
	}
	return true
}

// writtenBy is the one of some directories that a call names, or makes files in; ""
// if it does neither.
func writtenBy(c stage.Call, dirs []string) string {
	if c.Name == "rm" || c.Name == "ls" || c.Manager() != "" {
		return ""
	}
	for _, dir := range dirs {
		if within(c.Dir, dir) && unpacks(c) {
			return dir
		}
		for _, a := range c.Args {
			if (strings.HasPrefix(a.Text, "/") || fetchers[c.Name] && !strings.HasPrefix(a.Text, "-")) && within(c.Abs(a), dir) {
				return dir
			}
		}
		for _, to := range c.Redirects {
			target, ok := to.Target.Lit()
			if strings.HasPrefix(to.Op, ">") && within(c.Abs(stage.Arg{Text: target, Known: ok}), dir) {
				return dir
			}
		}
	}
	return ""
}

// unpacks reports whether a call leaves files in the directory it is called in,
// whatever its arguments.
func unpacks(c stage.Call) bool {
	switch c.Name {
	case "unzip", "tar", "bsdtar":
		return !c.Has("-C", "-d", "--directory")
	case "jar", "git":
		return true
	case "curl", "wget":
		for _, a := range c.Args {
			if strings.HasPrefix(a.Text, "/") {
				return false
			}
		}
		return c.Name == "wget" || hasLetter(c, 'O', "--remote-name") || hasLetter(c, 'o', "--output")
	}
	return false
}

// fetchers leave files in the directory that they are called in.
var fetchers = wordSet(`cp mv ln tee touch tar unzip git wget curl dd install`)

// earlyDoubt looks at scripts that run before the server, as it does from now on.
func (p *Pass) earlyDoubt(pl *plan, _ *recipe) *Reason {
	for _, c := range p.conf().calls {
		at := p.instruction(c.Span)
		_, drops := dropTarget(c)
		switch {
		case c.Manager() != "", adminTools[c.Name], drops:
			return reason(opaqueEntrypoint, at, "%s, which line %d adds and which runs when the image starts, needs root", said(c), at.Line)
		case c.Name != "" && !harmless[c.Name] && !interpreters.MatchString(c.Name) && !writers[c.Name] && c.Func == "" && c.Name != "nginx":
			return reason(unknownProgram, at, "whether %s, which line %d adds and which runs when the image starts, needs root is not known", said(c), at.Line)
		}
		for _, name := range namedPaths(c) {
			if !p.canWrite(pl, name) {
				return reason(rootDirectory, at, "%s, which line %d adds and which runs when the image starts, names %s, in a directory that is root's: it may have to write there", said(c), at.Line, name)
			}
		}
	}
	return nil
}

// canWrite reports whether the account can make or change a file once the fix is
// applied.
func (p *Pass) canWrite(pl *plan, name string) bool {
	for _, t := range p.transfers() {
		if t.Dest != "" && within(name, t.Dest) && t.Chown == "" && !p.wantsChown(t, p.isBelow(t.In, t.Stage, pl.at), pl.who.Home) {
			return false
		}
	}
	for _, t := range pl.given {
		if t.Path == name || !t.File && t.Path == path.Dir(name) {
			return true
		}
	}
	return within(name, "/tmp") || within(name, "/dev") || p.traces().owned(name) || p.traces().owned(path.Dir(name)) || p.opened(path.Dir(name))
}
