package checks

import (
	"path"
	"regexp"
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// writesDoubt finds a RUN that makes files as root which the process may have to
// write to.
func (p *Pass) writesDoubt(pl *plan) *Reason {
	work := p.Graph.Final().End().WorkDir
	if r := p.copiesDoubt(pl); r != nil {
		return r
	}
	for _, u := range p.traces().unknown {
		if p.runsAsAccount(pl, u.At) {
			continue
		}
		return reason(rootWritten, u.At, "mkdir %s in line %d makes a directory as root that cannot be told from the file, so it cannot be given to the account", u.Text, u.At.Line)
	}
	if r := p.argumentDoubt(pl); r != nil {
		return r
	}
	reads := p.keepsToPlaces()
	for _, in := range p.runs() {
		if p.runsAsAccount(pl, in) {
			continue
		}
		if p.homeInstall(in) {
			return reason(needsRootHome, in, "RUN in line %d installs something below /root, which only root can enter; install it below /opt or /usr/local", in.Line)
		}
		if p.writesProfile(in) {
			return reason(needsRootHome, in, "RUN in line %d writes to the profile of root, and the command's shell reads that of its own user; use ENV", in.Line)
		}
		if to := p.keepsTemp(in); to != "" {
			return reason(rootWritten, in, "RUN in line %d makes %s of a file of mktemp, which only root can read; open it with chmod in the same RUN", in.Line, to)
		}
		if !reads && p.blockWrites(in) && !pl.givenIn(in, work.Path) {
			return reason(rootWritten, in, "RUN in line %d writes what several commands print to a file, which stays root's: the process may have to write to it", in.Line)
		}
		for _, c := range p.calls(in) {
			if what := p.homeTool(c); what != "" {
				return reason(needsRootHome, in, "%s in line %d puts what the program loads below /root, which only root can enter", what, in.Line)
			}
			if what := gitSetting(c); what != "" {
				return reason(needsRootHome, in, "git config in line %d sets %s for root alone, and the program may call git; use git config --system", in.Line, what)
			}
			if p.startsToo(c) {
				return reason(rootWritten, in, "%s %s in line %d makes files as root, and the image does the same at every start: it cannot write to them", c.Name, c.Sub(), in.Line)
			}
			if name := p.homePackage(c); name != "" {
				return reason(needsRootHome, in, "%s in line %d installs %s, which puts its browser below /root, which only root can enter; set PUPPETEER_CACHE_DIR to a directory of the project", c.Name, in.Line, name)
			}
			if name, what := rootPackage(c); name != "" {
				return reason(unknownProgram, in, "%s in line %d is for %s, which only root may use", name, in.Line, what)
			}
			if r := p.workermanDoubt(pl, in, c); r != nil {
				return r
			}
			if r := p.downloadDoubt(pl, in, c); r != nil {
				return r
			}
			if what := p.secretive(pl, c); what != "" && !pl.hands(in, c) {
				return reason(rootWritten, in, "%s in line %d makes a file that only root can %s; give it to the account with chown in the same RUN", what, in.Line, readOrStart(what))
			}
			if what := p.leavesFiles(pl, in, c); what != "" && !reads && !pl.hands(in, c) {
				return reason(rootWritten, in, "%s in line %d makes files as root that the process may have to write to", what, in.Line)
			}
		}
	}
	return p.serverDoubt(pl)
}

// copiesDoubt finds a copy whose files stay root's though the process may need
// them: closed by --chmod, or unpacked from an archive, where builders do not look
// at --chown (tried with the classic builder and BuildKit).
func (p *Pass) copiesDoubt(pl *plan) *Reason {
	for _, t := range p.transfers() {
		belowUser := p.isBelow(t.In, t.Stage, pl.at)
		if f, ok := t.In.Flag("chmod"); ok && closes(f.Value) && t.Chown == "" && !p.wantsChown(t, belowUser, "") {
			return reason(rootWritten, t.In, "%s in line %d closes its files with --chmod, and they stay root's: only root can read them", strings.ToUpper(t.In.Name), t.In.Line)
		}
		if owner, known := t.State.Expand(t.Chown); known && p.somebodyElse(pl, owner) {
			if f, ok := t.In.Flag("chmod"); ok && closes(f.Value) || !ok && t.From == "" && p.Graph.ClosedFile(t.Sources) != "" {
				return reason(unreadableFiles, t.In, "%s in line %d gives its files to %s, and they are closed to others", strings.ToUpper(t.In.Name), t.In.Line, owner)
			}
		}
		if file := p.Graph.ClosedFile(t.Sources); file != "" && t.From == "" && t.Chown == "" && !hasFlag(t.In, "chmod") && !p.wantsChown(t, belowUser, pl.who.Home) {
			return reason(unreadableFiles, t.In, "%s in line %d brings %s, which is closed to others, and it stays root's: the process cannot read it", strings.ToUpper(t.In.Name), t.In.Line, file)
		}
		if r := p.closedCopy(t, belowUser, pl); r != nil {
			return r
		}
		if t.Chown == "" && !belowUser && dataDir(t.Dest) && !p.traces().owned(t.Dest) && !p.wantsChown(t, belowUser, pl.who.Home) {
			return reason(rootWritten, t.In, "%s in line %d fills %s as root, where data is kept: the process may have to write there", strings.ToUpper(t.In.Name), t.In.Line, t.Dest).with("add --chown to it if so; else use --unsafe-fixes")
		}
		if t.addsArchive() && !t.systemTree() && (belowUser || p.own(t, "")) {
			return reason(rootWritten, t.In, "ADD in line %d unpacks an archive, whose files keep the owners that they have in it: builders do not look at --chown then", t.In.Line)
		}
	}
	return nil
}

// dataDir reports whether a path is where services keep what they change.
func dataDir(name string) bool {
	for _, dir := range []string{"/srv", "/data", "/var/lib", "/var/cache", "/var/spool", "/var/log"} {
		if below(name, dir) || name == "/data" {
			return !managerDirs.MatchString(name)
		}
	}
	return false
}

func hasFlag(in *parser.Instruction, name string) bool {
	_, ok := in.Flag(name)
	return ok
}

// rootPackages are packages whose programs need what only root has: the container
// engine's socket, the network's configuration, mounts.
var rootPackages = explained(map[string]string{
	"the container engine's socket": "docker docker.io docker-ce docker-ce-cli docker-cli docker-engine moby-engine moby-cli podman buildah containerd libvirt-daemon-system",
	"the network's configuration":   "iptables ip6tables nftables ipset ipvsadm conntrack conntrack-tools ebtables arptables wireguard-tools openvpn strongswan keepalived bridge-utils",
	"mounting":                      "nfs-common nfs-utils cifs-utils fuse fuse3 sshfs s3fs davfs2 lvm2 cryptsetup kmod",
})

// rootPackage is a package that a call installs and that is for what only root
// has, and what that is.
func rootPackage(c stage.Call) (name, what string) {
	if c.Manager() == "" {
		return "", ""
	}
	for _, name := range packages(c) {
		if what := rootPackages[name]; what != "" {
			return name, what
		}
	}
	return "", ""
}

// secretive describes a call that makes files which nobody but their owner can
// read, or closes them, where no chown and no copy gives them to the account; ""
// if it does not.
func (p *Pass) secretive(pl *plan, c stage.Call) string {
	switch c.Name {
	case "openssl":
		if p.closedKey(c) {
			return "openssl " + c.Sub()
		}
	case "ssh-keygen", "keytool":
		if len(p.traces().chowned) == 0 && !c.Has("-list", "-import", "-importcert", "-trustcacerts", "-F", "-R") {
			return c.Name
		}
	case "umask":
		if op := c.Sub(); strings.HasSuffix(op, "7") {
			return "umask " + op
		}
	case "install":
		if mode, ok := installMode(c); ok && closes(mode) && !hasLetter(c, 'o', "--owner") {
			return "install -m " + mode
		}
	case "chmod":
		ops := c.Operands()
		if len(c.Args) > 0 && strings.HasPrefix(c.Args[0].Text, "o-") || len(ops) < 2 {
			return ""
		}
		mode := ops[0].Text
		for _, op := range ops[1:] {
			if hidden := hidesScript(mode, op.Text); !hidden && !closes(mode) {
				continue
			} else if hidden && closedOwner.MatchString(mode) {
				return "chmod " + mode
			}
			if abs := c.Abs(op); abs == "" || p.foreign(pl, abs) && !givenTo(pl, abs) || !p.traces().owned(abs) && !p.copied(abs) && !within(abs, "/root") && !within(abs, "/etc/sudoers.d") && !(ownerRuns.MatchString(mode) && p.Graph.OpenToRun(abs)) {
				return "chmod " + mode
			}
		}
	}
	return ""
}

// copied reports whether a path lies in what a copy brings and the fix gives to
// the account.
func (p *Pass) copied(name string) bool {
	for _, t := range p.transfers() {
		if t.Dest != "" && within(name, t.Dest) && (t.Chown != "" || p.own(t, "")) {
			return true
		}
	}
	return false
}

// projectRun describes a call that writes below the working directory what is not
// known; "" if it does not.
func projectRun(c stage.Call, work stage.Dir) string {
	inWork := work.At != nil && (c.Dir == "" || within(c.Dir, work.Path))
	if inWork && writesUnknown(c) {
		return c.Name + " to a file that cannot be told"
	}
	switch c.Name {
	case "find":
		if inWork && c.Has("-exec", "-execdir") && c.Has("cp", "tee", "touch", "sh", "bash") {
			return "find -exec"
		}
	case "npm", "yarn", "pnpm", "bun":
		if name, _, _ := packageScript(c); inWork && name != "" && !nodeSubs[c.Sub()] && name != "test" && name != "lint" {
			return strings.TrimSpace(c.Name + " run " + name)
		}
	case "python", "python3", "python2":
		ops := c.Operands()
		if len(ops) == 0 && hasInput(c) {
			return c.Name + ", reading its program from a heredoc,"
		}
		if c.Has("-c", "-m") {
			return pythonWrites(c)
		}
		if len(ops) == 0 {
			return ""
		}
		script := path.Base(ops[0].Text)
		if script == "setup.py" || script == "get-pip.py" || script == "manage.py" && c.Has("collectstatic", "compilemessages", "compilescss", "compress") {
			return ""
		}
		return c.Name + " " + ops[0].Text
	case "node", "ruby", "perl", "php":
		if ops := c.Operands(); len(ops) > 0 && inWork && !c.Has("-e", "-r", "-v", "--version") && !phpPrints(c) && !strings.HasPrefix(ops[0].Text, "/usr") && ops[0].Text != "composer-setup.php" {
			return c.Name + " " + ops[0].Text
		}
	case "rails", "rake", "flask", "alembic", "sqlite3", "prisma", "knex", "sequelize", "typeorm":
		return c.Name + " " + c.Sub()
	case "bundle":
		if c.Sub() == "exec" {
			return "bundle exec"
		}
	case "git":
		if c.Sub() == "clone" && cloneIntoWork(c, work) {
			return "git clone"
		}
		if c.Sub() == "init" && inWork { // git refuses a repository of another user's
			return "git init"
		}
	case "cp":
		ops := c.Operands()
		if len(ops) > 1 && work.At != nil && within(c.Abs(ops[len(ops)-1]), work.Path) && hasLetter(c, 'r', "--recursive") || hasLetter(c, 'R', "") && len(ops) > 1 && work.At != nil && within(c.Abs(ops[len(ops)-1]), work.Path) {
			if !hasLetter(c, 'a', "--archive") && !hasLetter(c, 'p', "--preserve") {
				return "cp -r"
			}
		}
	case "rsync":
		if ops := c.Operands(); len(ops) > 1 && work.At != nil && within(c.Abs(ops[len(ops)-1]), work.Path) && !hasLetter(c, 'a', "--archive") && !hasLetter(c, 'o', "--owner") {
			return "rsync"
		}
	case "tar", "unzip", "bsdtar":
		if inWork && !c.Has("-t", "-l", "--list") && c.Name != "tar" || c.Name == "tar" && extracts(c) && within(extractDir(c), work.Path) && work.At != nil {
			return c.Name
		}
	case "sh", "bash", "ash":
		if ops := c.Operands(); len(ops) > 0 && !c.Has("-c", "-ec", "-lc", "-s") && inWork {
			return ops[0].Text
		}
	}
	if strings.Contains(c.Path, "/") && !strings.HasPrefix(c.Path, "/") && !strings.HasPrefix(c.Path, "node_modules/") && inWork && !buildScript[c.Name] {
		return c.Path
	}
	return ""
}

// phpPrints reports whether a call of php only prints what is said about an extension, a
// function or a class. Source: https://www.php.net/manual/en/features.commandline.options.php
func phpPrints(c stage.Call) bool {
	return c.Name == "php" && c.Has("--ri", "--rf", "--rc", "--re", "--rz")
}

// writesUnknown reports whether a call makes a file whose name is not known.
func writesUnknown(c stage.Call) bool {
	for _, r := range c.Redirects {
		if _, lit := r.Target.Lit(); !lit && (r.Op == ">" || r.Op == ">>") && !strings.Contains(r.Target.Raw, "/") {
			return true
		}
	}
	if c.Name != "cp" && c.Name != "install" && c.Name != "tee" && c.Name != "touch" {
		return false
	}
	ops := c.Operands()
	return len(ops) > 0 && !ops[len(ops)-1].Known && !strings.Contains(strings.TrimLeft(ops[len(ops)-1].Text, `"`), "/")
}

// blockWrites reports whether a RUN redirects a block of commands to a file that is
// not elsewhere than below the working directory.
func (p *Pass) blockWrites(in *parser.Instruction) bool {
	work, script := p.Graph.Final().End().WorkDir, in.Script()
	if script == nil {
		return false
	}
	for _, c := range script.Commands {
		for _, r := range c.Redirects {
			if target, _ := r.Target.Lit(); len(c.Words) == 0 && (r.Op == ">" || r.Op == ">>") && work.At != nil && (!strings.HasPrefix(target, "/") || below(target, work.Path)) {
				return true
			}
		}
	}
	return false
}

// startsToo reports whether a call of Django's manage.py is one that the image makes
// at its start as well.
func (p *Pass) startsToo(c stage.Call) bool {
	if !c.Has("manage.py", "./manage.py") && c.Name != "django-admin" && c.Name != "manage.py" {
		return false
	}
	for _, other := range p.started() {
		if p.at(other) != nil && c.Has("collectstatic") && other.Has("collectstatic") || c.Has("compilemessages") && other.Has("compilemessages") {
			return true
		}
	}
	return false
}

// pythonWrites describes python -m and python -c that may leave files: all but
// the modules that install, and programs that only import and print.
func pythonWrites(c stage.Call) string {
	for i, a := range c.Args[:max(0, len(c.Args)-1)] {
		next := c.Args[i+1]
		switch {
		case a.Text == "-m" && !quietModules[next.Text]:
			return c.Name + " -m " + next.Text
		case a.Text == "-c" && !quietCode.MatchString(next.Text):
			return c.Name + " -c"
		case a.Text == "-m" || a.Text == "-c":
			return ""
		}
	}
	return ""
}

var quietModules = wordSet(`pip venv virtualenv ensurepip compileall py_compile site pipx uv build spacy poetry pipenv pytest unittest`)

var quietCode = regexp.MustCompile(`^\s*((import|from|print|assert|exit|sys\.exit)\b[^;=]*(;\s*|$))*$`)

func hasInput(c stage.Call) bool {
	for _, r := range c.Redirects {
		if r.Heredoc != "" {
			return true
		}
	}
	return false
}

// buildScript are programs of a project that only build.
var buildScript = wordSet(`
	configure mvnw gradlew mill millw autogen.sh bootstrap configure.sh
`)

func cloneIntoWork(c stage.Call, work stage.Dir) bool {
	ops := c.Operands()
	if work.At == nil || len(ops) < 2 {
		return false
	}
	target, ok := cloneTarget(c)
	switch {
	case ok:
	case len(ops) == 2 || strings.Contains(ops[len(ops)-1].Text, "://"):
		target = c.Dir
	default:
		target = c.Abs(ops[len(ops)-1])
	}
	return target == "" || within(target, work.Path) || within(work.Path, target)
}
