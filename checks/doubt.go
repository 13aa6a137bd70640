package checks

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// withheld finds the reason why an image must keep starting as root, nil if
// there is none.
func (p *Pass) withheld() *Reason {
	for _, s := range p.Graph.Chain() {
		if s.From.Opaque != "" {
			return reason(opaque, s.From, "FROM in line %d could not be mapped to the bytes of the file", s.From.Line)
		}
		for _, in := range s.Instructions {
			if in.Opaque != "" {
				return reason(opaque, in, "%s in line %d could not be mapped to the bytes of the file", strings.ToUpper(in.Name), in.Line)
			}
		}
	}
	if in := p.onBuild(); in != nil {
		return reason(baseImage, in, "ONBUILD in line %d: every image built from this one would run its steps without root", in.Line)
	}
	if account, in, sign := p.drops(); sign != "" {
		to := "another account"
		if account != "" {
			to = account
		}
		where := ""
		if in != nil {
			where = fmt.Sprintf(" in line %d", in.Line)
		}
		return reason(dropsPrivileges, in, "%s%s: it starts as root on purpose and drops to %s by itself; Kubernetes' runAsNonRoot will still refuse it", sign, where, to)
	}
	for _, check := range []func() *Reason{p.daemon, p.server, p.rootHome} {
		if r := check(); r != nil {
			return r
		}
	}
	return nil
}

func (p *Pass) onBuild() *parser.Instruction {
	for _, s := range p.Graph.Chain() {
		for _, in := range s.Instructions {
			if in.Name == "onbuild" {
				return in
			}
		}
	}
	return nil
}

// daemon finds a program that needs root for its work.
func (p *Pass) daemon() *Reason {
	for _, c := range p.started() {
		in := p.at(c)
		switch {
		case c.Name == "apk" && c.Manager() != "":
			return reason(apkNeeded, in, "apk needs root, and is called when the container starts")
		case c.Manager() != "", adminTools[c.Name]:
			return reason(rootDaemon, in, "%s needs root, and is called when the container starts", c.Name)
		}
		if why, ok := daemons[c.Name]; ok && !isFlag(c) {
			return reason(rootDaemon, in, "%s needs root: it %s", c.Name, why)
		}
	}
	return nil
}

// adminTools change what only root may change.
var adminTools = map[string]bool{"chown": true, "chgrp": true, "sysctl": true, "modprobe": true, "insmod": true, "umount": true, "useradd": true, "adduser": true, "usermod": true, "groupadd": true, "addgroup": true, "groupmod": true,
	"chpasswd": true, "passwd": true, "update-ca-certificates": true, "ldconfig": true, "nsenter": true, "unshare": true, "losetup": true, "mkfs": true, "mknod": true, "tc": true, "nft": true, "ip6tables": true, "brctl": true, "ifconfig": true}

func isFlag(c stage.Call) bool { return strings.HasPrefix(c.Name, "-") }

// at is the ENTRYPOINT or CMD that a call stands in; nil for the base image's.
func (p *Pass) at(c stage.Call) *parser.Instruction {
	for _, in := range p.commands() {
		if c.Command != nil && in.Span.Contains(c.Span) && c.Span.Len() > 0 {
			return in
		}
	}
	return nil
}

// server finds a server that is prepared as root.
func (p *Pass) server() *Reason {
	s := p.Graph.Final()
	for _, c := range p.started() {
		if why, ok := servers[c.Name]; ok && !isFlag(c) && !p.busyboxServer(c) {
			msg := fmt.Sprintf("%s starts as root", c.Name)
			if why != "" {
				msg += ": it " + why
			}
			return reason(serverImage, p.at(c), "%s%s", msg, unprivileged(c.Name, s.Facts.Name))
		}
	}
	if s.Facts.Kind == image.Server && s.End().Start.Entrypoint == nil {
		return reason(serverImage, s.Root().From, "%s prepares its directories as root when it starts%s", s.BaseName(), unprivileged("", s.Facts.Name))
	}
	return nil
}

