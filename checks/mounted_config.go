package checks

import (
	"path"
	"strings"

	"github.com/dfharden/dfharden/internal/yamltree"
)

// composeNames are the files that docker compose takes by itself.
var composeNames = strings.Fields(`compose.yaml compose.yml docker-compose.yaml docker-compose.yml`)

// mountedConfig is a configuration that the image does not have, and the compose file
// beside its files mounts: where it is in the build context, others can read it, and
// no service mounts another one there. where names it for messages.
func (p *Pass) mountedConfig(name string) (text, where string, known bool) {
	for _, compose := range composeNames {
		data, _, ok := p.Graph.FolderFile(compose)
		if !ok {
			continue
		}
		docs, err := yamltree.Parse(data)
		if err != nil || len(docs) == 0 {
			return "", "", false
		}
		file := ""
		for service := range docs[0].Get("services").Entries() {
			for _, volume := range service.Value.Get("volumes").Items() {
				from, at, read := bindMount(volume)
				if !read || at != "" && !within(name, at) {
					continue
				}
				mounted := path.Join(from, strings.TrimPrefix(name, at))
				if from == "" || file != "" && file != mounted {
					return "", "", false
				}
				file = mounted
			}
		}
		text, open, ok := p.Graph.FolderFile(file)
		return string(text), file + ", which " + compose + " mounts at " + name, ok && open
	}
	return "", "", false
}

// bindMount reads a volume of a service: the file or directory of the build context that
// is mounted, "" for one that is elsewhere, or not known; and where, "" is not known. ok is
// false for an anonymous one, which has what the image has there.
func bindMount(n yamltree.Node) (from, at string, ok bool) {
	if text, short := n.Text(); short {
		from, at, _ = strings.Cut(text, ":")
		at, _, _ = strings.Cut(at, ":")
	} else {
		from, _ = n.Get("source").Text()
		at, _ = n.Get("target").Text()
	}
	if !strings.HasPrefix(at, "/") {
		return "", "", strings.Contains(at, "$")
	}
	if !strings.HasPrefix(from, "./") && from != "." || strings.Contains(from, "$") || strings.Contains(from, "..") {
		from = ""
	}
	return from, path.Clean(at), true
}
