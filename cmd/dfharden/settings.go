package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/dfharden/dfharden/checks"
	"github.com/dfharden/dfharden/config"
	"github.com/dfharden/dfharden/rewrite"
	"github.com/dfharden/dfharden/stage"
)

// settings are what is in force for the files of one configuration: the flags, and
// below them what the configuration says.
type settings struct {
	selected []*checks.Rule
	failFrom checks.Severity // 0: never
	target   string          // the configuration's, where no flag gives one
	engine   rewrite.Options
}

// configure finds the configuration of each input and what is in force under it. What
// a configuration excludes is left out, unless it was named. The error joins all that
// is wrong in the configurations.
func (o *options) configure(inputs []input) ([]input, error) {
	var kept []input
	var errs []error
	for _, in := range inputs {
		c, err := o.configs.of(o.folderOf(in))
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if in.found && o.configs.excludes(c, in.path) {
			continue
		}
		if o.settings[c] == nil {
			s, err := o.under(c)
			if err != nil {
				return nil, err
			}
			o.settings[c] = s
		}
		in.config = c
		kept = append(kept, in)
	}
	return kept, errors.Join(errs...)
}

// under puts the flags over a configuration.
func (o *options) under(c *config.Config) (*settings, error) {
	s := &settings{target: c.Target}
	if o.target != "" {
		s.target = ""
	}
	var err error
	if s.selected, err = o.ruleSet(c); err != nil {
		return nil, err
	}
	s.failFrom = o.level(c).Severity()
	s.engine = rewrite.Options{
		Check:  o.checkOptions(c),
		Stage:  stage.Options{Target: o.target, Args: o.build},
		Unsafe: o.unsafe,
	}
	o.know(&s.engine.Stage, s.selected, c.Images, c.Mirrors)
	return s, nil
}

func (o *options) level(c *config.Config) config.Level {
	if c.FailOn != "" && !o.changed("fail-on") {
		return c.FailOn
	}
	return config.Level(o.failOn.value)
}

// checkOptions are the options of the rules.
func (o *options) checkOptions(c *config.Config) checks.Options {
	out := checks.Options{
		User: o.user, UID: o.uid, GID: o.gid, NamedUser: o.named,
		Home: c.User.Home, Shell: c.User.Shell,
		NoRelocate: o.noRelocate, KeepApkDB: o.keepApkDB, NoIgnores: o.noIgnores,
		UIDPolicy: c.UIDPolicy, LowPorts: c.LowPorts, Severity: map[string]checks.Severity{},
	}
	if c.Has("user.name") && !o.changed("user") {
		out.User = c.User.Name
	}
	if c.Has("user.uid") && !o.changed("uid") {
		out.UID = c.User.UID
	}
	if c.Has("user.gid") && !o.changed("gid") {
		out.GID = c.User.GID
	}
	if c.Has("user.named") && !o.changed("named-user") {
		out.NamedUser = c.User.Named
	}
	if out.Home == "" {
		out.Home = "/home/" + out.User
	}
	for id, level := range c.Rules {
		if level != config.Off {
			out.Severity[id] = level.Severity()
		}
	}
	return out
}

// ruleSet returns the rules to run: those of --rules, else those that the configuration
// does not switch off, pedantic ones only if they were asked for; without --skip-rules.
func (o *options) ruleSet(c *config.Config) ([]*checks.Rule, error) {
	for _, id := range slices.Concat(o.rules, o.skipRules) {
		if checks.Get(id) == nil {
			return nil, fmt.Errorf("unknown rule %q%s", id, suggest(id, ruleIDs(), "dfharden rules lists them"))
		}
	}
	pedantic := c.Pedantic
	if o.changed("pedantic") {
		pedantic = o.pedantic
	}
	var rules []*checks.Rule
	for _, r := range checks.All() {
		level, said := c.Rules[r.ID]
		on := said && level != config.Off || !said && (pedantic || !r.Pedantic)
		if len(o.rules) > 0 {
			on = slices.Contains(o.rules, r.ID)
		}
		if on && !slices.Contains(o.skipRules, r.ID) {
			rules = append(rules, r)
		}
	}
	if len(rules) == 0 {
		return nil, errors.New("--rules, --skip-rules and the configuration leave no rule to run")
	}
	return rules, nil
}

// ran lists the rules that ran, under whatever configuration, by their ids.
func (o *options) ran() []*checks.Rule {
	var rules []*checks.Rule
	for _, r := range checks.All() {
		for _, s := range o.settings {
			if slices.Contains(s.selected, r) {
				rules = append(rules, r)
				break
			}
		}
	}
	return rules
}
