package checks

import (
	"fmt"

	"github.com/dfharden/dfharden/stage"
)

// supposing is the pass over the file on what its unknown base is supposed to be, by
// the name of a Dockerfile; nil if nothing is, or such an image runs as another user.
func (p *Pass) supposing() *Pass {
	g := p.Graph.Supposing()
	if g == nil || g.Final().End().User.Root() != stage.Yes {
		return nil
	}
	return barePass(g, p.Options)
}

// supposedRoot finds the reason why the image would have to keep starting as root on
// the base that is supposed. Nothing else is taken from a supposition.
func (p *Pass) supposedRoot() *Reason {
	q := p.supposing()
	if q == nil {
		return nil
	}
	return q.supposedly(q.withheld())
}

// supposedStart finds that the image would be one to build on.
func (p *Pass) supposedStart() *Reason {
	q := p.supposing()
	if q == nil {
		return nil
	}
	return q.supposedly(q.forOthers(q.Graph.Final()))
}

// supposedly says of a reason what it rests on.
func (p *Pass) supposedly(r *Reason) *Reason {
	if r != nil {
		s := p.Graph.Final()
		r.Message += fmt.Sprintf(" (if %s is what %s builds, as the name says)", s.Called(), s.Facts.Evidence)
	}
	return r
}
