package stage

import (
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/dfharden/dfharden/image"
)

// unpack corrects the facts of a stage that starts from scratch and then brings
// a whole root file system: `COPY --from=rootfs / /` gives it the content of
// that stage, an archive or a folder content that is not known. The configuration
// stays that of scratch.
func (s *Stage) unpack() {
	if s.Base != nil || s.Facts.Distro != image.Scratch {
		return
	}
	for _, in := range s.Instructions {
		switch c := in.Cmd.(type) {
		case *instructions.CopyCommand:
			if s.dartRuntime(c) {
				continue
			}
			if wholeRoot(c) {
				s.Facts = content(s.Facts, s.edgeAt(c.From))
				return
			}
			if c.DestPath == "/" && wholeTree(c.SourcePaths) {
				s.Facts = content(s.Facts, image.Facts{})
				return
			}
		case *instructions.AddCommand:
			if strings.TrimSuffix(c.DestPath, ".") == "/" && (archives(c.SourcePaths) || wholeTree(c.SourcePaths)) {
				s.Facts = content(s.Facts, image.Facts{})
				return
			}
		}
	}
}

// wholeRoot reports whether a copy brings the root directory of another stage or
// image.
func wholeRoot(c *instructions.CopyCommand) bool {
	return c.DestPath == "/" && c.From != "" && len(c.SourcePaths) == 1 && (c.SourcePaths[0] == "/" || c.SourcePaths[0] == "/.")
}

// dartRuntime reports whether a copy brings the folder /runtime of dart's image, which
// is made to be put over scratch: certificates and the C library, no shell and no
// accounts. https://github.com/dart-lang/dart-docker/blob/main/Dockerfile-debian.template
func (s *Stage) dartRuntime(c *instructions.CopyCommand) bool {
	return c.DestPath == "/" && len(c.SourcePaths) == 1 && strings.TrimSuffix(c.SourcePaths[0], "/") == "/runtime" && s.edgeAt(c.From).Name == "dart"
}

// rootfs is the stage whose whole root file system a stage from scratch brings,
// nil if there is none.
func (s *Stage) rootfs() *Stage {
	if s.Ref != "scratch" {
		return nil
	}
	for _, e := range s.Edges {
		if c, ok := e.At.Cmd.(*instructions.CopyCommand); ok && wholeRoot(c) {
			return e.To
		}
	}
	return nil
}

// edgeAt is what is known of a stage or an image that is copied from.
func (s *Stage) edgeAt(from string) image.Facts {
	for _, e := range s.Edges {
		if e.From == from && e.To != nil {
			return e.To.Facts
		}
	}
	if s == s.graph.final.Root() {
		return s.graph.opt.Images.Lookup(from)
	}
	return s.graph.opt.Others.Lookup(from)
}

// content puts the files of one image under the configuration of another.
func content(config, files image.Facts) image.Facts {
	config.Distro, config.Release, config.Tools, config.Shell, config.Apk = files.Distro, files.Release, files.Tools, files.Shell, files.Apk
	config.Accounts, config.Groups, config.AccountsComplete = files.Accounts, files.Groups, false
	config.Kind = image.OS
	if files.Evidence != "" {
		config.Evidence = files.Evidence
	}
	return config
}

// wholeTree reports whether sources are directories whose content lands in the
// root directory.
func wholeTree(sources []string) bool {
	for _, src := range sources {
		if strings.HasSuffix(src, "/") || src == "." || strings.Contains(src, "rootfs") {
			return true
		}
	}
	return false
}

func archives(sources []string) bool {
	for _, src := range sources {
		if strings.Contains(src, ".tar") || strings.HasSuffix(src, ".tgz") || strings.HasSuffix(src, ".txz") {
			return true
		}
	}
	return false
}
