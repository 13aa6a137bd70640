package checks

import (
	"fmt"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/source"
)

// ReasonDoc is the documentation of a reason code.
type ReasonDoc struct {
	Code    string
	Grade   string // "withheld", "unsafe" or both
	Summary string // what the file shows
	Advice  string // what the person should do, in sentences
	Do      string // the same as a clause behind the reason's message
}

// The codes that Reason.Code takes. docs/reasons.md is made from Reasons.
const (
	dropsPrivileges  = "drops-privileges"
	opaqueEntrypoint = "opaque-entrypoint"
	unknownBase      = "unknown-base"
	rootDaemon       = "root-daemon"
	serverImage      = "server-image"
	needsRootHome    = "needs-root-home"
	baseImage        = "base-image"
	baseOnBuild      = "base-onbuild"
	apkNeeded        = "apk-needed"
	nonRootBase      = "non-root-base"
	privilegedPort   = "privileged-port"
	unknownShell     = "unknown-shell"
	opaque           = "opaque"
	volumeData       = "volume-data"
	rootWritten      = "root-written"
	rootDirectory    = "root-directory"
	unreadableFiles  = "unreadable-files"
	buildAtStart     = "build-at-start"
	gitOwnership     = "git-ownership"
	npmOwnership     = "npm-ownership"
	windowsACL       = "windows-acl"
	buildArgument    = "build-argument"
	changedIDs       = "changed-ids"
	unknownProgram   = "unknown-program"
	mountedFiles     = "mounted-files"
	mountedHome      = "mounted-home"
	hostSession      = "host-session"
	needsCapability  = "needs-capability"
	otherFiles       = "other-files"
	setuidNeeded     = "setuid-needed"
	recommended      = "recommended-packages"
	offline          = "offline-build"
	perhapsArchive   = "perhaps-archive"
	firstProcess     = "first-process"
)

