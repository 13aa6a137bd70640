package checks

import (
	"slices"
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// builders build a project, or write beside its sources, whatever their subcommand.
var builders = wordSet(`
	cargo mvn mvnw gradle gradlew sbt lein mix gulp grunt webpack webpack-dev-server ng vite react-scripts gatsby
	hexo jekyll make cmake ninja meson composer foreman forego honcho overmind conda mamba tox nox ember meteor
	lerna nx turbo air reflex crystal stack cabal clj clojure boot rebar3 dub shards sails hugo mkdocs nest vue-cli-service
	tsc parcel rollup esbuild gcc g++ cc c++ clang clang++ rustc javac kotlinc scalac astro svelte-kit remix quasar expo
`)

// subcommands are those with which a tool builds; the others start what is built.
var subcommands = map[string]map[string]bool{
	"go":     wordSet(`run test build generate install get mod`),
	"dotnet": wordSet(`run watch test build publish restore`),
	"swift":  wordSet(`run test build`),
	"npm":    wordSet(`ci install i add update rebuild link`),
	"yarn":   wordSet(`install add upgrade`),
	"pnpm":   wordSet(`install i add update fetch`),
	"bun":    wordSet(`install add update build x create`),
	"bundle": wordSet(`install update`),
	"poetry": wordSet(`install update add build`),
	"pipenv": wordSet(`install update sync`),
	"uv":     wordSet(`sync lock add pip build`),
	"next":   wordSet(`build dev`),
	"nuxt":   wordSet(`build dev generate prepare`),
}

// toolDoubt finds a tool of the project that builds, or that needs a home or
// settings of root's, when the container starts.
func (p *Pass) toolDoubt(pl *plan) *Reason {
	if r := p.managedPython(pl); r != nil {
		return r
	}
	if r := p.corepack(pl); r != nil {
		return r
	}
	for _, c := range p.started() {
		in := p.at(c)
		if isFlag(c) || in == nil || p.buildsInOwn(pl, c) {
			continue
		}
		called := strings.TrimSpace(c.Name + " " + c.Sub())
		switch {
		case c.Name == "vite" && c.Sub() == "preview":
		case builders[c.Name], subcommands[c.Name][c.Sub()], c.Name == "yarn" && len(c.Args) == 0, (c.Name == "next" || c.Name == "nuxt") && len(c.Operands()) == 0, c.Name == "php" && c.Has("artisan") && !p.octane(c):
			return reason(buildAtStart, in, "%s builds, or prepares the project, when it starts, in directories that a RUN made as root; start the built program itself", called)
		case c.Name == "npm", c.Name == "yarn", c.Name == "pnpm", c.Name == "bun" && !startsFile(c):
			if _, ok := passed(c); !ok {
				return reason(opaqueEntrypoint, in, "%s runs a script of package.json, which is not in the Dockerfile: a build or a development server writes into directories that root made; start the program itself", strings.TrimSpace(c.Name+" "+strings.Join(texts(c), " ")))
			}
		case c.Name == "pytest":
			if r := p.pytestDoubt(c, in); r != nil {
				return r
			}
		case runners[c.Name]:
			if r := p.runnerDoubt(pl, c, in); r != nil {
				return r
			}
		}
		if r := p.environmentDoubt(pl, c, in); r != nil {
			return r
		}
	}
	return nil
}

// corepack finds a start by yarn or pnpm where corepack keeps these below root's
// home: another user downloads them again when the container starts. Source:
// github.com/nodejs/corepack README, COREPACK_HOME.
func (p *Pass) corepack(pl *plan) *Reason {
	if p.set("COREPACK_HOME") {
		return nil
	}
	for _, c := range slices.Concat(p.started(), p.managers) {
		if c.Name != "yarn" && c.Name != "pnpm" || p.at(c) == nil {
			continue
		}
		for _, in := range p.runs() {
			for _, b := range p.calls(in) {
				if b.Name == "corepack" && !p.isBelow(in, pl.stage, pl.at) {
					return reason(needsRootHome, in, "corepack in line %d keeps %s below /root/.cache, and another user downloads it anew whenever the container starts", in.Line, c.Name).with("set ENV COREPACK_HOME=/usr/local/share/corepack above it, or start the program without " + c.Name)
				}
			}
		}
	}
	return nil
}

// startsFile reports whether bun runs a file, as node does.
func startsFile(c stage.Call) bool {
	ops := c.Operands()
	if len(ops) > 1 && ops[0].Text == "run" {
		ops = ops[1:]
	}
	return len(ops) > 0 && strings.ContainsAny(ops[0].Text, "./")
}

// environmentDoubt is about tools that run a program in the project's own set of
// packages: they look for it in settings, which root may have written for itself.
func (p *Pass) environmentDoubt(pl *plan, c stage.Call, in *parser.Instruction) *Reason {
	switch {
	case c.Name == "bundle" && c.Sub() == "exec":
		if at := p.bundleConfig(pl); at != nil {
			return reason(needsRootHome, at, "bundle config in line %d may write its settings below /root, where another user does not find them", at.Line).with("set them with --local, or with variables such as BUNDLE_WITHOUT")
		}
	case c.Name == "poetry" && c.Sub() == "run":
		if !p.turned("POETRY_VIRTUALENVS_CREATE", false) && !p.turned("POETRY_VIRTUALENVS_IN_PROJECT", true) && !p.set("VIRTUAL_ENV") {
			return reason(needsRootHome, in, "poetry run looks for the environment in the home and the settings of its user, and root installed it").with("set ENV POETRY_VIRTUALENVS_CREATE=false above poetry install, or start the program itself")
		}
	case c.Name == "pipenv" && c.Sub() == "run":
		if !p.turned("PIPENV_VENV_IN_PROJECT", true) && !p.set("VIRTUAL_ENV") {
			return reason(needsRootHome, in, "pipenv run looks for the environment in the home of its user, and makes another one there").with("set ENV PIPENV_VENV_IN_PROJECT=1 above pipenv install, or start the program itself")
		}
	case c.Name == "uv" && c.Sub() == "run" && !c.Has("--no-sync") && !p.turned("UV_NO_SYNC", true):
		return reason(buildAtStart, in, "uv run brings the environment up to date first, in a directory that a RUN made as root").with("add --no-sync, or set ENV UV_NO_SYNC=1")
	case c.Name == "next" && c.Sub() == "start":
		if at := p.nextBuild(pl); at != nil {
			return reason(rootWritten, at, "RUN in line %d makes .next as root, and next start keeps its caches of pages and pictures there", at.Line).with("give .next to the account with chown -R in that RUN")
		}
	}
	return nil
}

// turned reports whether a variable of the image is switched on, or off.
func (p *Pass) turned(name string, on bool) bool {
	value, ok := p.Graph.Final().End().ImageEnv(name)
	switch strings.ToLower(value) {
	case "1", "true", "yes", "on":
		return ok && on
	case "0", "false", "no", "off":
		return ok && !on
	}
	return false
}

func (p *Pass) set(name string) bool {
	value, ok := p.Graph.Final().End().ImageEnv(name)
	return ok && value != ""
}

// bundleConfig is the RUN that sets what bundle exec needs to know, in root's home
// perhaps: bundler writes to the project's settings with --local, or, from 2.1,
// where there is a Gemfile. Source: man bundle-config.
func (p *Pass) bundleConfig(pl *plan) *parser.Instruction {
	for _, in := range p.runs() {
		if p.runsAsAccount(pl, in) {
			continue
		}
		for _, c := range p.calls(in) {
			if c.Name == "bundle" && c.Sub() == "config" && !c.Has("--local") && c.Has("without", "with", "path", "deployment", "only", "force_ruby_platform") && (c.Has("--global") || !c.Has("set") || !p.hasGemfile(in)) {
				return in
			}
		}
	}
	return nil
}

// hasGemfile reports whether a copy above an instruction brings the Gemfile.
func (p *Pass) hasGemfile(in *parser.Instruction) bool {
	for _, t := range p.transfers() {
		for _, src := range t.Sources {
			if t.In.Index < in.Index && (src == "." || src == "./" || strings.Contains(src, "Gemfile")) {
				return true
			}
		}
	}
	return false
}

// nextBuild is the RUN in which root builds a Next.js project, in the image that
// ships, without giving the result away.
func (p *Pass) nextBuild(pl *plan) *parser.Instruction {
	for _, in := range p.runs() {
		if p.isBelow(in, pl.stage, pl.at) {
			continue
		}
		for _, c := range p.calls(in) {
			if c.Name == "next" && c.Sub() == "build" || (c.Name == "npm" || c.Name == "yarn" || c.Name == "pnpm" || c.Name == "bun") && c.Has("build") {
				if !p.traces().owned(c.Abs(stage.Arg{Text: ".next", Known: true})) {
					return in
				}
			}
		}
	}
	return nil
}
