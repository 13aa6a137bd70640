package bases

import (
	"maps"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/project"
	"github.com/dfharden/dfharden/stage"
)

// Given are the build arguments of the options and, where without more the image's base
// is not known, those that the project gives to ARGs without a default.
func Given(f *parser.File, o stage.Options, p *project.Project, dockerfile string) map[string]string {
	g, err := stage.Build(f, o)
	if err != nil || g.Final().Root().RefKnown {
		return o.Args
	}
	open := OpenArgs(f)
	args := maps.Clone(o.Args)
	if args == nil {
		args = map[string]string{}
	}
	for name, value := range p.Given(dockerfile) {
		if _, ok := args[name]; !ok && open[name] && !o.Unsure[name] {
			args[name] = value
		}
	}
	return args
}

// OpenArgs are the ARGs that have no default anywhere in a file.
func OpenArgs(f *parser.File) map[string]bool {
	open := map[string]bool{}
	for _, in := range f.Instructions {
		if c, ok := in.Cmd.(*instructions.ArgCommand); ok {
			for _, arg := range c.Args {
				seen, ok := open[arg.Key]
				open[arg.Key] = arg.Value == nil && (seen || !ok)
			}
		}
	}
	return open
}
