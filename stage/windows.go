package stage

import (
	"path"
	"regexp"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/parser"
)

// Windows says whether the stage is a Windows image: by the facts, else by what
// Microsoft calls its images, else by what the file does with an image of which
// nothing is known.
func (s *Stage) Windows() Tri {
	if os := s.Facts.OS; os != "" {
		return image.Of(os == "windows")
	}
	name := strings.ToLower(s.BaseName())
	if strings.Contains(name, "windows/") || windowsTag.MatchString(name) {
		return Yes
	}
	if s.Facts.Distro != "" {
		return image.Of(s.Facts.Distro == image.Windows)
	}
	root := s.Root()
	if root.windows == nil {
		looks := root.looksWindows(name)
		root.windows = &looks
	}
	return *root.windows
}

// windowsTag are Microsoft's own words for what an image is built on.
var windowsTag = regexp.MustCompile(`nanoserver|servercore`)

// foreignTag forgets the facts of an image that is Linux with all its tags, where the
// tag says Windows: somebody has built their own of that name.
func (s *Stage) foreignTag() {
	if s.Base == nil && s.RefKnown && s.Facts.OS == "linux" && windowsTag.MatchString(s.Facts.Tag) {
		f := s.Facts
		s.Facts = image.Facts{Ref: f.Ref, Name: f.Name, Tag: f.Tag, Listed: true, OS: "windows", Distro: image.Windows, Evidence: "its tag " + f.Tag}
	}
}

// looksWindows judges a base of which nothing is known by all that the file does in
// the stages that are built on it. A name that says Windows counts where nothing in
// them says Linux: it may be an image that compiles for Windows.
func (s *Stage) looksWindows(name string) Tri {
	named := windowsName.MatchString(name) || windowsName.MatchString(strings.ToLower(path.Base(s.graph.File.Name)))
	for _, other := range s.graph.Stages {
		if other.Root() != s {
			continue
		}
		for _, in := range other.Instructions {
			if says := signOf(in); says != Unknown {
				return says
			}
		}
	}
	if named {
		return Yes
	}
	return Unknown
}

// What only one of the two has: drives, the shell that Windows brings (the one for
// Linux is pwsh), programs by their extension; and the directories and package
// managers of Linux.
var (
	windowsName = regexp.MustCompile(`(^|[-._/:])windows($|[-._:])`)
	drive       = regexp.MustCompile(`^"?[A-Za-z]:[\\/]`)
	driveInText = regexp.MustCompile(`(^|[\s'"=(])[cC]:[\\/]+\w`)
	winShell    = regexp.MustCompile(`(?i)^(powershell|cmd)(\.exe)?$`)
	winRun      = regexp.MustCompile(`(?i)^\s*((powershell|cmd)(\.exe)?\s+[-/]|choco\s+(install|upgrade|feature)\s)`)
	winProgram  = regexp.MustCompile(`(?i)\.(cmd|bat)$`) // dune calls its programs .exe on Linux too
	linuxPath   = regexp.MustCompile(`^/(bin|usr|etc|opt|var|home|root|sbin)/`)
	linuxRun    = regexp.MustCompile(`^\s*(set -\w+\s*(&&|;)\s*)?(sudo\s+)?(apk|apt|apt-get|yum|dnf|microdnf|tdnf|zypper|pacman|chown|chmod|useradd|adduser|groupadd|addgroup|ln -s)\s`)
)

// signOf is what an instruction says of the image's system: Yes for Windows, No for
// Linux.
func signOf(in *parser.Instruction) Tri {
	switch c := in.Cmd.(type) {
	case *instructions.ShellCommand:
		return either(winShell.MatchString(base(c.Shell[0])), strings.HasPrefix(c.Shell[0], "/"))
	case *instructions.WorkdirCommand:
		return either(drive.MatchString(c.Path), linuxPath.MatchString(c.Path))
	case *instructions.CopyCommand:
		return either(drive.MatchString(c.DestPath), linuxPath.MatchString(c.DestPath))
	case *instructions.AddCommand:
		return either(drive.MatchString(c.DestPath), linuxPath.MatchString(c.DestPath))
	case *instructions.VolumeCommand:
		return either(drive.MatchString(c.Volumes[0]), linuxPath.MatchString(c.Volumes[0]))
	case *instructions.EntrypointCommand:
		return startSign(c.ShellDependantCmdLine)
	case *instructions.CmdCommand:
		return startSign(c.ShellDependantCmdLine)
	case *instructions.RunCommand:
		text := strings.Join(c.CmdLine, " ")
		return either(winRun.MatchString(text) || driveInText.MatchString(text), linuxRun.MatchString(text))
	}
	return Unknown
}

func startSign(c instructions.ShellDependantCmdLine) Tri {
	if len(c.CmdLine) == 0 {
		return Unknown
	}
	first, _, _ := strings.Cut(c.CmdLine[0], " ")
	return either(winShell.MatchString(base(first)) || winProgram.MatchString(first) || drive.MatchString(first), linuxPath.MatchString(first))
}

func either(windows, linux bool) Tri {
	switch {
	case windows:
		return Yes
	case linux:
		return No
	}
	return Unknown
}

// base is the last part of a path of either system.
func base(name string) string { return name[strings.LastIndexAny(name, `/\`)+1:] }
