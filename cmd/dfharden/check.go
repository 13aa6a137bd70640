package main

import (
	"runtime"

	"github.com/spf13/cobra"

	"github.com/dfharden/dfharden/report"
)

// checkFlags are the flags of check as they were given.
type checkFlags struct {
	rewrite, write, diff bool
	output               string
	unsafe               bool
	format, failOn       *enum
	rules, skipRules     []string
	target, context      string
	buildArgs            []string
	user                 string
	uid, gid             int
	named                bool
	noRelocate           bool
	keepApkDB            bool
	resolve              bool
	images               []string
	stdinName            string
	color                *enum
	quiet, verbose       bool
	pedantic             bool
	config               string
	noConfig, noIgnores  bool
	changed              func(flag string) bool // it was given
	jobs                 int
}

func newCheckFlags() *checkFlags {
	return &checkFlags{
		format: newEnum("text", append([]string{"text"}, report.Formats()...)...),
		failOn: newEnum("warning", "error", "warning", "info", "never"),
		color:  newEnum("auto", "auto", "always", "never"),
	}
}

func (a *app) checkCommand() *cobra.Command {
	f := newCheckFlags()
	cmd := &cobra.Command{
		Use:   "check [PATH ...]",
		Short: "Say what is not hardened; with --rewrite, -w or -d, patch it",
		Long: `Say what is not hardened in Dockerfiles, and patch them.

PATH is a file, a directory (searched for Dockerfiles) or - (standard input);
without one it is the current directory.

Exit code: 0 nothing left at --fail-on or above; 1 findings left; 2 a wrong
call, or a file that could not be read or does not parse.`,
		Example: `  dfharden check                         every Dockerfile below this directory
  dfharden check --rewrite Dockerfile    the hardened file on standard output
  dfharden check -d | git apply          what -w does, by way of a patch
  dfharden check -w --unsafe-fixes app   in place, unsafe fixes too`,
		RunE: func(_ *cobra.Command, args []string) error { return a.check(args, f) },
	}
	f.define(cmd)
	f.changed = cmd.Flags().Changed
	return cmd
}

func (f *checkFlags) define(cmd *cobra.Command) {
	s := cmd.Flags()
	s.SortFlags = false
	s.BoolVar(&f.rewrite, "rewrite", false, "print the hardened file; findings go to standard error")
	s.BoolVarP(&f.write, "write", "w", false, "harden the files in place")
	s.BoolVarP(&f.diff, "diff", "d", false, "print a unified diff; findings go to standard error")
	s.StringVarP(&f.output, "output", "o", "", "write the hardened file to `FILE`")
	s.BoolVar(&f.unsafe, "unsafe-fixes", false, "apply fixes graded unsafe too")
	f.format.flag(cmd, "format", "`FORMAT` of the report: text, json, sarif, github, gitlab, checkstyle or junit")
	f.failOn.flag(cmd, "fail-on", "exit with 1 from this `SEVERITY` on: error, warning, info or never")
	s.StringSliceVar(&f.rules, "rules", nil, "only these `RULES`, separated by commas")
	s.StringSliceVar(&f.skipRules, "skip-rules", nil, "not these `RULES`")
	s.BoolVar(&f.pedantic, "pedantic", false, "also the rules that are off by default")
	s.StringVar(&f.target, "target", "", "the `STAGE` that is the image, by name or number (default what the project ships)")
	s.StringArrayVar(&f.buildArgs, "build-arg", nil, "`NAME=VALUE` for an ARG; NAME alone takes it from the environment")
	s.StringVar(&f.context, "context", "", "the `DIR` that COPY reads from (default as the project says, else the file's own)")
	s.StringVar(&f.user, "user", "boot", "`NAME` of the account to create")
	s.IntVar(&f.uid, "uid", 1337, "its user `ID`")
	s.IntVar(&f.gid, "gid", 1337, "its group `ID`")
	s.BoolVar(&f.named, "named-user", false, "write names into USER and --chown, not numbers")
	s.BoolVar(&f.noRelocate, "no-relocate", false, "leave paths alone")
	s.BoolVar(&f.keepApkDB, "keep-apk-db", false, "keep /lib/apk/db, which scanners read")
	s.BoolVar(&f.resolve, "resolve", false, "ask registries for what an image is")
	s.StringArrayVar(&f.images, "images", nil, "`PATH` or NAME=PATH of an OCI layout or docker save archive that knows images")
	s.StringVar(&f.config, "config", "", "the configuration `FILE` (default the nearest .dfharden.yaml above each file)")
	s.BoolVar(&f.noConfig, "no-config", false, "read no configuration")
	s.BoolVar(&f.noIgnores, "no-ignores", false, "report what comments ignore too")
	s.StringVar(&f.stdinName, "stdin-filename", "", "`NAME` of standard input in reports")
	f.color.flag(cmd, "color", "`WHEN` to use colours: auto, always or never")
	s.BoolVarP(&f.quiet, "quiet", "q", false, "findings only, no summary")
	s.BoolVarP(&f.verbose, "verbose", "v", false, "also say what was taken as the image, and why")
	s.IntVar(&f.jobs, "jobs", runtime.GOMAXPROCS(0), "`FILES` checked at a time")

	ids := cobra.FixedCompletions(ruleIDs(), cobra.ShellCompDirectiveNoFileComp)
	for _, name := range []string{"rules", "skip-rules"} {
		_ = cmd.RegisterFlagCompletionFunc(name, ids) // fails only for a flag that is not there
	}
}

// check is the command. Its error is a wrong call; what is wrong with a file is
// told by the way and counts in the exit code.
func (a *app) check(args []string, f *checkFlags) error {
	o, err := f.options(args)
	if err != nil {
		return err
	}
	end := a.watch(o.quiet)
	results, problems, err := a.examine(args, o)
	end()
	if err != nil {
		return err
	}
	a.publish(results, append(problems, unanswered(o.registry)...), o)
	return nil
}

// examine finds the files and checks them.
func (a *app) examine(args []string, o *options) ([]*result, []problem, error) {
	inputs, problems := find(args, o.stdinName)
	inputs, err := o.configure(inputs)
	if err != nil {
		return nil, nil, err
	}
	if err := o.fits(inputs); err != nil {
		return nil, nil, err
	}
	return a.work(inputs, o), problems, nil
}
