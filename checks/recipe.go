package checks

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/stage"
)

// recipe is that of the base image, if the image starts the program that it is
// for; nil if there is none, or the numbers of its account are not known.
func (p *Pass) recipe() *recipe {
	if !p.cooked {
		p.cooked, p.recipeFound = true, p.findRecipe()
	}
	return p.recipeFound
}

func (p *Pass) findRecipe() *recipe {
	s := p.Graph.Final()
	r := recipes[s.Facts.Name]
	if r == nil {
		return p.packaged()
	}
	if s.Facts.Kind != image.Server || p.windows() || r.Account && p.imageAccount() == nil || r.Drops && s.Facts.Drops == "" || r.Before != nil && r.Before.MatchString(s.Facts.Tag) {
		return nil
	}
	for _, c := range p.started() {
		if r.Programs[c.Name] || r.Through != nil && r.Through(c) || r.Flags && isFlag(c) && s.End().Start.Entrypoint == nil {
			return r
		}
	}
	return nil
}

// serverAccount is the account of a server's image, or of its package; nil if its
// numbers are not known.
func (p *Pass) serverAccount() *stage.User {
	if r := p.recipe(); r != nil && r.User != nil {
		return r.User
	}
	return p.imageAccount()
}

// sameWorkers reports whether all that the image starts is a server whose workers
// have been the account all along: what they may write to stays as it was.
func (p *Pass) sameWorkers(pl *plan) bool {
	r := p.recipe()
	if r == nil || !r.Account || r.Drops || !pl.who.is(p.serverAccount()) {
		return false
	}
	for _, c := range p.started() {
		if !p.covered(c) && !isFlag(c) {
			return false
		}
	}
	return true
}

// imageAccount is the account of a server's image, as the file leaves it.
func (p *Pass) imageAccount() *stage.User {
	s := p.Graph.Final()
	if s.Facts.Account == "" {
		return nil
	}
	u := s.End().Resolve(s.Facts.Account)
	if !u.UID.Known || !u.GID.Known {
		return nil
	}
	return &u
}

// covered reports whether a call is the program of the recipe.
func (p *Pass) covered(c stage.Call) bool {
	r := p.recipe()
	return r != nil && r.Programs[c.Name]
}

// keepsDropping reports whether the image's own entrypoint gives root up for the
// command, as it has done until now.
func (p *Pass) keepsDropping(r *recipe) bool {
	start := p.Graph.Final().End().Start
	if start.Entrypoint != nil || start.Cmd == nil {
		return start.Entrypoint == nil
	}
	calls := p.calls(start.Cmd)
	if len(calls) == 0 || !start.Cmd.JSON {
		return false
	}
	first := calls[0]
	return r.Flags && isFlag(first) || r.Programs[first.Path] && len(first.Via) == 0
}

// recipeTouches lists what the recipe gives to the account.
func (p *Pass) recipeTouches() []touch {
	r := p.recipe()
	if r == nil {
		return nil
	}
	var out []touch
	for _, dir := range r.Give {
		out = append(out, touch{Path: dir})
	}
	for _, name := range r.Settings {
		if value, ok := p.Graph.Final().End().ImageEnv(name); ok && p.setter(name) != nil && strings.HasPrefix(value, "/") && ownable(value) && !r.keeps(path.Clean(value)) {
			out = append(out, touch{Path: path.Clean(value)})
		}
	}
	return append(out, p.conf().give...)
}

// uncapable is the command that takes away the file capability of the recipe's
// program, "" if there is none, or a RUN has done it. Where it opens a low port it
// keeps it. Versions without the capability, or without setcap, are left as they are.
func (p *Pass) uncapable() string {
	r := p.recipe()
	if port, _ := p.lowPort(); r == nil || r.Capable == "" || port != 0 || p.hasShell() != stage.Yes {
		return ""
	}
	for _, in := range p.runs() {
		for _, c := range p.calls(in) {
			if c.Name == "setcap" && c.Has("-r") && c.Has(r.Capable) {
				return ""
			}
		}
	}
	return "setcap -r " + r.Capable + " || true"
}

// servers reports whether a path lies in a directory whose files have to be the
// account's: it is, and has been made so by the entrypoint until now, or it is
// written to when the image starts.
func (p *Pass) servers(name string) bool {
	r := p.recipe()
	if r == nil {
		return false
	}
	for _, dir := range p.conf().own {
		if within(name, dir) {
			return true
		}
	}
	return r.keeps(name)
}

// keeps reports whether a path lies in a directory that is the account's in the image.
func (r *recipe) keeps(name string) bool {
	for _, dir := range r.Data {
		if within(name, dir) {
			return true
		}
	}
	return false
}

// mountNote says what has to be done for what people mount, where an entrypoint
// of the image has prepared it as root until now.
func (p *Pass) mountNote(pl *plan) string {
	r := p.recipe()
	if r == nil || pl.who.Numeric == "" {
		return ""
	}
	if dirs := slices.Concat(pl.stage.Facts.Volumes, names(p.conf().give)); r.Drops && len(pl.stage.Facts.Volumes) > 0 {
		return fmt.Sprintf("; the image's entrypoint gave away what is mounted on %s until now: a directory of the host there has to be of %s, a new volume of Kubernetes needs fsGroup: %d",
			strings.Join(dirs, " "), pl.who.Numeric, pl.who.GID)
	}
	if len(r.Mounts) > 0 {
		return fmt.Sprintf("; what the old image kept in volumes stays root's: run once `chown -R %s %s` in a container that mounts them", pl.who.Numeric, strings.Join(r.Mounts, " "))
	}
	return ""
}
