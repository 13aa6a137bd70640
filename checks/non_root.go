package checks

import (
	"github.com/dfharden/dfharden/stage"
)

// nonRoot is the user of an image that does not run as root; ok is false for one
// that does, or may, and for Windows.
func (p *Pass) nonRoot() (stage.User, bool) {
	u := p.Graph.Final().End().User
	return u, u.Root() == stage.No && !p.windows()
}
