package checks

import (
	"encoding/json"
	"path"
	"slices"
	"strings"

	"github.com/dfharden/dfharden/stage"
)

// composerSubs are subcommands of composer that write below the project and the home.
var composerSubs = wordSet(`
	check-platform-reqs dump-autoload dump-env dumpautoload install require show update validate
`)

// composerHooks are the scripts of composer.json that these run. Source:
// https://getcomposer.org/doc/articles/scripts.md
var composerHooks = []string{
	"pre-install-cmd", "post-install-cmd", "pre-update-cmd", "post-update-cmd", "pre-autoload-dump", "post-autoload-dump",
	"pre-command-run", "pre-operations-exec", "pre-package-install", "post-package-install", "pre-package-update", "post-package-update",
}

// installsPHP is composer in a directory whose composer.json can be read: what its
// scripts call has to need no root either. For root, composer leaves out all
// plugins where it does not see that it is in a container (so with BuildKit on its
// own); for others it stops at one that composer.json does not allow. So that has
// to say which it allows. The code of dependencies is taken to be what developers
// run as themselves every day.
func (r *raise) installsPHP(c stage.Call) bool {
	if !r.bringsComposer() || !composerSubs[c.Sub()] || c.Has("-d") || hasPrefix(c, "--working-dir") || r.p.set("COMPOSER") || !r.mine(c.Dir) || !r.staysIn(c) {
		return false
	}
	var project struct {
		Config  map[string]any `json:"config"`
		Scripts map[string]any `json:"scripts"`
	}
	_, data, ok := r.p.Graph.ContextFile(path.Join(c.Dir, "composer.json"))
	if !ok || json.Unmarshal(data, &project) != nil {
		return false
	}
	if _, says := project.Config["allow-plugins"]; !says && !r.p.set("COMPOSER_ALLOW_SUPERUSER") && !c.Has("--no-plugins") {
		return false
	}
	for _, hook := range composerHooks {
		if !c.Has("--no-scripts") && !r.composerScript(c, project.Scripts, hook, 0) {
			return false
		}
	}
	return true
}

// bringsComposer reports whether the file brings composer: an image that has it may
// have set its home as well.
func (r *raise) bringsComposer() bool {
	if boots[r.s.Facts.Name] != nil {
		return true // their Dockerfiles set none of its variables
	}
	for _, t := range r.p.transfers() {
		if path.Base(t.Dest) == "composer" || r.p.sourceNames(t, "composer") {
			return true
		}
	}
	for _, in := range r.p.runs() {
		if slices.ContainsFunc(r.p.calls(in), func(c stage.Call) bool { return c.Manager() != "" && slices.Contains(packages(c), "composer") }) {
			return true
		}
	}
	return false
}

// composerScript reports whether a script of composer.json, if there is one, calls
// only functions of PHP, commands of the framework that are listed, and others
// like it.
func (r *raise) composerScript(c stage.Call, scripts map[string]any, name string, depth int) bool {
	if depth > maxDepth {
		return false
	}
	switch s := scripts[name].(type) {
	case nil:
		return depth == 0
	case string:
		return r.composerStep(c, scripts, s, depth)
	case []any:
		for _, step := range s {
			if text, ok := step.(string); !ok || !r.composerStep(c, scripts, text, depth) {
				return false
			}
		}
		return true
	case map[string]any: // of symfony/flex: command to kind
		for command, kind := range s {
			if command, _, _ = strings.Cut(command, " "); kind != "symfony-cmd" || !frameworkCommands[command] {
				return false
			}
		}
		return true
	}
	return false
}

func (r *raise) composerStep(c stage.Call, scripts map[string]any, text string, depth int) bool {
	words := strings.Fields(text)
	switch {
	case len(words) == 0:
		return false
	case len(words) == 1 && strings.Contains(text, "::"):
		return true
	case len(words) == 1 && strings.HasPrefix(text, "@"):
		return r.composerScript(c, scripts, text[1:], depth+1)
	case words[0] == "@php" && len(words) > 2:
		return frameworkFile(words[1]) && frameworkCommands[words[2]] && r.p.inContext(path.Join(c.Dir, words[1]))
	}
	return false
}

