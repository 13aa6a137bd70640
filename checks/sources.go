package checks

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/dfharden/dfharden/stage"
)

// sourceEnds are endings of files in which a project's program says what it does;
// settingsFile are names of those that its libraries read.
var (
	sourceEnds   = wordSet(`.py .js .mjs .cjs .ts .mts .rb .php .go .java .kt .scala .groovy .rs .c .cc .cpp .cs .fs .ex .exs .erl .clj .pl .pm .lua .jl .r .R .swift .nim .cr .dart .hs .ml .d .zig .v .coffee .tsx .jsx .cts .phtml .cxx .h .hpp .ini .cfg .properties`)
	settingsFile = regexp.MustCompile(`(?i)^(application|appsettings|config|settings|logging|logback|log4j2?|nlog|server|context|database|storage)[\w.-]*\.(ya?ml|xml|toml|json|conf|config)$|^\.env$`)
	testFile     = regexp.MustCompile(`(^|/)test_|[._](test|spec)\.|\.min\.|(^|/)(setup\.(py|cfg)|tox\.ini|[Gg]runtfile|[Gg]ulpfile|webpack\.|vite\.|jest\.)`)
)

// sourceDoubt finds a line in the project's own files that names a path of root's,
// to write to, or that does what only root may do.
func (p *Pass) sourceDoubt(pl *plan) (found *Reason) {
	p.Graph.ProjectFiles(p.wantedSource(), func(f stage.ProjectFile) bool {
		if shellScript(f) {
			found = p.scriptLine(pl, f)
			return found == nil
		}
		if port, n := p.serverFile(f); port != 0 {
			found = sourcePort(f, n, port)
			return false
		}
		if n := p.wantsHome(pl, f); n != 0 {
			found = reason(rootDirectory, f.At, "%s asks for the home directory in line %d, which is / without an account in the image; set ENV HOME=/tmp", f.Name, n)
			return false
		}
		if found = p.builtLog(pl, f); found != nil {
			return false
		}
		if found = p.settingsDoubt(pl, f); found != nil {
			return false
		}
		if found = p.builtByCode(pl, f); found != nil {
			return false
		}
		if !sourceSign.Match(f.Data) && !systemSign.Match(f.Data) && !serverSettings.MatchString(path.Base(f.Name)) && !(p.startsInRoot(pl) && (writesCode.Match(f.Data) || relativeSetting.Match(f.Data))) {
			return true
		}
		for i, line := range bytes.Split(f.Data, []byte("\n")) {
			if found = p.sourceLine(pl, f, i+1, string(line)); found != nil {
				return false
			}
		}
		return true
	})
	return found
}

// sourceSign is what a file has at least if one of its lines is of interest.
var sourceSign = regexp.MustCompile(`["'` + "`" + `=:>\s(/]/[\w.]|(?i:uid|chown|sock_raw|af_packet|scapy|icmplib|pythonping|pyshark|libbpf|ebpf|bpf_prog|perf_event|"ip[46]?:|sockettype|setprivileged|type::raw|simple-?git|git\.repo|[^\w]git[^\w])|\.\.["'/]|dirname|__file__|\.parent\b`)