// Reasons documents every code.
var Reasons = []ReasonDoc{
	{dropsPrivileges, "withheld", "The image starts as root on purpose and gives the privileges up itself: gosu, su-exec, setpriv, runuser, su, s6-overlay, `chroot --userspec`, or a test of `id -u`, in ENTRYPOINT or CMD, or such a program installed for a start script.", "Kubernetes' runAsNonRoot still refuses such an image. If the start script only prepares directories, do that in the Dockerfile and set USER to the account that it drops to.", "prepare in the Dockerfile what the start script prepares, and set USER to that account; else let the pod start it as root"},
	{opaqueEntrypoint, "unsafe", "What starts is a script, or a script of package.json, that cannot be read: it is not in the build context (`--context`), a RUN made it, or it is not for a POSIX shell.", "Read the script: if it neither installs packages, nor changes owners, nor writes outside the working directory, the home and /tmp, apply the fix with `--unsafe-fixes`.", "read it, or say with --context where it is; then use --unsafe-fixes"},
	{unknownBase, "unsafe or withheld", "The base image's user, distribution or command is not known: a variable without a default, or an image that no table lists.", "Give the variable a value with `--build-arg`, or read what the image is and apply the fix with `--unsafe-fixes`.", "use --resolve, or list the image under images in the configuration; else read what it is and use --unsafe-fixes"},
	{rootDaemon, "withheld", "The program needs root for its work: sshd, cron, an init system, supervisord, dockerd, openvpn and their like.", "Run the service without it (Kubernetes restarts, schedules and connects by itself), or keep the image as it is and say so with an ignore comment.", "run the service without it, or keep root and say why in an ignore comment"},
	{serverImage, "withheld or unsafe", "A server that writes to directories of root's, or is prepared as root when it starts. Withheld where dfharden has no recipe for it: most servers of a distribution's package (not nginx, redis, memcached, mongod and Red Hat's php-fpm and valkey), a version whose account has no known numbers, a command that goes past the image's entrypoint. Unsafe where there is one (nginx, httpd, php, tomcat, caddy, redis, postgres, mysql, mongo, rabbitmq and others), but the file or its configuration does something that the recipe does not cover, or that cannot be read.", "Do what the message says. Where there is no recipe, use the official image of the server or its unprivileged variant (nginxinc/nginx-unprivileged), or prepare directories, pid file and port by hand.", "let the build context have its configuration; else use an unprivileged variant of the image, or prepare directories, pid file and port by hand"},
	{needsRootHome, "withheld or unsafe", "The command, PATH, a COPY or an install step needs something below /root, which only root can enter.", "Install the tool outside /root, for example below /opt or /usr/local, and set its environment variable accordingly.", "install it below /opt or /usr/local"},
	{baseImage, "withheld or unsafe", "The image is a base for others: it has ONBUILD (withheld), or starts nothing but a shell or an interpreter (unsafe). What is built on it would run its steps without root.", "Harden the images that are built from it; or apply the fix with `--unsafe-fixes` if it is run as it is.", "harden the images that are built from it; if it is run as it is, use --unsafe-fixes"},
	{baseOnBuild, "unsafe", "The base image has ONBUILD: steps of its own run before the first line of this file. What they copy and make as root is not known.", "Base the image on one without ONBUILD, and write the steps into the Dockerfile.", "base the image on one without ONBUILD, and write the steps into this file"},
	{apkNeeded, "withheld", "apk is called after the place where it would be removed: in ENTRYPOINT or CMD, or in a stage that is built from this one.", "Install the packages while the image is built, before the last instruction that runs as root.", "install the packages while the image is built"},
	{nonRootBase, "withheld", "The base image runs as another user already, the step needs root, and it is not known who to go back to.", "Set USER by hand after the base image's name is known.", "set USER by hand"},
	{privilegedPort, "unsafe", "The image opens a port below 1024. Docker from 20.10 and containerd from 2.0 let any user do that; CRI-O, older containerd and host networking do not.", "Let the program listen on a port above 1023 (a Service maps it back), or apply the fix with `--unsafe-fixes`.", "let it listen above 1023, or set low-ports: allowed in the configuration"},
	{unknownShell, "unsafe", "A RUN is written for PowerShell, cmd or a shell that is not known, or does not parse, so what it does to accounts and files is not known.", "Read that RUN, then apply the fix with `--unsafe-fixes`.", "read that RUN, then use --unsafe-fixes"},
	{opaque, "withheld", "An instruction could not be mapped to the bytes of the file. This is a defect of dfharden.", "Please report it with the file.", "please report it with the file"},
	{volumeData, "unsafe", "A VOLUME in an image without a shell: nothing in the file can give its directory to the new user.", "Copy an empty directory there with `COPY --chown`, or set fsGroup in the pod; then apply the fix with `--unsafe-fixes`.", "copy an empty directory there with COPY --chown, or set fsGroup in the pod; then use --unsafe-fixes"},
	{rootWritten, "unsafe", "A RUN runs the project's own program or unpacks files below the working directory as root. The process may have to write to what it made: a database file, a cache, a log. Where the step is known to need no root, the fix lets the account run it instead.", "Check what the step writes; give the directories that the process changes to the account with `chown` in the same RUN, then apply the fix with `--unsafe-fixes`.", "give what the process changes to the account with chown in the same RUN, then use --unsafe-fixes"},
	{unreadableFiles, "unsafe", "A file of the build context is closed to others (0600, 0700), and is copied where it stays root's.", "Open it with `chmod`, or with `--chmod` on the COPY; or give it to the account with `--chown`.", "open it with --chmod, or give it to the account with --chown"},
	{rootDirectory, "unsafe", "The command or a variable names a path in a directory of root's, such as /var/log or /run, or in one that nothing in the file makes. The process may have to write there.", "Make the directory in a RUN and give it to the account, or point the program to its working directory; then the fix is safe.", "make the directory in a RUN of its own, or use one below the working directory"},
	{buildAtStart, "unsafe", "The command is a build or project tool (npm run, cargo run, mvn, rails …) that writes into directories which a RUN made as root.", "Start the built program itself, or apply the fix with `--unsafe-fixes` and try it.", "start the built program instead"},
	{gitOwnership, "unsafe", "A RUN calls git, or a tool that does (go build stamps the version), in files that a COPY would give to another owner; git refuses to work there for root.", "Add `-buildvcs=false`, or set `git config --system safe.directory`, then apply the fix.", "add -buildvcs=false, or git config --system safe.directory, then use --unsafe-fixes"},
	{npmOwnership, "unsafe", "A RUN calls npm 7 or 8 in a directory that a COPY makes; for root they run the scripts of packages as the directory's owner, who cannot write to root's home.", "Put WORKDIR above the COPY, or use an image with a newer npm, then apply the fix.", "put WORKDIR above the COPY, or use a newer npm"},
	{windowsACL, "unsafe", "A Windows image: file permissions come from the system, not from the Dockerfile.", "Grant ContainerUser what it has to write with icacls, then apply the fix with `--unsafe-fixes`.", "grant ContainerUser what it writes to with icacls, then use --unsafe-fixes"},
	{buildArgument, "unsafe", "The user is meant to come from a build argument that has no default.", "Give the ARG a default such as 1337:1337, or pass `--build-arg`.", "give the ARG a default such as 1337:1337, or pass --build-arg"},
	{unknownProgram, "unsafe", "The command is a program that a package brings, and that dfharden does not know: it may need devices, raw sockets, or directories of root's.", "Try the image without root: `docker run --user 1337:1337`; if it works, apply the fix with `--unsafe-fixes`.", "try it with docker run --user 1337:1337; if it works, use --unsafe-fixes"},
	{otherFiles, "unsafe or withheld", "`chown -R` may cover more than the files that a COPY brings: what a RUN made below the same path, or what the base image has there.", "Give each thing its owner where it is made: `--chown` on the COPY, `chown` of the one file or directory in the RUN that makes it.", "give each thing its owner where it is made"},
	{setuidNeeded, "withheld", "The file installs or calls a program that works through its setuid bit: sudo, su, ping, mount, a browser's sandbox.", "Do without the program, or keep the bit for it alone: strip the others by name.", "do without it, or strip the other programs by name"},
	{recommended, "unsafe", "`--no-install-recommends` leaves out packages that apt installs today; one of them may be needed (ca-certificates with curl is the commonest).", "Build and try the image; add the packages that are missing by name.", "apply it with --unsafe-fixes, try the image, and add what is missing by name"},
	{offline, "withheld", "`RUN --network=none`: `apk add --no-cache` fetches the index, which cannot be done there.", "Leave it, or remove /var/cache/apk in the same RUN.", "remove /var/cache/apk in the same RUN"},
	{perhapsArchive, "unsafe", "A source of ADD may be an archive: its name does not tell, and it is not in the build context that dfharden can read. ADD unpacks a local tar archive whatever its name, COPY does not.", "Look at the file; if it is none, apply the fix with `--unsafe-fixes`.", "look at the file; if it is no archive, use --unsafe-fixes"},
	{mountedFiles, "unsafe", "The command is a tool for files that whoever calls the image mounts: pandoc, ffmpeg, an editor, a collector of logs. They belong to the caller, and another user than root may not read or write them.", "Call the image with the number of the files' owner, `docker run --user \"$(id -u):$(id -g)\"`; that works as well with the fix, which `--unsafe-fixes` applies.", "call the image with docker run --user \"$(id -u):$(id -g)\", and use --unsafe-fixes"},
	{mountedHome, "unsafe", "The command is a client or a service whose settings and data are in its user's home: kubectl, aws, ansible, syncthing. Who runs the image mounts them below /root, where another user does not look.", "Mount them below the home of the account, or point the program there with its variable (KUBECONFIG, AWS_CONFIG_FILE), then apply the fix with `--unsafe-fixes`.", "mount them below the account's home, then use --unsafe-fixes"},
	{hostSession, "unsafe", "The command is a program for the desktop: it uses the display, the sound and the settings of the host's user.", "Give the account the number of that user with `--uid` and `--gid`, then apply the fix with `--unsafe-fixes`.", "use --unsafe-fixes with --uid and --gid of the host's user"},
	{needsCapability, "unsafe", "The command does what the kernel lets only root do, or a program with a file capability: raw sockets, locked memory, a look into other users' processes.", "Try the image without root, `docker run --user 1337:1337`; where a setting of the program or of the kernel lets it go without, apply the fix with `--unsafe-fixes`.", "try it with docker run --user 1337:1337; if it works, use --unsafe-fixes"},
	{firstProcess, "unsafe", "In exec form the program itself is process 1: a signal that it has no handler for is ignored, and it inherits orphaned processes. With a shell in front some of that is different.", "Try `docker stop`; where the program does not end by itself, start it with `--init` or tini. Then apply the fix with `--unsafe-fixes`.", "try docker stop with it; then use --unsafe-fixes"},
	{changedIDs, "unsafe or withheld", "The account's numbers are left to chance. Given fixed ones, it has others than now: files in volumes of running containers keep the old ones.", "Change the owner of existing volumes once, then apply the fix with `--unsafe-fixes`.", "change the owner of existing volumes once, then use --unsafe-fixes"},
}

// Advice is what the person should do about a reason, a clause; "" for a code that
// is not documented.
func (r *Reason) Advice() string {
	if r.do != "" {
		return r.do
	}
	for _, doc := range Reasons {
		if doc.Code == r.Code {
			return doc.Do
		}
	}
	return ""
}

// with gives a reason an advice of its own, a clause.
func (r *Reason) with(do string) *Reason {
	r.do = do
	return r
}

func reason(code string, in *parser.Instruction, format string, args ...any) *Reason {
	r := &Reason{Code: code, Message: fmt.Sprintf(format, args...)}
	if in != nil {
		r.Span = in.Span
	}
	return r
}

// first is the part of an instruction that a message underlines: its first line.
func (p *Pass) first(in *parser.Instruction) source.Span {
	line := p.File.Lines.Text(in.Line)
	return source.Span{Start: in.Span.Start, End: min(in.Span.End, max(line.End, in.Span.Start))}
}
