package checks

import (
	"path"
	"strings"

	"github.com/dfharden/dfharden/parser"
)

// mountPoints takes in the directories below the working directory that a RUN mounts
// a cache at: an empty one of root's stays in the image.
func (p *Pass) mountPoints(t *traces, in *parser.Instruction) {
	work := p.Graph.Final().End().WorkDir
	for _, f := range in.Flags {
		if f.Name != "mount" || !strings.Contains(f.Value, "type=cache") || work.At == nil {
			continue
		}
		for _, field := range strings.Split(f.Value, ",") {
			key, dir, _ := strings.Cut(field, "=")
			if key != "target" && key != "dst" && key != "destination" {
				continue
			}
			if dir = path.Clean(dir); below(dir, work.Path) && printable(dir) {
				t.made = append(t.made, touch{Path: dir, At: in})
			}
		}
	}
}