// sourceLine judges one line.
func (p *Pass) sourceLine(pl *plan, f stage.ProjectFile, n int, line string) *Reason {
	text := strings.TrimSpace(line)
	if isComment(f.Name, text) || len(text) > 1000 {
		return nil
	}
	if m := rootCode.FindString(text); m != "" {
		return reason(unknownProgram, f.At, "%s calls %s in line %d, which only root may do, or may do for others", f.Name, strings.TrimSuffix(m, "("), n).with("see that the call is left out where the program does not run as root, then apply the fix with --unsafe-fixes")
	}
	if m := rawSocket.FindString(text); m != "" {
		return reason(needsCapability, f.At, "%s uses %s in line %d", f.Name, m, n)
	}
	if m := userSetting.FindStringSubmatch(text); m != nil && serverSettings.MatchString(path.Base(f.Name)) && m[2] != "root" && m[2] != "0" {
		return reason(unknownProgram, f.At, "%s sets %s in line %d: the server changes to that account, which only root may do", f.Name, m[1], n).with("remove the setting, then apply the fix with --unsafe-fixes")
	}
	if r := p.systemLine(f, n, text); r != nil {
		return r
	}
	if p.startsInRoot(pl) && (writesCode.MatchString(text) && relativePath.MatchString(text) || relativeSetting.MatchString(text)) {
		return reason(rootDirectory, f.At, "%s writes below its working directory in line %d, and that is /, which is root's", f.Name, n).with("set a WORKDIR")
	}
	if s := pl.stage.Root(); s.Ref == "scratch" && writesCode.MatchString(text) && scratchTmp.MatchString(text) {
		return reason(rootDirectory, f.At, "%s makes /tmp in line %d, which scratch does not have, in a directory that is root's", f.Name, n)
	}
	if strings.Contains(text, "it") && startsGit.MatchString(text) {
		if in := p.clonedByRoot(pl); in != nil {
			return reason(rootWritten, in, "%s calls git in line %d, which refuses to work in what the RUN in line %d clones as root", f.Name, n, in.Line)
		}
	}
	if in := p.besideItself(pl, f, text); in != nil {
		return reason(rootDirectory, f.At, "%s writes beside itself in line %d, and the RUN in line %d installs it among root's packages", f.Name, n, in.Line)
	}
	if p.writesAbove(pl, f, text) {
		return reason(rootDirectory, f.At, "%s leads above the project in line %d, to write in %s, which is root's", f.Name, n, path.Dir(pl.stage.End().WorkDir.Path))
	}
	if m := changesDir.FindStringSubmatch(text); m != nil {
		if dir := path.Clean(m[1]); p.rootsPlace(pl, dir) && !within(dir, "/tmp") && dir != "/var/tmp" && (dir != "/" || writesRelative(f.Data)) {
			return reason(rootDirectory, f.At, "%s goes to %s in line %d, which is root's: the process may have to write there", f.Name, dir, n)
		}
	}
	for _, name := range p.sourcePaths(text, f.Data) {
		if p.rootsPlace(pl, name) && !p.isRoute(f, text, name) {
			return namesRootsPlace(f, name, n)
		}
		if in := p.stayingCopy(pl, name); in != nil && (writesCode.MatchString(text) || writesAssigned(text, f.Data)) {
			return reason(rootWritten, in, "%s names %s in line %d, to write there, and the copy in line %d brings it as root's", f.Name, name, n, in.Line).with("add --chown to it, then use --unsafe-fixes")
		}
	}
	if rootConstant.MatchString(text) && writesAssigned(text, f.Data) {
		return reason(rootDirectory, f.At, "%s makes a path below / of what line %d names, to write there, and / is root's", f.Name, n)
	}
	return nil
}

// startsInRoot reports whether the program starts in the root directory.
func (p *Pass) startsInRoot(pl *plan) bool {
	d := pl.stage.End().WorkDir
	return !pl.moved && d.At == nil && (d.Path == "/" || d.Path == "")
}

