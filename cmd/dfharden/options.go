package main

import (
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"

	"github.com/dfharden/dfharden/config"
	"github.com/dfharden/dfharden/registry"
)

// options are the flags of check, found to be right.
type options struct {
	*checkFlags
	build    map[string]string
	settings map[*config.Config]*settings // filled before files are checked
	registry *registry.Client             // nil: nobody is asked about images
	configs  configs
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

// options checks the flags.
func (f *checkFlags) options(args []string) (*options, error) {
	build, err := buildArgs(f.buildArgs)
	if err != nil {
		return nil, err
	}
	if f.stdinName == "" {
		f.stdinName = defaultStdinName
	}
	client, err := f.ask()
	if err != nil {
		return nil, err
	}
	o := &options{checkFlags: f, build: build, registry: client, settings: map[*config.Config]*settings{}, configs: configs{only: f.config, none: f.noConfig}}
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
	if f.config != "" && f.noConfig {
		return errors.New("--config and --no-config exclude each other")
	}
	if f.jobs < 1 {
		return fmt.Errorf("--jobs %d: must be 1 or more", f.jobs)
	}
	return nil
}

// identity checks the account of the fixes. Its name gets into a RUN.
func (f *checkFlags) identity() error {
	if msg := config.AccountMistake(f.user); msg != "" {
		return fmt.Errorf("--user %q: %s", f.user, msg)
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
