package main

import (
	"errors"
	"fmt"
	"math"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/dfharden/dfharden/checks"
	"github.com/dfharden/dfharden/registry"
	"github.com/dfharden/dfharden/rewrite"
	"github.com/dfharden/dfharden/stage"
)

// options are the flags of check, found to be right.
type options struct {
	*checkFlags
	selected []*checks.Rule
	failFrom checks.Severity // 0: never
	engine   rewrite.Options
	registry *registry.Client // nil: nobody is asked about images
}

// rewrites reports whether fixes are to be applied.
func (o *options) rewrites() bool { return o.rewrite || o.write || o.diff || o.output != "" }

// resultOut reports whether standard output holds a file or a diff, so that the
// report goes to standard error.
func (o *options) resultOut() bool { return o.rewrite || o.diff }

// one is the flag that wants exactly one input, "" if there is none.
func (o *options) one() string {
	switch {
	case o.rewrite:
		return "--rewrite"
	case o.output != "":
		return "-o"
	}
	return ""
}

// accountName is what groupadd, useradd and BusyBox's tools all take.
var accountName = regexp.MustCompile(`^[a-z_][a-z0-9_-]{0,31}$`)

// options checks the flags.
func (f *checkFlags) options(args []string) (*options, error) {
	o := &options{checkFlags: f}
	build, err := buildArgs(f.buildArgs)
	if err != nil {
		return nil, err
	}
	if o.registry, err = f.ask(); err != nil {
		return nil, err
	}
	o.engine = rewrite.Options{
		Check: checks.Options{
			User: f.user, UID: f.uid, GID: f.gid, Home: "/home/" + f.user,
			NamedUser: f.named, NoRelocate: f.noRelocate, KeepApkDB: f.keepApkDB,
		},
		Stage:  stage.Options{Target: f.target, Args: build},
		Unsafe: f.unsafe,
	}
	if o.selected, err = selectRules(f.rules, f.skipRules); err != nil {
		return nil, err
	}
	o.know(&o.engine.Stage, nil, nil)
	o.failFrom = map[string]checks.Severity{"error": checks.Error, "warning": checks.Warning, "info": checks.Info}[f.failOn.value]
	if f.stdinName == "" {
		f.stdinName = "<stdin>"
	}
	return o, errors.Join(f.manner(args), f.identity())
}

// manner checks the flags that say what is done with the result.
func (f *checkFlags) manner(args []string) error {
	if f.rewrite && (f.write || f.diff || f.output != "") || f.output != "" && (f.write || f.diff) {
		return errors.New("--rewrite, -o and -w or -d exclude each other (only -w and -d go together)")
	}
	if f.output == "-" {
		return errors.New("-o writes a file; to write to standard output use --rewrite")
	}
	if f.write && slices.Contains(args, "-") {
		return errors.New("-w cannot write to standard input; use --rewrite or -d")
	}
	if info, err := os.Stat(f.context); f.context != "" && (err != nil || !info.IsDir()) {
		return fmt.Errorf("--context %s: not a directory that can be read", f.context)
	}
	if f.jobs < 1 {
		return fmt.Errorf("--jobs %d: must be 1 or more", f.jobs)
	}
	return nil
}

// identity checks the account of the fixes. Its name gets into a RUN.
func (f *checkFlags) identity() error {
	if !accountName.MatchString(f.user) || f.user == "root" {
		return fmt.Errorf("--user %q: must be lower-case letters, digits, _ and -, begin with a letter or _, and not be root", f.user)
	}
	for flag, id := range map[string]int{"--uid": f.uid, "--gid": f.gid} {
		if id < 1 || id > math.MaxInt32 {
			return fmt.Errorf("%s %d: must be from 1 to %d (0 is root)", flag, id, math.MaxInt32)
		}
	}
	return nil
}

// fits checks the inputs against the flags that want one.
func (o *options) fits(inputs []input) error {
	flag := o.one()
	switch {
	case flag == "" || len(inputs) == 1:
		return nil
	case len(inputs) == 0:
		return fmt.Errorf("%s needs a Dockerfile, and none was found", flag)
	}
	return fmt.Errorf("%s takes one file, not %d; -w and -d take many", flag, len(inputs))
}

func buildArgs(given []string) (map[string]string, error) {
	args := make(map[string]string, len(given))
	for _, arg := range given {
		name, value, ok := strings.Cut(arg, "=")
		if name == "" {
			return nil, fmt.Errorf("--build-arg %q: must be NAME=VALUE or NAME", arg)
		}
		if !ok {
			if value, ok = os.LookupEnv(name); !ok {
				continue // as docker build: the ARG keeps its default
			}
		}
		args[name] = value
	}
	return args, nil
}

// selectRules returns the rules to run, by their ids.
func selectRules(only, skip []string) ([]*checks.Rule, error) {
	for _, id := range append(append([]string{}, only...), skip...) {
		if checks.Get(id) == nil {
			return nil, fmt.Errorf("unknown rule %q%s", id, suggest(id, ruleIDs(), "dfharden rules lists them"))
		}
	}
	var rules []*checks.Rule
	for _, r := range checks.All() {
		if (len(only) == 0 && !r.Pedantic || slices.Contains(only, r.ID)) && !slices.Contains(skip, r.ID) {
			rules = append(rules, r)
		}
	}
	if len(rules) == 0 {
		return nil, errors.New("--rules and --skip-rules leave no rule to run")
	}
	return rules, nil
}
