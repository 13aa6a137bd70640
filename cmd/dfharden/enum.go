package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// enum is the value of a flag that takes one of a few words.
type enum struct {
	value string
	words []string
}

func newEnum(value string, words ...string) *enum { return &enum{value, words} }

// String is the word that was chosen.
func (e *enum) String() string { return e.value }

// Set takes one of the words.
func (e *enum) Set(s string) error {
	if !slices.Contains(e.words, s) {
		last := len(e.words) - 1
		return fmt.Errorf("must be %s or %s", strings.Join(e.words[:last], ", "), e.words[last])
	}
	e.value = s
	return nil
}

// Type is what a usage text calls the value.
func (e *enum) Type() string { return "word" }

func (e *enum) flag(cmd *cobra.Command, name, usage string) {
	cmd.Flags().Var(e, name, usage)
	// It fails only for a flag that is not there.
	_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(e.words, cobra.ShellCompDirectiveNoFileComp))
}
