package checks

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/stage"
)

func init() {
	register(&Rule{
		ID:       "build-tools-in-image",
		Summary:  "compilers or build tools are left in the final image",
		Control:  MultiStage,
		Severity: Warning,
		Why: "A compiler, a build tool and the sources help whoever gets into the container, make the image several times as large, and bring the vulnerabilities of packages that the service never\n" +
			"uses. Build in one stage, and copy the result into another.",
		Silent: "The packages are removed in the same RUN (`apk add --virtual … && apk del`, `apt-get purge`). The tool is what the image is for, such as an image for CI: no CMD, or a CMD that is the tool or a shell;\n" +
			"then it is an info of low confidence. openjdk, which has no JRE tag for most versions.",
		FixSafety: "",
		Refs:      []string{"Docker: https://docs.docker.com/build/building/multi-stage/", "CIS Docker Benchmark 1.6: 4.3 Ensure that unnecessary packages are not installed in the container", "tally: prefer-multi-stage-build"},
		Run:       buildToolsInImage,
	})
}

func buildToolsInImage(p *Pass) {
	s := p.Graph.Final()
	report := func(f Finding) {
		if tool := p.toolImage(); tool != "" {
			f.Severity, f.Confidence = Info, Low
			f.Message += "; " + tool
		}
		p.Report(f)
	}
	switch s.Facts.Kind {
	case image.Build:
		report(Finding{Span: p.first(s.Root().From), Message: fmt.Sprintf("final image is based on %s, a build image, so its compilers and tools stay in it", s.Called())})
	case "":
		if sdkName.MatchString(s.Facts.Name) {
			p.Report(Finding{Span: p.first(s.Root().From), Confidence: Low, Message: fmt.Sprintf("final image is based on %s, by its name a build image, so its compilers and tools stay in it", s.Called())})
		}
	case image.JDK:
		if s.Facts.RuntimeTwin != "" && p.runsJarOnly() {
			p.Report(Finding{Severity: Info, Span: p.first(s.Root().From), Message: fmt.Sprintf("final image is based on %s, a development kit; to run a jar %s is enough", s.Called(), s.Facts.RuntimeTwin)})
		}
	}
	for _, in := range p.runs() {
		calls := p.calls(in)
		if len(calls) == 0 {
			continue
		}
		if found := leftPackages(calls); len(found) > 0 {
			report(Finding{Span: p.first(in), Message: fmt.Sprintf("build packages stay in the final image: %s", strings.Join(found, ", "))})
		} else if c := buildCall(calls); c != nil {
			report(Finding{Span: c.Span, Message: fmt.Sprintf("`%s` runs in the final image, so the tools and sources that it needs stay in it", spoken(c))})
		}
	}
}

// spoken is a call as people speak of it: "npm run build", "go build", "make".
func spoken(c *stage.Call) string {
	words := []string{c.Name}
	for _, op := range c.Operands() {
		if len(words) < 3 && op.Known && !strings.ContainsAny(op.Text, "./=") && (len(words) == 1 || words[1] == "run") {
			words = append(words, op.Text)
		}
	}
	return strings.Join(words, " ")
}

// sdkName is how images that are for building are called, where no table lists
// them.
var sdkName = regexp.MustCompile(`(^|[/_-])sdk$`)

// toolImage says why the image seems to be one for building; "" if it does not.
func (p *Pass) toolImage() string {
	st := p.Graph.Final().End()
	if st.Start.Entrypoint == nil && st.Start.Cmd == nil {
		return "it may be an image for builds, since it has no CMD"
	}
	for _, c := range p.started() {
		if isFlag(c) {
			continue
		}
		if shellNames[c.Name] && len(c.Operands()) == 0 {
			return "it may be an image for builds, since it starts a shell"
		}
		if buildPrograms[c.Name] {
			return "it may be an image for builds, since it starts " + c.Name
		}
		break
	}
	return ""
}

// runsJarOnly reports whether the image does nothing but start a jar.
func (p *Pass) runsJarOnly() bool {
	for _, in := range p.runs() {
		for _, c := range p.calls(in) {
			if buildPrograms[c.Name] || c.Name == "jlink" || c.Name == "javac" {
				return false
			}
		}
	}
	for _, c := range p.started() {
		if c.Name == "java" {
			return true
		}
	}
	return false
}

