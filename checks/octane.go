package checks

import (
	"cmp"
	"path"
	"strings"

	"github.com/dfharden/dfharden/stage"
)

// octane reports whether a call is Laravel's Octane with FrankenPHP. It takes the program
// from PATH, names its address, and writes to public and storage/logs of the project,
// which are looked at as what any program of the project writes. Source:
// github.com/laravel/octane, src/Commands/StartFrankenPhpCommand.php.
func octane(c stage.Call) bool {
	ops := c.Operands()
	if c.Name != "php" || len(ops) < 2 || path.Base(ops[0].Text) != "artisan" {
		return false
	}
	return ops[1].Text == "octane:frankenphp" || ops[1].Text == "octane:start" && c.Has("--server=frankenphp")
}

// octaneConf is what the configuration of FrankenPHP comes to with Octane: one site, on
// the port that the command names, and those of a Caddyfile of the project.
func octaneConf(p *Pass, call stage.Call) *conf {
	c, at := &conf{}, cmp.Or(p.at(call), p.Graph.Final().Root().From)
	port, named := optionValue(call, []string{"--port"})
	if !named || call.Has("--https", "--http-redirect") {
		c.unclear(at, "the port of Octane is not known: say it with --port, without --https")
		return c
	}
	text, file := "{$CADDY_SERVER_SERVER_NAME} {\n}\n", "Octane's Caddyfile"
	if name, own := optionValue(call, []string{"--caddyfile"}); own {
		shown, data, ok := p.Graph.ContextFile(call.Abs(stage.Arg{Text: name, Known: true}))
		if !ok {
			c.unclear(at, "the configuration "+name+" of FrankenPHP is not known")
			return c
		}
		text, file = string(data), shown
	}
	c.sites(p.expandCaddy(strings.ReplaceAll(text, "{$CADDY_SERVER_SERVER_NAME}", "http://:"+port)), file, at)
	return c
}

// octane reports whether a call starts Octane's server, with the recipe of its image.
func (p *Pass) octane(c stage.Call) bool { return p.recipe() != nil && octane(c) }
