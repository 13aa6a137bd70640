package source_test

import (
	"bytes"
	"fmt"
	"strings"
)

// patch applies a unified diff of one file, and forgives nothing: no fuzz, no
// offset, no wrong count, no hunk out of order.
func patch(src, diff []byte) ([]byte, error) {
	if len(diff) == 0 {
		return src, nil
	}
	in, old := bytes.SplitAfter(diff, []byte("\n")), bytes.SplitAfter(src, []byte("\n"))
	if len(in) < 3 || !bytes.HasPrefix(in[0], []byte("--- ")) || !bytes.HasPrefix(in[1], []byte("+++ ")) {
		return nil, fmt.Errorf("no header")
	}
	p := patcher{in: in[2 : len(in)-1], old: old}
	for len(p.in) > 0 {
		if err := p.hunk(); err != nil {
			return nil, err
		}
	}
	p.keep(len(p.old))
	return []byte(p.out.String()), nil
}

type patcher struct {
	in, old [][]byte
	at      int // lines of old that were taken
	lines   int // lines of out
	out     strings.Builder
}

func (p *patcher) keep(to int) {
	for ; p.at < to; p.at++ {
		p.out.Write(p.old[p.at])
		p.lines++
	}
}

func (p *patcher) hunk() error {
	header := string(p.in[0])
	var oldStart, oldCount, newStart, newCount int
	if _, err := fmt.Sscanf(header, "@@ -%d,%d +%d,%d @@\n", &oldStart, &oldCount, &newStart, &newCount); err != nil {
		return fmt.Errorf("%q: %w", header, err)
	}
	// The first line is the one behind the given one if the range is empty.
	first, newFirst := oldStart-min(oldCount, 1), newStart-min(newCount, 1)
	if first < p.at || first > len(p.old) {
		return fmt.Errorf("%q starts at line %d, but %d are taken", header, first, p.at)
	}
	p.keep(first)
	if p.lines != newFirst {
		return fmt.Errorf("%q: the new file has %d lines there", header, p.lines)
	}
	for p.in = p.in[1:]; oldCount > 0 || newCount > 0; {
		if len(p.in) == 0 {
			return fmt.Errorf("%q ends early", header)
		}
		sign, text := p.line()
		if sign != '+' {
			if p.at == len(p.old) || !bytes.Equal(p.old[p.at], text) {
				return fmt.Errorf("%q: %q does not fit at line %d", header, text, p.at+1)
			}
			p.at++
			oldCount--
		}
		if sign != '-' {
			p.out.Write(text)
			p.lines++
			newCount--
		}
	}
	return nil
}

// line takes a line of a hunk, without the line end if it has none in the file.
func (p *patcher) line() (byte, []byte) {
	sign, text := p.in[0][0], p.in[0][1:]
	p.in = p.in[1:]
	if len(p.in) > 0 && p.in[0][0] == '\\' {
		p.in = p.in[1:]
		text = bytes.TrimSuffix(text, []byte("\n"))
	}
	return sign, text
}
