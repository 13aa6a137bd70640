package checks

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/dfharden/dfharden/stage"
)

// installs reports whether a copy takes from a build stage what a build of the
// project names as the place of its results: `mix release --path D`,
// `cmake -DCMAKE_INSTALL_PREFIX=D`; or where Gradle's installDist puts them. A RUN
// that fetches something builds that.
func (p *Pass) installs(t transfer) bool {
	builds := p.projectBuilds(t)
	for _, src := range t.Sources {
		dir, known := t.State.Expand(src)
		if dir = path.Join("/", dir); !known || systemRoot[dir] {
			continue
		}
		if slices.ContainsFunc(builds, func(b stage.Call) bool { return namesDir(b, dir) || installsDist(b, dir) }) {
			return true
		}
	}
	return false
}

// ownTree reports whether a copy brings the project's own tree to /opt, or to a
// directory of its own below that or /usr/local.
func (p *Pass) ownTree(t transfer) bool {
	return (t.Dest == "/opt" || beside(t.Dest)) && p.installs(t)
}

// gradleImage is where Gradle's plug-in distribution puts a program with its start
// script. Source: https://docs.gradle.org/current/userguide/distribution_plugin.html
var gradleImage = regexp.MustCompile(`/build/install/[^/]+$`)

func installsDist(c stage.Call, dir string) bool {
	return (c.Name == "gradle" || c.Name == "gradlew") && gradleImage.MatchString(dir) && (c.Dir == "" || below(dir, c.Dir)) &&
		slices.ContainsFunc(c.Args, func(a stage.Arg) bool { return a.Text[strings.LastIndexByte(a.Text, ':')+1:] == "installDist" })
}

// projectBuilds lists the calls that build the project in the stage that a copy takes
// from: below its sources, and in a RUN that fetches nothing.
func (p *Pass) projectBuilds(t transfer) []stage.Call {
	var out []stage.Call
	for _, e := range t.Stage.Edges {
		if e.At != t.In || e.To == nil {
			continue
		}
		sources := false
		for _, s := range e.To.Line() {
			for _, in := range s.Instructions {
				if sources = sources || bringsSources(in); sources && !fetches(s.Calls(in)) {
					for _, c := range s.Calls(in) {
						if buildPrograms[c.Name] || c.Name == "mix" || c.Name == "dotnet" || c.Name == "configure" {
							out = append(out, c)
						}
					}
				}
			}
		}
	}
	return out
}

// fetches reports whether one of some calls brings files from the network that are
// no packages of a manager's.
func fetches(calls []stage.Call) bool {
	return slices.ContainsFunc(calls, func(c stage.Call) bool {
		return c.Name == "curl" || c.Name == "wget" || c.Name == "aria2c" || c.Name == "git" && c.Sub() == "clone"
	})
}

// namesDir reports whether an argument of a call is a directory, alone or behind "=".
func namesDir(c stage.Call, dir string) bool {
	return slices.ContainsFunc(c.Args, func(a stage.Arg) bool {
		value := a.Text[strings.LastIndexByte(a.Text, '=')+1:]
		return a.Known && strings.HasPrefix(value, "/") && path.Clean(value) == dir
	})
}

// releaseTmp is the directory below a release of Elixir that keeps the configuration
// which the release computes when it starts; "" if the image starts none, or one
// that computes nothing. Tried with Elixir 1.14 as another user: without the directory
// a release with config/releases.exs does not start, any other one does. Source:
// Mix.Tasks.Release, reboot_system_after_config.
func (p *Pass) releaseTmp() string {
	root := p.releaseRoot()
	if root == "" || p.set("RELEASE_TMP") {
		return ""
	}
	computes := !p.Graph.HasContext()
	p.Graph.ProjectFiles(func(name string) bool {
		base := path.Base(name)
		return base == "mix.exs" || path.Base(path.Dir(name)) == "config" && (base == "releases.exs" || base == "runtime.exs")
	}, func(f stage.ProjectFile) bool {
		computes = path.Base(f.Name) != "mix.exs" || strings.Contains(string(f.Data), "reboot_system_after_config") || strings.Contains(string(f.Data), "config_providers")
		return !computes
	})
	if !computes {
		return ""
	}
	return path.Join(root, "tmp")
}

// releaseRoot is the directory of a release of Elixir that the image starts in a
// directory of the system's, "" if there is none.
func (p *Pass) releaseRoot() string {
	for _, c := range p.started() {
		root := path.Dir(path.Dir(c.Path))
		if p.at(c) == nil || !strings.HasPrefix(c.Path, "/") || path.Base(path.Dir(c.Path)) != "bin" || !system(root) {
			continue
		}
		for _, t := range p.transfers() {
			if t.From != "" && t.Dest == root && slices.ContainsFunc(p.projectBuilds(t), isRelease) {
				return root
			}
		}
	}
	return ""
}

func isRelease(c stage.Call) bool { return c.Name == "mix" && c.Has("release") }
