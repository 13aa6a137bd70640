package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// app is one run of the program.
type app struct {
	stdin          io.Reader
	stdout, stderr *output
	code           int // what a command that was called rightly came to
	projects       projects
	progress       progress
}

func (a *app) run(args []string) int {
	root := a.root()
	root.SetArgs(args)
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	if err := root.Execute(); err != nil {
		a.tell(err)
		return exitError
	}
	if err := a.stdout.err; err != nil {
		a.tell(fmt.Errorf("cannot write to standard output: %w", reason(err)))
		return exitError
	}
	return a.code
}

// tell prints an error as one line, one that joins several as a line each.
func (a *app) tell(err error) {
	if several, ok := err.(interface{ Unwrap() []error }); ok {
		for _, err := range several.Unwrap() {
			a.tell(err)
		}
		return
	}
	fmt.Fprintln(a.stderr, "dfharden: "+oneLine(err.Error()))
}

func oneLine(msg string) string { return printable(strings.Join(strings.Fields(msg), " ")) }

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "dfharden",
		Short: "Find what is not hardened in Dockerfiles, and patch them",
		Long: `dfharden reads a Dockerfile, works out what the image will be (who runs it, who
owns its files, which tools stay in it), says what is not hardened, and patches
the file so that it is, byte for byte the same everywhere else.`,
		Args:              noCommand,
		RunE:              func(*cobra.Command, []string) error { return errors.New("name a command; see dfharden --help") },
		Version:           version(),
		SilenceErrors:     true,
		SilenceUsage:      true,
		DisableAutoGenTag: true,
	}
	root.SetFlagErrorFunc(flagError)
	root.SetUsageTemplate(strings.ReplaceAll(root.UsageTemplate(), ".FlagUsages ", ".FlagUsagesWrapped 80 "))
	root.SetVersionTemplate("{{.Name}} {{.Version}}\n")
	root.AddCommand(a.checkCommand(), a.rulesCommand(), a.explainCommand(), a.configCommand(), a.lspCommand(), a.completionCommand(), a.manCommand(), a.versionCommand())
	root.SetHelpCommand(helpCommand())
	root.CompletionOptions.DisableDefaultCmd = true
	return root
}

// noCommand refuses an argument in the place of a command.
func noCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if _, err := os.Stat(args[0]); err == nil {
		return fmt.Errorf("unknown command %q; to check that path: dfharden check %[1]s", args[0])
	}
	var names []string
	for _, c := range cmd.Commands() {
		names = append(names, c.Name())
	}
	return fmt.Errorf("unknown command %q%s", args[0], suggest(args[0], names, "dfharden --help lists them"))
}

// quotedFlag matches what pflag puts in front of the cause of a bad value.
var quotedFlag = regexp.MustCompile(`^invalid argument (".*") for "(?:-\w, )?(--[\w-]+)" flag: `)

// What strconv says of a value that does not parse.
var (
	notBool   = regexp.MustCompile(`strconv\.ParseBool: parsing .*: invalid syntax$`)
	notNumber = regexp.MustCompile(`strconv\.\w+: parsing .*: (invalid syntax|value out of range)$`)
)

// flagError adds the nearest flag to the error for an unknown one, and shortens
// pflag's text for a bad value.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() != "" {
		return fmt.Errorf("unknown flag -%s; %s --help lists them", unknown.GetSpecifiedName(), cmd.CommandPath())
	}
	if errors.As(err, &unknown) {
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if !f.Hidden {
				names = append(names, "--"+f.Name)
			}
		})
		name := "--" + unknown.GetSpecifiedName()
		return fmt.Errorf("unknown flag %s%s", name, suggest(name, names, cmd.CommandPath()+" --help lists them"))
	}
	msg := quotedFlag.ReplaceAllString(err.Error(), "$2 $1: ")
	msg = notBool.ReplaceAllString(msg, "must be true or false")
	return errors.New(notNumber.ReplaceAllString(msg, "not a number"))
}

// output is a stream that keeps its first error. A reader that went away is none.
type output struct {
	w   io.Writer
	err error
}

// Write never fails: what comes after an error is dropped.
func (o *output) Write(b []byte) (int, error) {
	if o.err == nil {
		_, o.err = o.w.Write(b)
	}
	if errors.Is(o.err, syscall.EPIPE) || errors.Is(o.err, io.ErrClosedPipe) {
		o.w, o.err = io.Discard, nil
	}
	return len(b), nil
}

// reason is the cause of a file error, without the operation and the path.
func reason(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		return link.Err
	}
	return err
}
