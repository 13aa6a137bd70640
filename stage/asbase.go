package stage

import (
	"fmt"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/parser"
)

// AsBase is what another Dockerfile finds in the image that this stage makes, as far
// as it is known; nothing if the stage's own base is not. called is what messages call
// this file. A program that the stage starts is one that the file built on it does not
// show, and so are the files that it leaves (Facts.Brings).
func (s *Stage) AsBase(called string) image.Facts {
	if !s.Facts.Listed {
		return image.Facts{}
	}
	st, f := s.End(), s.Facts
	f.Distro, _ = s.Distro()
	f.Tools, f.AccountsComplete, f.RuntimeTwin, f.Digest, f.Account = s.Tools(), st.accounts.complete, "", "", ""
	if st.Apk.Gone() {
		f.Apk = No
	}
	f.WorkDir, f.Volumes = "", nil
	if st.WorkDir.Known {
		f.WorkDir = st.WorkDir.Path
	}
	for _, v := range st.Volumes {
		f.Volumes = append(f.Volumes, v.Path)
	}
	f.Env = map[string]string{}
	for name, v := range st.vars.vars {
		if v.known && !v.arg {
			f.Env[name] = v.text
		}
	}
	s.userAsBase(&f, st)
	s.startAsBase(&f, st)
	for _, part := range s.chain() {
		for _, in := range part.Instructions {
			f.OnBuild = f.OnBuild || in.Name == "onbuild"
			if f.Brings == "" && brings(part, in) {
				f.Brings = fmt.Sprintf("%s in line %d of %s", strings.ToUpper(in.Name), in.Line, called)
			}
		}
	}
	f.Evidence, f.Source = called, called
	return f
}

// userAsBase sets the user and the accounts.
func (s *Stage) userAsBase(f *image.Facts, st State) {
	f.Accounts, f.Groups = nil, nil
	for _, a := range st.accounts.users {
		if a.UID.Known && a.GID.Known && a.Name != "root" {
			f.Accounts = append(f.Accounts, image.Account{Name: a.Name, UID: a.UID.N, GID: a.GID.N, Group: a.Group, Home: a.Home})
		}
	}
	for _, g := range st.accounts.groups {
		if g.GID.Known && g.Name != "root" {
			f.Groups = append(f.Groups, image.Group{Name: g.Name, GID: g.GID.N})
		}
	}
	u := st.User
	f.User, f.UserSet, f.UserIDs, f.UID, f.GID = "", u.Root() != Unknown && !u.windows, false, 0, 0
	switch {
	case u.Root() == Yes:
		f.UserIDs = true
	case f.UserSet:
		f.User = u.Spec
		if f.UserIDs = u.UID.Known && u.GID.Known; f.UserIDs {
			f.UID, f.GID = u.UID.N, u.GID.N
		}
	}
}

// startAsBase sets what the image starts. Of the base's own start nothing changes
// while the file leaves it alone.
func (s *Stage) startAsBase(f *image.Facts, st State) {
	start := st.Start
	if start.Entrypoint == nil && start.Cmd == nil {
		return
	}
	if start.Entrypoint != nil {
		f.Entrypoint, f.Drops = commandWords(start.Entrypoint), ""
	}
	f.Cmd = start.BaseCmd
	if start.Cmd != nil {
		f.Cmd = commandWords(start.Cmd)
	}
	f.Command = ""
	if start.Known {
		f.Command = image.CommandOf(f.Entrypoint, f.Cmd)
	}
	if f.Kind != image.Server && (start.Entrypoint != nil || f.Command == image.Program) {
		f.Kind = image.Tool
	}
}

// commandWords is a command as an image has it.
func commandWords(in *parser.Instruction) []string {
	var c instructions.ShellDependantCmdLine
	switch cmd := in.Cmd.(type) {
	case *instructions.EntrypointCommand:
		c = cmd.ShellDependantCmdLine
	case *instructions.CmdCommand:
		c = cmd.ShellDependantCmdLine
	}
	if c.PrependShell {
		return append([]string{"/bin/sh", "-c"}, c.CmdLine...)
	}
	return c.CmdLine
}

// plain are programs that leave nothing which a program of an image built on this one
// would write to.
var plain = map[string]bool{
	"rm": true, "echo": true, "set": true, "true": true, "export": true, "test": true, "[": true, "sed": true, "locale-gen": true,
	"useradd": true, "groupadd": true, "adduser": true, "addgroup": true, "update-ca-certificates": true, "ldconfig": true,
	"update-alternatives": true, "apt-key": true, "add-apt-repository": true, "apt-mark": true, "apt-cache": true, "dpkg": true, "ln": true,
	"debconf-set-selections": true, "rpm": true, "yum-config-manager": true, "pip": true, "pip3": true, "gem": true, "command": true,
}

// brings reports whether an instruction may leave files of root's outside of the
// system's own directories.
func brings(s *Stage, in *parser.Instruction) bool {
	switch in.Name {
	case "copy", "add", "volume":
		return true
	case "run":
		if !s.Readable(in) {
			return true
		}
		for _, c := range s.Calls(in) {
			if c.Manager() == "" && !plain[c.Name] && (c.Name != "apt-get" && c.Name != "apk" && c.Name != "yum" && c.Name != "dnf") {
				return true
			}
			for _, r := range c.Redirects {
				if target, ok := r.Target.Lit(); !ok || !strings.HasPrefix(target, "/etc/") && target != "/dev/null" && strings.HasPrefix(r.Op, ">") {
					return true
				}
			}
		}
	}
	return false
}