func unprivileged(program, name string) string {
	switch {
	case program == "nginx" || name == "nginx":
		return "; the image nginxinc/nginx-unprivileged is the same without root"
	case program == "httpd" || program == "httpd-foreground" || name == "httpd":
		return "; let it Listen on a port above 1023 and give the account its logs directory"
	}
	return ""
}

// namesHome reports whether a text names something in root's home.
func namesHome(text string) bool {
	return (strings.Contains(text, "/root") || strings.Contains(text, "~")) && homePath.MatchString(text)
}

var homePath = regexp.MustCompile(`(^|[\s"'=:,@(\[])(/root|~)(/|$|[\s"':,)\]])`)

// rootHome finds what the image needs below /root at run time.
func (p *Pass) rootHome() *Reason {
	say := func(in *parser.Instruction, what string) *Reason {
		return reason(needsRootHome, in, "%s in line %d needs something below /root, which only root can enter", what, in.Line)
	}
	for _, in := range p.commands() {
		if namesHome(in.Rest.Text) {
			return say(in, strings.ToUpper(in.Name))
		}
	}
	for _, s := range p.Graph.Chain() {
		for _, in := range s.Instructions {
			switch c := in.Cmd.(type) {
			case *instructions.EnvCommand:
				for _, kv := range c.Env {
					value, _ := s.Before(in).Expand(kv.Value)
					if now, ok := p.Graph.Final().End().ImageEnv(kv.Key); ok && namesHome(value) && namesHome(now) {
						return say(in, "ENV "+kv.Key)
					}
				}
			case *instructions.WorkdirCommand:
				if d := s.Before(in).Abs(c.Path); within(d, "/root") && within(p.Graph.Final().End().WorkDir.Path, "/root") {
					return say(in, "WORKDIR")
				}
			}
		}
	}
	for _, name := range []string{"HOME", "PATH"} {
		if value, ok := p.Graph.Final().End().ImageEnv(name); ok && p.setter(name) == nil && namesHome(value) {
			return reason(needsRootHome, p.Graph.Final().Root().From, "%s of %s leads below /root, which only root can enter", name, p.Graph.Final().BaseName())
		}
	}
	for _, t := range p.transfers() {
		if within(t.Dest, "/root") && !buildOnly(t.Dest) {
			return say(t.In, strings.ToUpper(t.In.Name))
		}
	}
	for _, v := range p.Graph.Final().End().Volumes {
		if v.At != nil && within(v.Path, "/root") {
			return say(v.At, "VOLUME")
		}
	}
	return p.toolHome()
}

var buildFiles = regexp.MustCompile(`^/root/\.(ssh|m2|gitconfig|netrc|npmrc|yarnrc|pypirc|cargo|gradle|docker|nuget|bashrc|profile|vimrc|bash_profile|config/pip|pip|gemrc|bundle|ivy2|sbt|cache)(/|$)`)

// buildOnly reports whether a file below /root is one that builds need, not
// running programs.
func buildOnly(name string) bool { return buildFiles.MatchString(name) }

// toolHome finds a tool that a RUN installs in root's home and that the command
// starts.
func (p *Pass) toolHome() *Reason {
	for _, c := range p.started() {
		switch c.Name {
		case "poetry", "pipenv":
			if in := p.virtualenv(c.Name); in != nil {
				return reason(needsRootHome, in, "%s in line %d makes its virtual environment below /root, which only root can enter; let it install into the system or the project", c.Name, in.Line)
			}
		}
	}
	return nil
}

