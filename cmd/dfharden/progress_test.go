package main

import (
	"bytes"
	"testing"
	"time"
)

// The line comes with the ticks, says what is going on, and is gone in the end.
func TestProgress(t *testing.T) {
	var out bytes.Buffer
	p, ticks := &progress{}, make(chan time.Time)
	p.start(&out, ticks)
	ticks <- time.Time{}
	ticks <- time.Time{} // the first one is written by now
	p.total.Store(30)
	p.done.Store(12)
	ticks <- time.Time{}
	p.end()
	text := out.String()
	if !bytes.HasPrefix(out.Bytes(), []byte("\r\x1b[Ksearching …")) || !bytes.HasSuffix(out.Bytes(), []byte("\r\x1b[K12 of 30 files\r\x1b[K")) {
		t.Errorf("%q", text)
	}
}

// A run that is over before the first tick shows nothing.
func TestNoProgress(t *testing.T) {
	var out bytes.Buffer
	p := &progress{}
	p.start(&out, make(chan time.Time))
	p.end()
	if out.Len() > 0 {
		t.Errorf("%q", out.String())
	}
	(&progress{}).end() // never started
}