var (
	// serverSettings are files of servers that change their user by themselves.
	serverSettings = regexp.MustCompile(`(?i)gunicorn.*\.py$|uwsgi.*\.ini$|^(unicorn|puma|thin).*\.rb$`)
	userSetting    = regexp.MustCompile(`^(user|group|uid|gid)\s*=?\s*["']?([\w-]+)`)
	relativePath   = regexp.MustCompile(`(?i)\b(open|makedirs|mkdir\w*|writefile\w*|createwritestream|appendfile\w*|path\.of|paths\.get|path|new file|filewriter|fileoutputstream|create|openfile|file_put_contents|filehandler|connect)\(\s*["'](\./)?[a-z_][\w./-]*["']|filename\s*=\s*["'][a-z_][\w./-]*["']`)
	// relativeSetting is a relative path of a file that is written, in settings of Java.
	relativeSetting = regexp.MustCompile(`jdbc:(?:h2|sqlite|derby|hsqldb):(?:file:)?(?:\./|[\w-]+[/.])|\blogging\.file(?:\.name|\.path)?\s*[=:]\s*[\w.]`)
	scratchTmp      = regexp.MustCompile(`["'` + "`" + `]/tmp\b`)
	// rootCode changes the user, or the owner of files.
	rootCode  = regexp.MustCompile(`\b(process\.(set|init)[ug]\w+|os\.(setuid|setgid|setreuid|setresuid|setgroups|initgroups|l?chown|L?Chown)|shutil\.chown|(fs|fsp)\.l?chown(Sync)?|chownSync|(syscall|unix)\.(Setuid|Setgid|Setresuid|Chroot|Mount)|posix_set[ug]id|Process::(UID|GID|Sys)\.\w+|FileUtils\.chown\w*|setuid|setgid)\(`)
	rawSocket = regexp.MustCompile(`\b(SOCK_RAW|AF_PACKET|raw-socket|net-ping|gopacket|scapy|icmplib|pythonping|pyshark|bpf/libbpf\.h|cilium/ebpf|BPF_PROG_LOAD|perf_event_open)\b|\bListenPacket\("ip[46]?:\w+|\bSocketType\.Raw\b|\bSetPrivileged\(true\)|\bType::RAW\b`)
	// quotedPath is an absolute path that a string begins with, perhaps behind a scheme.
	quotedPath = regexp.MustCompile(`["'` + "`" + `](?:sqlite[\w+]*:///|file:(?://)?|jdbc:\w+:(?:file:)?|unix:(?://)?)?(/[\w.@+/-]+)`)
	// settingPath is one behind a name and "=" or ":", or a default in "${name:/path}".
	settingPath = regexp.MustCompile(`[=:>]\s*(?:sqlite[\w+]*:///|jdbc:\w+:(?:file:)?|file:(?://)?|unix:(?://)?)?(/[\w.@+/-]+)`)
	// wordPath is one behind a name and a blank, as settings without an ending have it.
	wordPath = regexp.MustCompile(`^[\w.-]+\s+"?(/[\w.@+/-]+)`)
	// writesCode are calls that make or open something to write to.
	writesCode = regexp.MustCompile(`(?i)\bopen\(.*["'](r\+|[wax]b?t?\+?)["']|makedirs|mkdir|writefile|write_text|write_bytes|createwritestream|appendfile|filehandler|filesystemstorage|os\.(create|openfile)\b|outputstream|filewriter|createdirector|sqlite|bolt\.open|file_put_contents|fopen\(.*["'][wax]|diskstorage|touch\(|ofstream|\bfile::create|create_dir|fs::write|writeall|appendall|streamwriter|writetext|file\.write|basicconfig\(.*filename`)
	// writesName is a variable for a place to write to, in front of its value.
	writesName = regexp.MustCompile(`(?i)((data|db|database|upload|log|cache|storage|store|output|state|static|media|file|work|save|download|backup|export|tmp|temp|report|spool|queue)s?[_.-]?(dir|directory|folder|path|root|file|location)|\b(dir|directory|dest|destination|logfile|pidfile|datadir))["'\])]*\s*(:=|[:=,]|\?\?|or|\|\|)\s*(new )?([\w.]+\()*["'` + "`" + `]?$`)
	// writesFlag is the same as an option of the program with its default.
	writesFlag = regexp.MustCompile(`(?i)["'](--?)?(data|db|storage|uploads?|cache|logs?|output|work|state)[_-]?(dir|path|file)?["']\s*[,:=]\s*(default\s*[=:]\s*)?["'` + "`" + `]$`)
	// pythonPath is a constant of pathlib, in front of its value; makesDirs is what
	// makes it a place to write to.
	pythonPath = regexp.MustCompile(`^\w+\s*=\s*(pathlib\.)?Path\(["']$`)
	makesDirs  = regexp.MustCompile(`\.(mkdir|write_text|write_bytes|touch)\(|\.open\(["'][wax]`)
)