// virtualenv finds the RUN that makes a virtual environment in root's home.
func (p *Pass) virtualenv(tool string) *parser.Instruction {
	end := p.Graph.Final().End()
	for _, name := range []string{"POETRY_VIRTUALENVS_CREATE", "POETRY_VIRTUALENVS_IN_PROJECT", "PIPENV_VENV_IN_PROJECT", "POETRY_VIRTUALENVS_PATH", "WORKON_HOME", "POETRY_CACHE_DIR"} {
		if _, ok := end.Env(name); ok {
			return nil
		}
	}
	var at *parser.Instruction
	for _, in := range p.runs() {
		for _, c := range p.calls(in) {
			if c.Name == tool && c.Has("virtualenvs.create", "virtualenvs.in-project", "virtualenvs.path", "--system") {
				return nil
			}
			if c.Name == tool && (c.Sub() == "install" || c.Sub() == "sync") {
				at = in
			}
		}
	}
	return at
}

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
	case !s.Facts.Listed:
		return p.unlisted(s, base)
	}
	distro, _ := s.Distro()
	if distro == "" || s.Tools() == "" {
		return reason(unknownBase, base, "what %s is made of is not known, so no account can be created by the distribution's means", s.BaseName())
	}
	if r := p.commandDoubt(s, base); r != nil {
		return r
	}
	if in := p.unreadable(); in != nil {
		return reason(unknownShell, in, "RUN in line %d is not written for a POSIX shell, or does not parse: what it does to accounts and files is not known", in.Line)
	}
	if in := p.volumeWithoutShell(pl); in != nil {
		return reason(volumeData, in, "VOLUME in line %d: without a shell nothing in the file can give its directory to %s", in.Line, pl.who.Spec)
	}
	if port, in := p.lowPort(); port != 0 {
		return reason(privilegedPort, in, "port %d is below 1024: any user may open it with Docker from 20.10 and containerd from 2.0, but not with CRI-O, older containerd or host networking", port)
	}
	return p.writesDoubt()
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
		return reason(unknownBase, base, "the base image %s depends on a build argument without a default: give it with --build-arg", s.BaseName())
	}
	return reason(unknownBase, base, "%s is not in the image table: its accounts and its command are not known", s.BaseName())
}

// commandDoubt is about what the image starts.
func (p *Pass) commandDoubt(s *stage.Stage, base *parser.Instruction) *Reason {
	st := s.End()
	if st.Start.Entrypoint == nil && st.Start.Cmd == nil {
		switch s.Facts.Command {
		case image.Program:
		case "":
			return reason(unknownBase, base, "what %s starts is not known, and the file has neither CMD nor ENTRYPOINT", s.BaseName())
		default:
			return reason(baseImage, s.From, "the file has neither CMD nor ENTRYPOINT, and %s starts nothing but a shell or an interpreter: others build on the image, or call it with a command", s.BaseName())
		}
	}
	if !st.Start.Known {
		return reason(unknownBase, base, "whether %s has an entrypoint of its own is not known", s.BaseName())
	}
	if s.Facts.Kind == image.Server || s.Facts.Kind == image.Tool || s.Facts.Kind == "" {
		return reason(serverImage, base, "%s is an image with a program of its own: which directories it needs is not in the Dockerfile", s.BaseName())
	}
	if calls := p.started(); len(calls) > 0 && onlyShell(calls) {
		return reason(baseImage, p.at(calls[0]), "the image starts nothing but a shell or an interpreter: what is done there may need root")
	}
	if ref := p.script(); ref != nil {
		r := reason(opaqueEntrypoint, ref.At, "what %s does is not in the Dockerfile: it may change owners, install packages or write as root", ref.Name)
		r.Span = ref.Span
		return r
	}
	if r := p.toolDoubt(); r != nil {
		return r
	}
	return p.programDoubt()
}

// onlyShell reports whether all that starts is a shell or an interpreter without
// a script.
func onlyShell(calls []stage.Call) bool {
	for _, c := range calls {
		if isFlag(c) {
			continue
		}
		if !shellNames[c.Name] && !interpreters.MatchString(c.Name) || len(c.Args) > 0 {
			return false
		}
	}
	return len(calls) > 0 && !isFlag(calls[len(calls)-1])
}

// projectTools run a project from its sources; the value says which subcommands
// only start something that is built, "" for none.
var projectTools = map[string]string{
	"npm": "", "yarn": "", "pnpm": "", "npx": "", "bun": "", "bunx": "", "cargo": "", "mvn": "", "mvnw": "", "gradle": "", "gradlew": "", "sbt": "", "lein": "", "mix": "", "rails": "", "rake": "", "bundle": "",
	"gulp": "", "grunt": "", "webpack": "", "webpack-dev-server": "", "ng": "", "vite": "", "next": "start", "nuxt": "start", "nodemon": "", "ts-node": "", "ts-node-dev": "", "react-scripts": "", "gatsby": "", "hexo": "", "jekyll": "", "make": "", "composer": "", "foreman": "", "forego": "", "honcho": "", "overmind": "",
	"poetry": "", "pipenv": "", "uv": "", "conda": "", "mamba": "", "tox": "", "nox": "", "pytest": "", "ember": "", "meteor": "", "lerna": "", "nx": "", "turbo": "", "tsx": "", "pm2": "", "pm2-runtime": "", "pm2-docker": "", "air": "", "reflex": "", "crystal": "", "stack": "", "cabal": "", "clj": "", "clojure": "", "boot": "", "rebar3": "", "dub": "", "shards": "",
}

