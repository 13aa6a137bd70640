package main

import (
	"fmt"
	"io"
	"sync/atomic"
	"time"
)

// How long a run may take before a line says how far it is, and how often that line
// changes then.
const (
	progressAfter = time.Second
	progressEvery = 200 * time.Millisecond
)

// progress says on a terminal how far a run is. The zero value counts and is silent.
type progress struct {
	done, total atomic.Int64 // files
	stop        chan struct{}
	stopped     chan struct{}
}

// start shows the line on w at each tick from the second on.
func (p *progress) start(w io.Writer, ticks <-chan time.Time) {
	p.stop, p.stopped = make(chan struct{}), make(chan struct{})
	go func() {
		defer close(p.stopped)
		shown := false
		for {
			select {
			case <-ticks:
				fmt.Fprint(w, "\r\x1b[K"+p.line())
				shown = true
			case <-p.stop:
				if shown {
					fmt.Fprint(w, "\r\x1b[K")
				}
				return
			}
		}
	}()
}

func (p *progress) line() string {
	if total := p.total.Load(); total > 0 {
		return fmt.Sprintf("%d of %d files", p.done.Load(), total)
	}
	return "searching …"
}

// end takes the line away, before anything else is written.
func (p *progress) end() {
	if p.stop != nil {
		close(p.stop)
		<-p.stopped
	}
}

// watch starts the progress line if a terminal is there to show it.
func (a *app) watch(quiet bool) (end func()) {
	if quiet || terminal(a.stderr) == nil {
		return func() {}
	}
	ticks := make(chan time.Time)
	timer := time.AfterFunc(progressAfter, func() { tick(ticks, &a.progress) })
	a.progress.start(a.stderr, ticks)
	return func() {
		timer.Stop()
		a.progress.end()
	}
}

// tick sends the time until the progress ends.
func tick(ticks chan<- time.Time, p *progress) {
	t := time.NewTicker(progressEvery)
	defer t.Stop()
	for {
		select {
		case ticks <- time.Now():
		case <-p.stopped:
			return
		}
		<-t.C
	}
}
