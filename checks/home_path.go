package checks

import (
	"path"
	"regexp"
	"strings"
)

// compilerDirs are directories below root's home in which installers put compilers
// and their tools. Sources: rustup.rs, nim-lang.org/install_unix.html,
// haskell.org/ghcup, github.com/leanprover/elan.
var compilerDirs = wordSet(`/root/.cargo/bin /root/.nimble/bin /root/.ghcup/bin /root/.cabal/bin /root/.elan/bin`)

// startsOthers are words of sources that start other programs.
var startsOthers = regexp.MustCompile(`(?i)\b(exec\w*|spawn\w*|popen\w*|system|subprocess|osproc|startprocess|child_process|command::new|process::command|processbuilder|createprocess|callprocess|readprocess)\b`)

// buildPath reports whether a PATH leads below /root only to compilers that the
// running image does not need: it starts programs by their paths, and the project's
// files start no others.
func (p *Pass) buildPath(value string) bool {
	others := false
	for _, dir := range strings.Split(value, ":") {
		if !namesHome(dir) || p.emptyDir(path.Clean(dir)) {
			continue
		}
		if others = true; !compilerDirs[path.Clean(dir)] {
			return false
		}
	}
	if !others {
		return true
	}
	for _, c := range p.started() {
		if p.at(c) == nil || !strings.Contains(c.Path, "/") || c.Script != "" {
			return false
		}
	}
	return len(p.started()) > 0 && p.Graph.HasContext() && !p.projectNames(startsOthers)
}

// emptyDir reports whether a directory of a base's PATH below root's home is one that
// holds nothing, because no RUN says what fills it. Source of Dart's:
// dart.dev/tools/pub/cmd/pub-global.
func (p *Pass) emptyDir(name string) bool {
	return name == "/root/.pub-cache/bin" && p.setter("PATH") == nil && !p.runsName("global") && !p.runsName(".pub-cache")
}
