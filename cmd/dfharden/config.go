package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dfharden/dfharden/checks"
	"github.com/dfharden/dfharden/config"
	"github.com/dfharden/dfharden/report"
)

func (a *app) configCommand() *cobra.Command {
	var c configs
	cmd := &cobra.Command{
		Use:   "config [PATH]",
		Short: "Say what is in force for a file or directory, and where it comes from",
		Long: `Say what is in force for a file or directory, and where each value comes from:
the line of the configuration, or the default. Flags of check win over both.

The configuration is the nearest .dfharden.yaml up the tree from PATH, which is
the current directory if it is not given.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return errors.New("config takes one path")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if c.only != "" && c.none {
				return errors.New("--config and --no-config exclude each other")
			}
			dir, err := folder(append(args, ".")[0])
			if err != nil {
				return err
			}
			found, err := c.of(dir)
			if err != nil {
				return err
			}
			printConfig(a.stdout, found)
			return nil
		},
	}
	cmd.Flags().StringVar(&c.only, "config", "", "the configuration `FILE`")
	cmd.Flags().BoolVar(&c.none, "no-config", false, "read no configuration")
	return cmd
}

// folder is the folder that a path is in or is.
func folder(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, reason(err))
	}
	if info.IsDir() {
		return path, nil
	}
	return filepath.Dir(path), nil
}

// row is a value that is in force.
type row struct{ key, value, source string }

func printConfig(w io.Writer, c *config.Config) {
	rows := configRows(c)
	key, value := 0, 0
	for _, r := range rows {
		key, value = max(key, len(r.key)), max(value, min(len(r.value), 40))
	}
	for _, r := range rows {
		fmt.Fprintf(w, "%-*s  %-*s  %s\n", key, r.key, value, r.value, r.source)
	}
}

// configRows lists all that is in force under a configuration.
func configRows(c *config.Config) []row {
	var rows []row
	add := func(key, value, byDefault string) {
		if c.Has(key) {
			rows = append(rows, row{key, value, c.Place(key)})
			return
		}
		rows = append(rows, row{key, byDefault, "default"})
	}
	name := c.User.Name
	if name == "" {
		name = "boot"
	}
	add("user.name", c.User.Name, "boot")
	add("user.uid", strconv.Itoa(c.User.UID), "1337")
	add("user.gid", strconv.Itoa(c.User.GID), "1337")
	add("user.home", c.User.Home, "/home/"+name)
	add("user.shell", c.User.Shell, "the distribution's nologin")
	add("user.named", strconv.FormatBool(c.User.Named), "false")
	add("uid-policy", c.UIDPolicy.String(), "none")
	add("fail-on", string(c.FailOn), "warning")
	add("pedantic", strconv.FormatBool(c.Pedantic), "false")
	add("target", c.Target, "what the project ships")
	add("low-ports", map[bool]string{true: "allowed", false: "refused"}[c.LowPorts], "refused")
	add("exclude", strings.Join(c.Exclude, " "), "none")
	for _, r := range checks.All() {
		level := report.Severity(r.Severity)
		if r.Pedantic && !c.Pedantic {
			level = string(config.Off)
		}
		add("rules."+r.ID, string(c.Rules[r.ID]), level)
	}
	for _, name := range slices.Sorted(maps.Keys(c.Images)) {
		f := c.Images[name]
		rows = append(rows, row{"images." + name, imageText(string(f.Distro), f.User, f.UserSet), strings.TrimPrefix(f.Evidence, "configuration: ")})
	}
	for _, name := range slices.Sorted(maps.Keys(c.Mirrors)) {
		add("mirrors."+name, c.Mirrors[name], "")
	}
	return rows
}

// imageText sums up the facts about an image.
func imageText(distro, user string, known bool) string {
	switch {
	case distro == "":
		distro = "unknown distribution"
	case !known:
		return distro + ", unknown user"
	}
	if user == "" {
		user = "root"
	}
	return distro + ", user " + user
}
