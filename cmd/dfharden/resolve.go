package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/dfharden/dfharden/checks"
	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/registry"
	"github.com/dfharden/dfharden/stage"
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

// know sets who tells the facts of images: own, which are the caller's and not asked
// about, then the registry over the table of the program. mirrors are asked in the
// place of registries (image.Rename), and the table knows an image by the name that
// it has where the mirror got it. Of the images of stages from which files are only
// copied, the registry is asked for what the rules that pin them need; about those of
// whose tag a part is not known it is not asked.
func (o *options) know(s *stage.Options, selected []*checks.Rule, own image.Map, mirrors map[string]string) {
	table := image.Mirrored(image.Table(), origins(mirrors))
	s.Images, s.Others, s.Known = table, table, table
	if o.registry != nil {
		c := o.registry.With(mirrors)
		all := slices.ContainsFunc(selected, func(r *checks.Rule) bool { return r.ID == "unpinned-base" })
		s.Images, s.Others = c.Over(table), c.Pins(table, all)
	}
	if len(own) > 0 {
		s.Images, s.Others, s.Known = image.Layered(own, s.Images), image.Layered(own, s.Others), image.Layered(own, s.Known)
	}
}

// origins turns mirrors round: what a name on a mirror stands for.
func origins(mirrors map[string]string) map[string]string {
	from := map[string]string{}
	for registry, mirror := range mirrors {
		from[mirror] = registry
	}
	return from
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
