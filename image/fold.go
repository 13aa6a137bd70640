package image

import "strings"

// maxDepth ends a chain of images that are built on each other; a test shows
// that no entry needs more.
const maxDepth = 5

// facts puts the layers of an image onto what is known of the image that it
// is built on.
func (t *T) facts(name, tag string, depth int) Facts {
	e := t.find(name)
	if e == nil || depth == 0 {
		return Facts{}
	}
	layers, from, by := e.layers(tag)
	var f Facts
	if from != "" {
		base, baseTag, _ := strings.Cut(from, ":")
		f = t.facts(base, baseTag, depth-1).asBase()
	}
	below := f.Command
	for _, l := range layers {
		l.apply(&f)
	}
	start(&f, layers, below)
	settleUser(&f)
	if f.Kind == OS && f.Release == "" {
		f.Release = releaseOf(f.Distro, tag)
	} else if number := ubuntuReleases[f.Release]; number != "" {
		f.Release = number
	}
	f.Listed, f.Source = true, e.Source
	f.Evidence = "image table: " + e.label(name) + by
	return f
}

// asBase is what an image built on f takes over from it.
func (f Facts) asBase() Facts {
	f.Kind, f.RuntimeTwin, f.OnBuild, f.Account = "", "", false, ""
	return f
}

// start sets entrypoint and command: an image with an ENTRYPOINT of its own
// does not take over the CMD of the image below, and neither does one that is
// only said to start something else.
func start(f *Facts, layers []*layer, below Command) {
	var entrypoint, cmd *[]string
	for _, l := range layers {
		if l.Entrypoint != nil {
			entrypoint = l.Entrypoint
		}
		if l.Cmd != nil {
			cmd = l.Cmd
		}
	}
	if entrypoint != nil {
		f.Entrypoint = *entrypoint
	}
	if entrypoint != nil || f.Command != below {
		f.Cmd = nil
	}
	set(&f.Cmd, cmd)
}

// layers returns the facts of the entry that hold for a tag, the image that it
// is built on, and ":" with the pattern that decided, for the evidence.
func (e *entry) layers(tag string) (layers []*layer, from, by string) {
	layers, from = append(layers, &e.Layer), e.Layer.From
	for _, r := range e.Tags {
		p, found := r.match(tag)
		if p == nil {
			continue
		}
		l := r.Layer
		if l.JRE != nil {
			twin := p.expand(*l.JRE, found)
			l.JRE = &twin
		}
		if l.Release != nil {
			release := p.expand(*l.Release, found)
			l.Release = &release
		}
		if l.From != "" {
			from, by = p.expand(l.From, found), ":"+p.label(found)
		} else if by == "" {
			by = ":" + p.label(found)
		}
		layers = append(layers, &l)
	}
	return layers, from, by
}

// match returns the first pattern of the rule that matches, and what it found.
func (r *rule) match(tag string) (*pattern, []string) {
	if older(tag, r.Since) || r.Before != "" && !older(tag, r.Before) {
		return nil, nil
	}
	for _, p := range r.patterns {
		if found := p.match(tag); found != nil {
			return p, found
		}
	}
	return nil, nil
}

// label is what the evidence calls an entry that was found by name.
func (e *entry) label(name string) string {
	for _, n := range e.Names {
		if n == name {
			return name
		}
	}
	return e.Names[0]
}