// toolDoubt finds a command that builds at start.
func (p *Pass) toolDoubt() *Reason {
	for _, c := range p.started() {
		in := p.at(c)
		allowed, tool := projectTools[c.Name]
		switch {
		case isFlag(c) || in == nil:
			continue
		case c.Name == "npm" || c.Name == "yarn" || c.Name == "pnpm":
			return reason(opaqueEntrypoint, in, "%s runs a script of package.json, which is not in the Dockerfile: a build or a development server writes into directories that root made; start the program itself", strings.TrimSpace(c.Name+" "+strings.Join(texts(c), " ")))
		case tool && (allowed == "" || c.Sub() != allowed),
			c.Name == "go" && (c.Sub() == "run" || c.Sub() == "test" || c.Sub() == "build"),
			c.Name == "dotnet" && (c.Sub() == "run" || c.Sub() == "watch" || c.Sub() == "test" || c.Sub() == "build"),
			c.Name == "swift" && c.Sub() == "run",
			c.Name == "php" && c.Has("artisan"),
			c.Name == "hugo" || c.Name == "mkdocs":
			return reason(buildAtStart, in, "%s builds, or prepares the project, when it starts, in directories that a RUN made as root; start the built program itself", strings.TrimSpace(c.Name+" "+c.Sub()))
		}
	}
	return nil
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

// writesDoubt finds a RUN that makes files as root which the process may have to
// write to.
func (p *Pass) writesDoubt() *Reason {
	work := p.Graph.Final().End().WorkDir
	for _, in := range p.runs() {
		if homeInstall(in) {
			return reason(needsRootHome, in, "RUN in line %d installs something below /root, which only root can enter; install it below /opt or /usr/local", in.Line)
		}
		for _, c := range p.calls(in) {
			if name := dockerPackage(c); name != "" {
				return reason(unknownProgram, in, "%s in line %d is for the container engine's socket, which is root's", name, in.Line)
			}
			if what := p.secretive(c); what != "" {
				return reason(rootWritten, in, "%s in line %d makes a file that only root can read; give it to the account with chown in the same RUN", what, in.Line)
			}
			if what := projectRun(c, work); what != "" {
				return reason(rootWritten, in, "%s in line %d makes files as root that the process may have to write to", what, in.Line)
			}
		}
	}
	return nil
}

var homeUse = regexp.MustCompile(`(^|[\s"'=:,@(\[;&|])(/root/|~/|\$HOME/|\$\{HOME\}/)([^\s"';&|)]*)`)

// homeInstall reports whether a RUN puts something below /root that is more than
// a cache or a setting of build tools.
func homeInstall(in *parser.Instruction) bool {
	text := in.Rest.Text
	for _, doc := range in.Heredocs {
		text += "\n" + doc.Content
	}
	if strings.Contains(text, "/root") || strings.Contains(text, "~/") || strings.Contains(text, "HOME") {
		for _, m := range homeUse.FindAllStringSubmatch(text, -1) {
			if !buildOnly("/root/" + m[3]) {
				return true
			}
		}
	}
	return strings.Contains(text, "pip install --user") || strings.Contains(text, "pip3 install --user") || strings.Contains(text, "playwright install") && !strings.Contains(text, "PLAYWRIGHT_BROWSERS_PATH")
}

// dockerPackage is a package that talks to a container engine, "" if the call
// installs none.
func dockerPackage(c stage.Call) string {
	if c.Manager() == "" {
		return ""
	}
	for _, name := range packages(c) {
		switch name {
		case "docker", "docker.io", "docker-ce", "docker-ce-cli", "docker-cli", "docker-engine", "moby-engine", "moby-cli", "podman", "buildah", "containerd", "libvirt-daemon-system":
			return name
		}
	}
	return ""
}

var closedMode = regexp.MustCompile(`^(0?[0-7][0-7]0|[ugoa,=+rwxXst-]*(go|o|og)(-[rwx]*r[rwx]*|=)(,.*)?)$`)

// secretive describes a call that makes files which nobody but their owner can
// read, or closes them, where no chown and no copy gives them to the account; ""
// if it does not.
func (p *Pass) secretive(c stage.Call) string {
	switch c.Name {
	case "openssl":
		if sub := c.Sub(); (sub == "req" || sub == "genrsa" || sub == "genpkey" || sub == "ecparam" || sub == "pkcs12") && len(p.traces().chowned) == 0 {
			return "openssl " + sub
		}
	case "ssh-keygen", "keytool":
		if len(p.traces().chowned) == 0 && !c.Has("-list", "-import", "-importcert", "-trustcacerts", "-F", "-R") {
			return c.Name
		}
	case "umask":
		if op := c.Sub(); strings.HasSuffix(op, "7") {
			return "umask " + op
		}
	case "chmod":
		ops := c.Operands()
		if len(c.Args) > 0 && strings.HasPrefix(c.Args[0].Text, "o-") || len(ops) < 2 || !closedMode.MatchString(ops[0].Text) {
			return ""
		}
		for _, op := range ops[1:] {
			if abs := c.Abs(op); abs == "" || !p.traces().owned(abs) && !p.copied(abs) && !within(abs, "/root") && !within(abs, "/etc/sudoers.d") {
				return "chmod " + ops[0].Text
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
	switch c.Name {
	case "python", "python3", "python2":
		ops := c.Operands()
		if len(ops) == 0 || c.Has("-c", "-m") {
			return ""
		}
		script := path.Base(ops[0].Text)
		if script == "setup.py" || script == "get-pip.py" || script == "manage.py" && c.Has("collectstatic", "compilemessages", "compilescss", "compress") {
			return ""
		}
		return c.Name + " " + ops[0].Text
	case "node", "ruby", "perl", "php":
		if ops := c.Operands(); len(ops) > 0 && inWork && !c.Has("-e", "-r", "-v", "--version") && !strings.HasPrefix(ops[0].Text, "/usr") && ops[0].Text != "composer-setup.php" {
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
	case "tar", "unzip", "bsdtar":
		if inWork && !c.Has("-t", "-l", "--list") && c.Name != "tar" || c.Name == "tar" && extracts(c) && within(extractDir(c), work.Path) && work.At != nil {
			return c.Name
		}
	case "sh", "bash", "ash":
		if ops := c.Operands(); len(ops) > 0 && !c.Has("-c", "-ec", "-lc", "-s") && inWork {
			return ops[0].Text
		}
	}
	if strings.HasPrefix(c.Path, "./") && inWork && !buildScript[c.Name] {
		return c.Path
	}
	return ""
}

// buildScript are programs of a project that only build.
var buildScript = map[string]bool{"configure": true, "mvnw": true, "gradlew": true, "autogen.sh": true, "bootstrap": true, "configure.sh": true}

func cloneIntoWork(c stage.Call, work stage.Dir) bool {
	ops := c.Operands()
	if work.At == nil || len(ops) < 2 {
		return false
	}
	target := c.Abs(ops[len(ops)-1])
	if len(ops) == 2 || strings.Contains(ops[len(ops)-1].Text, "://") {
		target = c.Dir
	}
	return target == "" || within(target, work.Path) || within(work.Path, target)
}

func extracts(c stage.Call) bool {
	return hasLetter(c, 'x', "--extract") || len(c.Args) > 0 && !strings.HasPrefix(c.Args[0].Text, "-") && strings.Contains(c.Args[0].Text, "x")
}

// extractDir is the directory that tar unpacks to.
func extractDir(c stage.Call) string {
	for i, a := range c.Args {
		if (a.Text == "-C" || a.Text == "--directory") && i+1 < len(c.Args) {
			return c.Abs(c.Args[i+1])
		}
	}
	return c.Dir
}
