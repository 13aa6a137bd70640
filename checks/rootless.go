package checks

import (
	"path"
	"regexp"
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// rootless says for a program in which calls it is known to need no root, in
// directories that are the account's and with a home of its own. What is not here
// needs root. Every entry was seen to work, and to leave what the process can
// write to: the case of e2e/cases that shows it stands behind it.
var rootless map[string]func(*raise, stage.Call) bool

func init() {
	rootless = map[string]func(*raise, stage.Call) bool{
		// rootless-files
		"mkdir": (*raise).makesIn, "touch": (*raise).makesIn, "rm": (*raise).makesIn, "rmdir": (*raise).makesIn, "mv": (*raise).makesIn,
		"cp": (*raise).copiesIn, "ln": (*raise).copiesIn, "chmod": (*raise).setsMode, "sed": (*raise).editsIn,
		// rootless-unpack
		"tar": (*raise).unpacksIn, "unzip": (*raise).unpacksIn,
		// rootless-download
		"curl": (*raise).fetchesIn, "wget": (*raise).fetchesIn,
		// rootless-clone
		"git": (*raise).clonesIn,
		// rootless-npm, rootless-npm-home, rootless-yarn
		"npm": (*raise).installsNode, "npx": (*raise).installsNode, "yarn": (*raise).installsNode,
		// rootless-bundle
		"bundle": (*raise).installsGems,
		// rootless-go, rootless-go-run
		"go": (*raise).buildsGo,
		// rootless-pip-user, rootless-python, database-made-by-run
		"pip": (*raise).installsPython, "pip3": (*raise).installsPython, "python": (*raise).runsPython, "python3": (*raise).runsPython,
		// rootless-composer
		"composer": (*raise).installsPHP, "php": (*raise).runsFramework, "rr": (*raise).getsRoadRunnerIn, "console": (*raise).runsFramework, "artisan": (*raise).runsFramework,
		// rootless-julia, rootless-dart
		"julia": (*raise).installsJulia, "dart": (*raise).installsDart,
		"sh": runsItself, "bash": runsItself, "ash": runsItself,
	}
}

// onlyRead are programs that only read, and print; sed and find are not among them.
var onlyRead = wordSet(`
	: [ basename cat cd command cut date dirname echo env exit export false grep head id ls nproc printf pwd
	set sleep sort tail test tr true uname uniq unset wc which
`)

// without reports whether a RUN is known to need no root.
func (r *raise) without(in *parser.Instruction) bool {
	calls := r.s.Calls(in)
	if len(calls) == 0 || len(in.Flags) > 0 || !r.s.Readable(in) || r.s.Before(in).User.Root() != stage.Yes || r.variable(in) {
		return false // a mount's target belongs to root, if nothing else is said
	}
	for _, c := range calls {
		if !r.needsNone(c) {
			return false
		}
	}
	for _, c := range in.Script().Commands {
		if len(c.Words) == 0 && len(c.Redirects) > 0 {
			return false // of a block
		}
	}
	return true
}

// needsNone reports whether a call is known to need no root.
func (r *raise) needsNone(c stage.Call) bool {
	if c.Name == "" || c.Sudo || namesRoot(c) || !r.redirectsIn(c) {
		return false
	}
	for _, a := range c.Assigns {
		if text, lit := a.Value.Lit(); !lit || strings.HasPrefix(text, "/") {
			return false
		}
	}
	if onlyRead[c.Name] || len(c.Args) == 1 && c.Has("--version", "-v", "version") && rootless[c.Name] != nil {
		return true
	}
	known := rootless[c.Name]
	return known != nil && (c.Path == c.Name || r.mine(c.Abs(stage.Arg{Text: c.Path, Known: true}))) && known(r, c)
}

// namesRoot reports whether an argument names root's home.
func namesRoot(c stage.Call) bool {
	for _, a := range c.Args {
		if strings.Contains(a.Text, "/root") {
			return true
		}
	}
	return false
}

// redirectsIn reports whether a call redirects its output to files of the account
// at most.
func (r *raise) redirectsIn(c stage.Call) bool {
	for _, to := range c.Redirects {
		target, lit := to.Target.Lit()
		switch {
		case strings.HasPrefix(to.Op, "<") || to.Op == ">&" || within(target, "/dev"):
		case !lit || !r.inMine(c.Abs(stage.Arg{Text: target, Known: true})):
			return false
		}
	}
	return true
}

// staysIn reports whether no argument leads out of the account's directories.
func (r *raise) staysIn(c stage.Call) bool {
	for _, a := range c.Args {
		text := a.Text
		if _, value, ok := strings.Cut(text, "="); ok {
			text = value
		}
		switch {
		case !a.Known, strings.HasPrefix(text, "~"):
			return false
		case strings.HasPrefix(text, "/") && !r.mine(path.Clean(text)) && text != "/dev/null":
			return false
		case strings.Contains(text, "..") && !r.mine(c.Abs(stage.Arg{Text: text, Known: true})):
			return false
		}
	}
	return true
}

// toolVariables send programs of the list to other directories.
var toolVariables = regexp.MustCompile(`^(?i:npm_|yarn_|pnpm_|corepack_|pip_|composer_|python|gem_|bundle_|git_|xdg_|tmp|curl_|ssl_)|^GO[A-Z]*$|CACHE|BROWSERS_PATH|_STORE`)

// variable reports whether the file sets one of toolVariables to a path that is
// not the account's.
func (r *raise) variable(run *parser.Instruction) bool {
	for _, s := range r.p.Graph.Chain() {
		for _, in := range s.Instructions {
			if in.Name != "env" && in.Name != "arg" || in.Index > run.Index {
				continue
			}
			for _, a := range in.Args {
				name, _, _ := strings.Cut(a.Text, "=")
				if !toolVariables.MatchString(name) {
					continue
				}
				if value, known := r.s.Before(run).Env(name); !known || strings.HasPrefix(value, "/") && !r.mine(path.Clean(value)) {
					return true
				}
			}
		}
	}
	return false
}
