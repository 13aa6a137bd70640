package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/dfharden/dfharden/config"
)

// configs reads the configurations of a run, each once.
type configs struct {
	only string // the file that --config names, for all
	none bool   // --no-config

	empty *config.Config
	files map[string]*config.Config // by path
	near  map[string]*config.Config // by folder
	wrong map[string]bool           // files whose mistakes were told
}

// folderOf is the folder from which the configuration of an input is looked for.
func (o *options) folderOf(in input) string {
	switch {
	case !in.stdin:
		return filepath.Dir(in.path)
	case o.stdinName != defaultStdinName:
		return filepath.Dir(o.stdinName)
	}
	return "."
}

// of is the configuration for the files of a folder: the nearest up the tree, an empty
// one if there is none. The error is told once for a file, and is nil with a nil
// configuration from then on.
func (c *configs) of(dir string) (*config.Config, error) {
	if c.empty == nil {
		c.empty = &config.Config{}
		c.files, c.near, c.wrong = map[string]*config.Config{}, map[string]*config.Config{}, map[string]bool{}
	}
	switch {
	case c.none:
		return c.empty, nil
	case c.only != "":
		return c.read(c.only)
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return c.empty, nil //nolint:nilerr // the folder is gone: reading the file tells
	}
	return c.nearest(dir)
}

func (c *configs) nearest(dir string) (*config.Config, error) {
	if found, ok := c.near[dir]; ok {
		return found, nil
	}
	file := filepath.Join(dir, config.Name)
	var found *config.Config
	info, err := os.Stat(file)
	switch {
	case err == nil && info.Mode().IsRegular():
		found, err = c.read(file)
	case filepath.Dir(dir) == dir:
		found, err = c.empty, nil
	default:
		found, err = c.nearest(filepath.Dir(dir))
	}
	if err == nil {
		c.near[dir] = found
	}
	return found, err
}

// read reads a file. A mistake is an error the first time only.
func (c *configs) read(file string) (*config.Config, error) {
	if found, ok := c.files[file]; ok {
		return found, nil
	}
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("--config %s: there is no such file", file)
	}
	var found *config.Config
	if err != nil {
		err = fmt.Errorf("%s: %w", shown(file), reason(err))
	} else {
		found, err = config.Parse(shown(file), data)
	}
	if err != nil {
		if c.wrong[file] {
			return c.empty, nil
		}
		c.wrong[file] = true
		return nil, err
	}
	c.files[file] = found
	return found, nil
}
