package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/registry"
)

// tagAge is how long the cache answers for a tag, which may get another image.
const tagAge = 24 * time.Hour

// ask prepares to ask registries and the places of --images what an image is. It
// returns nil if neither was wanted, and nothing is asked before a file needs it.
func (f *checkFlags) ask() (*registry.Client, error) {
	if !f.resolve && len(f.images) == 0 {
		return nil, nil //nolint:nilnil // no client is what was asked for
	}
	o := registry.Options{Remote: f.resolve, UserAgent: "dfharden/" + version()}
	for _, arg := range f.images {
		l, err := registry.OpenLocal(arg)
		if err != nil {
			return nil, fmt.Errorf("--images %w", err)
		}
		o.Local = append(o.Local, l)
	}
	if dir, err := os.UserCacheDir(); err == nil {
		o.Cache = registry.NewCache(filepath.Join(dir, "dfharden", "images"), tagAge)
	}
	return registry.New(context.Background(), o)
}

// over is the table of images, with what client is told over it.
func over(client *registry.Client, table image.Lookup) image.Lookup {
	if client == nil {
		return table
	}
	return client.Over(table)
}

// unanswered is what client could not learn. It never makes a run fail.
func unanswered(client *registry.Client) []problem {
	if client == nil {
		return nil
	}
	var problems []problem
	for _, line := range client.Problems() {
		problems = append(problems, problem{errors.New(line), false})
	}
	return problems
}
