package checks

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/stage"
)

// accountCommand creates an account in the manner of the distribution.
func (p *Pass) accountCommand(s *stage.Stage, w identity) string {
	shell := p.Options.Shell
	or := func(fallback string) string {
		if shell != "" {
			return shell
		}
		return fallback
	}
	switch s.Tools() {
	case image.BusyBoxTools:
		return fmt.Sprintf("addgroup -g %d %s && adduser -D -u %d -G %s -h %s -s %s %s", w.GID, w.Name, w.UID, w.Name, w.Home, or("/sbin/nologin"), w.Name)
	case image.ShadowTools:
		return fmt.Sprintf("groupadd -g %d %s && useradd -l -u %d -g %d -m -d %s -s %s %s", w.GID, w.Name, w.UID, w.GID, w.Home, or("/usr/sbin/nologin"), w.Name)
	}
	return fmt.Sprintf("echo '%s:x:%d:' >> /etc/group && echo '%s:x:%d:%d::%s:%s' >> /etc/passwd && mkdir -p %s && chown %s %s",
		w.Name, w.GID, w.Name, w.UID, w.GID, w.Home, or("/sbin/nologin"), w.Home, w.Numeric, w.Home)
}

// giveCommand makes directories and gives them, and files, to the account.
func giveCommand(list []touch, w identity) string {
	var dirs, files, all, trees, steps []string
	for _, t := range list {
		switch {
		case !t.File:
			dirs = append(dirs, quote(t.Path))
		case t.New:
			files = append(files, quote(t.Path))
		}
		if t.Recursive {
			trees = append(trees, quote(t.Path))
			continue
		}
		all = append(all, quote(t.Path))
	}
	if len(dirs) > 0 {
		steps = append(steps, "mkdir -p "+strings.Join(dirs, " "))
	}
	if len(files) > 0 {
		steps = append(steps, "touch "+strings.Join(files, " "))
	}
	if len(all) > 0 {
		steps = append(steps, "chown "+w.Numeric+" "+strings.Join(all, " "))
	}
	if len(trees) > 0 {
		steps = append(steps, "chown -Rh "+w.Numeric+" "+strings.Join(trees, " "))
	}
	return strings.Join(steps, " && ")
}

var plain = regexp.MustCompile(`^[\w./@+:,-]+$`)

func quote(name string) string {
	if plain.MatchString(name) {
		return name
	}
	return "'" + strings.ReplaceAll(name, "'", `'\''`) + "'"
}

func names(list []touch) []string {
	out := make([]string, len(list))
	for i, t := range list {
		out[i] = t.Path
	}
	return out
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
