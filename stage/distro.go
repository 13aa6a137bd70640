package stage

import (
	"fmt"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/parser"
)

// managers maps a package manager to the distribution that it is the evidence
// of. yum and dnf are on many; their account tools stay unknown.
var managers = map[string]struct {
	distro  image.Distro
	tools   image.AccountTools
	install []string
}{
	"apk":      {image.Alpine, image.BusyBoxTools, []string{"add", "update", "upgrade", "del"}},
	"apt-get":  {image.Debian, image.ShadowTools, []string{"install", "update", "upgrade", "dist-upgrade", "purge", "remove"}},
	"apt":      {image.Debian, image.ShadowTools, []string{"install", "update", "upgrade", "dist-upgrade", "purge", "remove"}},
	"aptitude": {image.Debian, image.ShadowTools, []string{"install", "update", "upgrade"}},
	"yum":      {image.RHEL, "", []string{"install", "update", "upgrade", "groupinstall", "remove", "localinstall"}},
	"dnf":      {image.RHEL, "", []string{"install", "update", "upgrade", "groupinstall", "remove"}},
	"microdnf": {image.RHEL, image.FileTools, []string{"install", "update", "upgrade", "remove"}},
	"tdnf":     {image.Photon, image.FileTools, []string{"install", "update", "remove"}},
	"zypper":   {image.OpenSUSE, image.ShadowTools, []string{"install", "in", "update", "up", "refresh", "ref"}},
	"pacman":   {image.Arch, image.ShadowTools, []string{"-S", "-Sy", "-Syu", "-Syyu", "-Su"}},
}

// Manager reports the package manager that a call runs to change the image, "".
func (c Call) Manager() string {
	if m, ok := managers[c.Name]; ok && c.Has(m.install...) {
		return c.Name
	}
	return ""
}

// Distro says what the file system of the stage is made of, with the evidence:
// the image facts, else the package manager that the file calls.
func (s *Stage) Distro() (image.Distro, string) {
	if d := s.Facts.Distro; d != "" {
		return d, s.Facts.Evidence
	}
	if c, in := s.manager(); in != nil {
		return managers[c.Name].distro, fmt.Sprintf("%s in line %d", c.Name, in.Line)
	}
	return "", ""
}

// Tools says with what an account can be created in the stage.
func (s *Stage) Tools() image.AccountTools {
	if s.Facts.Tools != "" {
		return s.Facts.Tools
	}
	for st := s; st != nil; st = st.Base {
		for _, in := range st.Instructions {
			for _, c := range st.Calls(in) {
				if c.Always && (c.Name == "useradd" || c.Name == "groupadd") {
					return image.ShadowTools
				}
			}
		}
	}
	if c, in := s.manager(); in != nil {
		return managers[c.Name].tools
	}
	return ""
}

// manager finds the first package manager that the chain calls for certain.
func (s *Stage) manager() (Call, *parser.Instruction) {
	for _, st := range s.chain() {
		for _, in := range st.Instructions {
			for _, c := range st.Calls(in) {
				if c.Always && c.Manager() != "" {
					return c, in
				}
			}
		}
	}
	return Call{}, nil
}

func (s *Stage) chain() []*Stage {
	if s.Base == nil {
		return []*Stage{s}
	}
	return append(s.Base.chain(), s)
}

func (s *Stage) busybox() bool {
	return s.Facts.Tools == image.BusyBoxTools || s.Facts.Distro == image.Alpine || s.Facts.Distro == image.BusyBox
}

// needsRootFirst finds the first RUN, before any USER, that works for root only:
// evidence that an unknown base image runs as root.
func (s *Stage) needsRootFirst() (*parser.Instruction, string) {
	for _, in := range s.Instructions {
		switch in.Cmd.(type) {
		case *instructions.UserCommand, *instructions.ShellCommand:
			return nil, ""
		case *instructions.RunCommand:
			for _, c := range calls(in.Script(), func(string) (string, bool) { return "", false }, "") {
				if c.Sudo || !c.Always {
					continue
				}
				if m := c.Manager(); m != "" && !c.Has("update", "ref", "refresh") {
					return in, m + " " + c.Sub()
				}
				if _, ok := accountTools[c.Name]; ok {
					return in, c.Name
				}
			}
		}
	}
	return nil, ""
}