// frameworkCommands are commands of Laravel's artisan and Symfony's console that
// write below the project only. Source: laravel.com/docs/deployment,
// symfony.com/doc/current/console.html; their classes in laravel/framework and
// symfony/framework-bundle.
var frameworkCommands = wordSet(`
	about assets:install cache:clear cache:warmup config:cache config:clear event:cache event:clear key:generate lint:container
	optimize optimize:clear package:discover route:cache route:clear storage:link view:cache view:clear
`)

func frameworkFile(name string) bool {
	name = strings.TrimPrefix(name, "./")
	return name == "artisan" || name == "bin/console"
}

// runsFramework is php artisan and bin/console of the build context.
func (r *raise) runsFramework(c stage.Call) bool {
	file, args := c.Path, c.Operands()
	if c.Name == "php" && len(args) > 0 {
		file, args = args[0].Text, args[1:]
	}
	return len(args) > 0 && (frameworkFile(file) && frameworkCommands[args[0].Text] || r.configuresSpiral(c, file, args[0].Text)) && r.mine(c.Dir) && r.staysIn(c) && r.p.inContext(path.Join(c.Dir, file))
}

// configuresSpiral reports whether a call lets a project of Spiral make its caches, below
// the project's runtime directory. Source: ConfigureCommand in github.com/spiral/framework.
func (r *raise) configuresSpiral(c stage.Call, file, command string) bool {
	_, data, ok := r.p.Graph.ContextFile(path.Join(c.Dir, "composer.json"))
	return ok && file == "app.php" && command == "configure" && strings.Contains(string(data), `"spiral/framework"`)
}

// cachesLaravel reports whether a call makes Laravel's caches, which the process only
// reads: they are made anew where a view is younger than its cache. Source:
// Illuminate\View\Compilers\Compiler::isExpired, ConfigCacheCommand and its like in
// github.com/laravel/framework.
func (p *Pass) cachesLaravel(c stage.Call) bool {
	ops := c.Operands()
	if c.Name != "php" || len(ops) < 2 || strings.TrimPrefix(ops[0].Text, "./") != "artisan" || !p.inContext(c.Abs(ops[0])) {
		return false
	}
	return len(ops) == 2 && laravelCaches[ops[1].Text] || len(ops) == 3 && ops[1].Text == "laravels" && ops[2].Text == "publish"
}

// laravelCaches are commands of artisan that make caches, or that copy settings and the
// server's program once, which the process then finds there: octane:install and laravels
// publish. Source: InstallCommand and its traits in github.com/laravel/octane (rr and
// frankenphp get the mode 0755), LaravelSCommand::publish in github.com/hhxsv5/laravel-s.
var laravelCaches = wordSet(`config:cache event:cache octane:install optimize package:discover route:cache view:cache`)

// getsRoadRunner reports whether a call downloads RoadRunner's program, and makes its
// settings if there are none. The process only reads them. Source: GetBinaryCommand in
// github.com/roadrunner-php/cli, which gives the program the mode 0755.
func getsRoadRunner(c stage.Call) bool {
	return strings.HasSuffix(c.Path, "vendor/bin/rr") && (c.Sub() == "get" || c.Sub() == "get-binary")
}

// buildsSwow reports whether a call builds the extension Swow where composer has put its
// sources, and installs it among PHP's own. Source: bin/swow-builder in
// github.com/swow/swow.
func buildsSwow(c stage.Call) bool { return strings.HasSuffix(c.Path, "vendor/bin/swow-builder") }

// getsRoadRunnerIn is the same by the account, in a directory of its own.
func (r *raise) getsRoadRunnerIn(c stage.Call) bool {
	return getsRoadRunner(c) && r.mine(c.Dir) && r.staysIn(c)
}
