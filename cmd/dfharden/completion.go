package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// completionCommand is cobra's own in another form: a missing or unknown shell is
// a wrong call, not a page of help.
func (a *app) completionCommand() *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "Print a completion script: bash, zsh, fish or powershell",
		Long: `Print a completion script for a shell: bash, zsh, fish or powershell.

bash:        source <(dfharden completion bash)
zsh:         dfharden completion zsh > "${fpath[1]}/_dfharden"
fish:        dfharden completion fish | source
powershell:  dfharden completion powershell | Out-String | Invoke-Expression`,
		ValidArgsFunction: cobra.FixedCompletions(shells, cobra.ShellCompDirectiveNoFileComp),
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return errors.New("completion takes one shell: bash, zsh, fish or powershell")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return complete(a.stdout, cmd.Root(), args[0], shells)
		},
	}
}

func complete(w io.Writer, root *cobra.Command, shell string, shells []string) error {
	switch shell {
	case "bash":
		return root.GenBashCompletionV2(w, true)
	case "zsh":
		return root.GenZshCompletion(w)
	case "fish":
		return root.GenFishCompletion(w, true)
	case "powershell":
		return root.GenPowerShellCompletionWithDesc(w)
	}
	return fmt.Errorf("unknown shell %q%s", shell, suggest(shell, shells, "there are bash, zsh, fish and powershell"))
}

// helpCommand is cobra's own, but an unknown command is a wrong call.
func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Print the help of a command",
		RunE: func(cmd *cobra.Command, args []string) error {
			of, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return noCommand(cmd.Root(), args)
			}
			of.InitDefaultHelpFlag()
			return of.Help()
		},
	}
}
