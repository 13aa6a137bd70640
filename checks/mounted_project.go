package checks

import (
	"path"

	"github.com/dfharden/dfharden/stage"
)

// mountedProject reports whether the script that a call starts is in the image by
// nothing that the file does: it lies in a directory that the file makes or declares,
// and neither a COPY nor a RUN may have brought it there. So whoever runs the image
// mounts the project.
func (p *Pass) mountedProject(c stage.Call, script string) bool {
	s := p.Graph.Final()
	end := s.End()
	file := c.Abs(stage.Arg{Text: script, Known: true})
	if file == "" || end.WorkDir.At == nil || !within(file, end.WorkDir.Path) || system(file) && !below(file, "/usr/src") {
		return false
	}
	dirs := []string{path.Dir(file)}
	for _, t := range p.transfers() {
		if t.Dest == "" || within(t.Dest, dirs[0]) || within(dirs[0], t.Dest) {
			return false
		}
	}
	r := &raise{p: p, s: s, dirs: dirs}
	for _, run := range p.runs() {
		if !r.visible(run) {
			return false
		}
		for _, c := range p.calls(run) {
			if c.Name != "mkdir" && c.Name != "chown" && !r.quietCall(c, run) {
				return false
			}
		}
	}
	return true
}