// databaseURL is what stands in front of the file of a database; xmlPlace is a property
// in XML that is named for a place to write to.
var (
	databaseURL = regexp.MustCompile(`(?i)(sqlite[\w+]*:///|jdbc:(h2|sqlite|derby|hsqldb):(file:)?)$`)
	xmlPlace    = regexp.MustCompile(`(?i)name="[\w.-]*(log|data|upload|cache|store|storage|work)[\w.-]*"\s*(value="|>)\s*$`)
)

// pathEnd is what stands in front of a string that is put behind another.
var pathEnd = regexp.MustCompile(`[.+]\s*["'` + "`" + `]$`)

// mountDir are directories of the system below which programs keep data.
var mountDir = regexp.MustCompile(`^/(media|mnt|srv|opt|var)(/|$)`)

// writtenEnd are endings of files that programs write.
var writtenEnd = wordSet(`.db .sqlite .sqlite3 .log .pid .sock .lock`)

// installedPath is one where packages put files, which programs hardly ever write to.
var installedPath = regexp.MustCompile(`^/(etc|usr)/`)

// joinedPath is a directory that is put together of its parts.
var joinedPath = regexp.MustCompile(`["']/(var|run)["']\)?\s*[,/]\s*["'](lib|log|run|cache|spool|lock)["']`)

// sourcePaths lists the paths of a line that the program may write to: below the
// directories for that, or elsewhere if the line or the rest of the file says so.
func (p *Pass) sourcePaths(line string, file []byte) []string {
	var names []string
	found := quotedPath.FindAllStringSubmatchIndex(line, -1)
	if len(found) == 0 {
		found = settingPath.FindAllStringSubmatchIndex(line, -1)
	}
	if len(found) == 0 {
		found = wordPath.FindAllStringSubmatchIndex(line, -1)
	}
	for _, at := range found {
		name := path.Clean(line[at[2]:at[3]])
		if strings.HasPrefix(line[at[2]:at[3]], "//") && strings.HasSuffix(line[:at[2]], ":") { // of a URL: its host
			if name = urlFile(line[:at[2]], name); name == "" {
				continue
			}
		}
		front := line[:at[2]]
		says := writtenEnd[path.Ext(name)] || databaseURL.MatchString(front) || xmlPlace.MatchString(front) || writesName.MatchString(front) || writesFlag.MatchString(front) || makesDirs.Match(file) && pythonPath.MatchString(front)
		writes := writesCode.MatchString(line)
		switch {
		case pathEnd.MatchString(front): // the end of a path
		case within(name, "/run/secrets"), within(name, "/var/run/secrets"), strings.HasPrefix(name, "/run/docker-"), managerDirs.MatchString(name):
		case runTimePath(name), slices.Contains(runTime, name) && writes,
			(topLevel(name) || mountDir.MatchString(name) && !within(name, "/var/tmp")) && (says || writes || writesAssigned(line, file) || p.writesExported(line)):
			names = append(names, name)
		}
	}
	if (strings.Contains(line, "/etc/") || strings.Contains(line, "/usr/")) && writesCode.MatchString(line) {
		for _, m := range quotedPath.FindAllStringSubmatch(line, -1) {
			if name := path.Clean(m[1]); installedPath.MatchString(name) && !inPathDirs[path.Dir(name)] {
				names = append(names, name)
			}
		}
	}
	if m := joinedPath.FindStringSubmatch(line); m != nil {
		names = append(names, path.Join("/", m[1], m[2]))
	}
	return names
}