var buildPrograms = wordSet(`
	mvn mvnw gradle gradlew go cargo rustc gcc g++ cc clang make cmake ninja bazel msbuild javac sbt ant meson
	swift stack cabal xbuild
`)

// buildPackage matches packages that only builds need, of the common
// distributions.
var buildPackage = regexp.MustCompile(`^(build-base|build-essential|base-devel|alpine-sdk|gcc|gcc-c\+\+|gcc-\d+|g\+\+|g\+\+-\d+|clang(-\d+)?|llvm-dev|make|gmake|cmake|ninja|ninja-build|automake|autoconf|libtool|pkgconf-dev|bison|flex|nasm|yasm|meson|cargo|rust|rustc|golang(-go|-\d[\d.]*)?|go|maven|gradle|ant|sbt|musl-dev|libc-dev|libc6-dev|linux-headers|kernel-headers|dpkg-dev|devscripts|debhelper|rpm-build|default-jdk|openjdk-?\d+(-jdk.*)?|java-[\d.]+-openjdk-devel|[\w.+-]+-dev|[\w.+-]+-devel)$`)

// notBuild are packages whose name looks like one of a build package.
var notBuild = regexp.MustCompile(`^(openjdk-?\d+-jre.*|openjdk\d+-jre.*|udev|eudev|libudev|golang-docker-credential.*)$`)

// leftPackages lists the build packages that a RUN installs and does not remove
// again.
func leftPackages(calls []stage.Call) []string {
	var found []string
	for _, pkg := range kept(calls) {
		if buildPackage.MatchString(pkg.Name) && !notBuild.MatchString(pkg.Name) {
			found = append(found, pkg.Name)
		}
	}
	return found
}

// packages lists the names in a package manager's call, without their versions;
// a variable may hold several.
func packages(c stage.Call) []string {
	var names []string
	for _, op := range c.Operands() {
		if op.Known {
			for _, name := range strings.Fields(op.Text) {
				names = append(names, strip(name))
			}
		}
	}
	return names
}

// virtualName is the name that `apk add --virtual` gives a group of packages.
func virtualName(c stage.Call) string {
	for i, a := range c.Args {
		if (a.Text == "--virtual" || a.Text == "-t") && i+1 < len(c.Args) {
			return c.Args[i+1].Text
		}
		if name, ok := strings.CutPrefix(a.Text, "--virtual="); ok {
			return name
		}
	}
	return "\x00"
}

// strip drops a version from a package's name.
func strip(name string) string {
	if i := strings.IndexAny(name, "=<>~:@"); i > 0 {
		return name[:i]
	}
	return name
}

// buildCall finds a call that builds a program.
func buildCall(calls []stage.Call) *stage.Call {
	for i := range calls {
		c := &calls[i]
		sub := c.Sub()
		switch c.Name {
		case "mvn", "mvnw":
			if c.Has("package", "install", "compile", "verify", "deploy") {
				return c
			}
		case "gradle", "gradlew":
			for _, op := range c.Operands() {
				switch task := path.Base(strings.ReplaceAll(op.Text, ":", "/")); task {
				case "build", "assemble", "bootJar", "jar", "shadowJar", "installDist", "war", "bootWar", "distTar", "distZip":
					return c
				}
			}
		case "go", "cargo", "stack", "cabal", "swift":
			if sub == "build" || sub == "install" && c.Name != "swift" {
				return c
			}
		case "dotnet":
			if sub == "publish" || sub == "build" {
				return c
			}
		case "make", "gmake", "ninja", "bazel", "msbuild", "javac", "gcc", "g++", "cc", "clang", "rustc", "cmake", "sbt", "ant":
			return c
		case "npm", "pnpm", "yarn", "bun":
			if c.Has("build") || c.Has("run") && hasPrefix(*c, "build") {
				return c
			}
		case "npx", "ng", "vite", "webpack", "tsc", "next", "nuxt":
			if sub == "build" || c.Name == "tsc" || c.Name == "webpack" || c.Name == "npx" && c.Has("build", "tsc", "webpack") {
				return c
			}
		}
	}
	return nil
}
