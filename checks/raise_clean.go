package checks

import (
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// clean reports whether the account's directories hold nothing of root's at the
// boundary, and nothing that root's home holds is wanted below it.
func (r *raise) clean() bool {
	for _, v := range r.s.End().Volumes {
		if r.touches(v.Path) && (v.At == nil || !r.p.isBelow(v.At, r.s, r.at)) {
			return false // what follows a VOLUME is lost with the classic builder
		}
	}
	for _, t := range r.p.transfers() {
		if !r.gives(t) {
			return false
		}
	}
	if r.p.Graph.LinksOut() {
		return false // what writes below such a link writes to the system
	}
	for _, in := range r.p.runs() {
		if !r.p.isBelow(in, r.s, r.at) && !r.quiet(in) {
			return false
		}
	}
	return true
}

// gives reports whether a copy leaves the account's directories to the account.
func (r *raise) gives(t transfer) bool {
	if t.Dest == "" || within(t.Dest, "/root") {
		return false
	}
	belowUser := r.p.isBelow(t.In, r.s, r.at)
	for _, dir := range r.dirs {
		if below(dir, t.Dest) && t.Dir {
			return false
		}
	}
	if !r.mine(t.Dest) {
		return true
	}
	return t.Chown == "" && !t.addsArchive() && r.p.wantsChown(t, belowUser, "") && (belowUser || r.p.ownerHazard(t, r.at) == nil)
}

// quietPrograms leave nothing in a project's directories.
var quietPrograms = wordSet(`
	addgroup adduser groupadd useradd usermod groupmod apt-key apt-mark add-apt-repository debconf-set-selections
	docker-php-ext-configure docker-php-ext-enable docker-php-ext-install dpkg dpkg-reconfigure gpg ldconfig
	locale-gen pecl rm rmdir rpm update-alternatives update-ca-certificates update-locale
`)

// quiet reports whether a RUN that root runs leaves nothing in the account's
// directories, and no settings in root's home that programs of the list read.
func (r *raise) quiet(in *parser.Instruction) bool {
	if !r.visible(in) || r.usesHome(in) {
		return false
	}
	for _, c := range r.p.calls(in) {
		if !r.quietCall(c, in) {
			return false
		}
	}
	return true
}

// usesHome reports whether a RUN names something in root's home but to remove it.
func (r *raise) usesHome(in *parser.Instruction) bool {
	named := len(homeUse.FindAllString(in.Rest.Text, -1))
	for _, c := range r.p.calls(in) {
		for _, a := range c.Args {
			if c.Name == "rm" && homeUse.MatchString(" "+a.Text) {
				named--
			}
		}
	}
	return named > 0
}

// visible reports whether all that a RUN calls is known.
func (r *raise) visible(in *parser.Instruction) bool {
	for _, s := range r.p.Graph.Chain() {
		if len(s.Calls(in)) > 0 {
			return s.Readable(in)
		}
	}
	return false
}

func (r *raise) quietCall(c stage.Call, in *parser.Instruction) bool {
	for _, to := range c.Redirects {
		if target, lit := to.Target.Lit(); !strings.HasPrefix(to.Op, "<") && (!lit || r.touches(c.Abs(stage.Arg{Text: target, Known: true}))) {
			return false
		}
	}
	switch {
	case c.Name == "":
		return false
	case quietPrograms[c.Name], onlyRead[c.Name], managesPackages[c.Name], c.Name == "chmod", c.Has("--version"):
		return true
	case c.Name == "mkdir":
		return r.outside(c, true)
	case c.Name == "chown" || c.Name == "touch" || c.Name == "mv" || c.Name == "cp" || c.Name == "ln" || c.Name == "install" || c.Name == "tee" || c.Name == "sed":
		return r.outside(c, false)
	case c.Name == "tar":
		return extracts(c) && extractDir(c) != "" && !glued(c, "-C", "--directory") && !r.touches(extractDir(c))
	case c.Name == "curl" || c.Name == "wget":
		return c.Dir != "" && !r.mine(c.Dir) && r.outside(c, false)
	case c.Name == "npm" || c.Name == "yarn" || c.Name == "pnpm":
		return c.Sub() != "config" && !c.Has(".", "./") && c.Has("-g", "--global", "global", "--location=global")
	case c.Name == "corepack":
		return c.Sub() == "enable"
	case c.Name == "pip" || c.Name == "pip3":
		return c.Sub() != "config" && !c.Has(".", "./", "-e", "--editable", "--user", "-t", "--target") && !hasPrefix(c, ".[") && !hasPrefix(c, "--target")
	}
	return r.before(c, in)
}

// managesPackages are the package managers of distributions, whatever they are
// called with.
var managesPackages = wordSet(`apk apt apt-get aptitude dnf microdnf tdnf yum zypper pacman`)

// touches reports whether writing to a path may change the account's directories:
// it lies in one, holds one, or is not known.
func (r *raise) touches(name string) bool {
	if name == "" || r.mine(name) {
		return true
	}
	for _, dir := range r.dirs {
		if within(dir, name) {
			return true
		}
	}
	return false
}

// outside reports whether no operand names the account's directories; themselves
// they may be made, or be put beside.
func (r *raise) outside(c stage.Call, itself bool) bool {
	for _, op := range c.Operands() {
		name := c.Abs(op)
		if r.inMine(name) || name == "" && strings.HasPrefix(op.Text, "$") || !itself && r.mine(name) {
			return false
		}
	}
	return c.Dir != "" && (!r.mine(c.Dir) || itself)
}

// before reports whether an unknown program runs before the account's directories
// are there, elsewhere, and is not told of them. What keeps its files where programs
// of the list put theirs is not quiet.
func (r *raise) before(c stage.Call, in *parser.Instruction) bool {
	switch c.Name {
	case "git", "go", "bundle", "gem", "composer", "cargo", "python", "python3", "node", "npx":
		return false
	}
	if strings.Contains(c.Path, "/") && !inPathDirs[c.Path[:strings.LastIndexByte(c.Path, '/')]] || shellNames[c.Name] && !runsItself(r, c) {
		return false
	}
	for _, dir := range r.dirs {
		if r.p.madeBefore(dir, in) || c.Dir != "/" && within(dir, c.Dir) || strings.Contains(in.Rest.Text, dir) {
			return false
		}
	}
	for _, t := range r.p.transfers() {
		if t.In.Index < in.Index && r.mine(t.Dest) {
			return false
		}
	}
	return c.Dir != "" && !r.mine(c.Dir)
}

// buildsInOwn reports whether a call of the command builds, or prepares the
// project, in directories that hold nothing of root's, so that it may write there.
func (p *Pass) buildsInOwn(pl *plan, c stage.Call) bool { return buildsAtStart(c) && p.ownsWork(pl) }

// ownsWork reports whether the working directory, with all in it, and the home are
// the account's.
func (p *Pass) ownsWork(pl *plan) bool {
	if pl == nil || !p.hasHome(pl) {
		return false
	}
	r := pl.raised
	if r == nil {
		r = &raise{p: p, s: pl.stage, at: pl.at}
		r.dirs = r.workDirs(r.at)
	}
	return r.mine(pl.stage.End().WorkDir.Path) && (pl.raised != nil || r.clean())
}

// buildsAtStart reports whether a call is one that was seen to work without root
// in directories of its own.
func buildsAtStart(c stage.Call) bool {
	switch c.Name {
	case "npx": // rootless-npm
		return nodeTools[c.Sub()]
	case "go": // rootless-go-run
		return c.Sub() == "run"
	}
	return nodeTools[c.Name]
}
