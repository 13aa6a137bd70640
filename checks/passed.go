package checks

import (
	"regexp"
	"strings"

	"github.com/dfharden/dfharden/stage"
)

// passed is the program that a call starts from its arguments: `puma` in `bundle
// exec puma`. ok is false where there is none, or its place is not known.
func passed(c stage.Call) (inner stage.Call, ok bool) {
	at := -1
	switch c.Name {
	case "bundle", "bundler":
		at = behind(c, "exec", "")
	case "poetry", "pipenv":
		at = behind(c, "run", "")
	case "uv":
		at = behind(c, "run", "")
	case "npx", "bunx":
		at = behind(c, "", "")
	case "npm", "pnpm", "yarn":
		if at = behind(c, "exec", ""); at < 0 && c.Name != "npm" && c.Sub() == "node" {
			return c.Passed(0), true
		}
	case "pm2", "pm2-runtime", "pm2-docker", "forever":
		for i, a := range c.Args {
			if packageRunner[a.Text] {
				at = i
			}
		}
	case "newrelic-admin":
		at = behind(c, "run-program", "")
	case "dockerize":
		at = behind(c, "", "-wait -timeout -stdout -stderr -wait-http-header -wait-retry-interval -interval")
	case "dotenv", "wait-for-it.sh", "wait-for-it", "wait-for", "wait-for.sh", "wait-port":
		at = behind(c, "--", "")
	}
	if at < 0 || at >= len(c.Args) {
		return stage.Call{}, false
	}
	return c.Passed(at), true
}

// behind is the index of the first argument that is not an option behind a
// subcommand, -1 if there is none. A "--" ends the options; values lists the
// options that take a value.
func behind(c stage.Call, sub, values string) int {
	takes, found := wordSet(values), sub == ""
	for i := 0; i < len(c.Args); i++ {
		text := c.Args[i].Text
		switch {
		case text == "--" && (found || sub == "--"):
			return i + 1
		case takes[text]:
			i++
		case strings.HasPrefix(text, "-") && (harmlessOption[text] || takes[strings.SplitN(text, "=", 2)[0]]):
		case !found && text == sub:
			found = true
		case !found && sub == "--":
		case found && !strings.HasPrefix(text, "-"):
			return i
		default:
			return -1
		}
	}
	return -1
}

// harmlessOption are options of the tools that start others which take no value.
var harmlessOption = wordSet(`
	-y --yes --no-install --no --quiet -q --verbose -v --no-interaction -n --no-sync --frozen --locked --no-dev --offline --keep-file-descriptors -poll
`)

// handedOver is the program that a script of the build context is given and starts: the
// first of its arguments, or the first behind "--". ok is false if the script does
// not start what it is given, or only in one of its branches.
func handedOver(inner []stage.Call, c stage.Call, first int) (stage.Call, bool) {
	sure := false
	for _, i := range inner {
		sure = sure || handsOver(i) && i.Always
	}
	for i := first; i < len(c.Args); i++ {
		if c.Args[i].Text == "--" {
			return c.Passed(i + 1), i+1 < len(c.Args)
		}
	}
	if !sure || first >= len(c.Args) {
		return stage.Call{}, false
	}
	return c.Passed(first), true
}

// keyword reports whether a script compares one of its arguments with a word:
// `case "$1" in web)`.
func keyword(text, word string) bool {
	w := `["']?` + regexp.QuoteMeta(word) + `["']?`
	found, err := regexp.MatchString(`(?m)(^|[\s|(])`+w+`[ \t]*(\|[^)\n]*)?\)|=\s*`+w+`\s*\]`, text)
	return err == nil && found
}
