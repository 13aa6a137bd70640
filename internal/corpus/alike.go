package main

import (
	"bytes"
	"path/filepath"
	"regexp"
	"strings"
)

// likeness is from which share of common lines on two files of one repository
// are near-duplicates.
const likeness = 0.7

var digits = regexp.MustCompile(`[0-9]+`)

// weigh gives every file its weight: one over the number of files of its
// repository that are like it, itself counted, directly or by way of others.
func weigh(all []*outcome) {
	byRepo := map[string][]*outcome{}
	for _, r := range all {
		repo, _, _ := strings.Cut(filepath.ToSlash(r.name), "/")
		byRepo[repo] = append(byRepo[repo], r)
	}
	for _, files := range byRepo {
		weighAlike(files)
	}
}

func weighAlike(files []*outcome) {
	parent := make([]int, len(files))
	for i := range parent {
		parent[i] = i
	}
	var root func(int) int
	root = func(i int) int {
		if parent[i] != i {
			parent[i] = root(parent[i])
		}
		return parent[i]
	}
	for i := range files {
		for j := range i {
			if root(i) != root(j) && alike(files[i].lines, files[j].lines) {
				parent[root(i)] = root(j)
			}
		}
	}
	size := map[int]int{}
	for i := range files {
		size[root(i)]++
	}
	for i, r := range files {
		r.weight = 1 / float64(size[root(i)])
	}
}

// alike reports whether two sets have at least likeness of their union in common.
func alike(a, b map[string]bool) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if float64(len(a)) < likeness*float64(len(b)) {
		return false
	}
	common := 0
	for line := range a {
		if b[line] {
			common++
		}
	}
	return float64(common) >= likeness*float64(len(a)+len(b)-common)
}

// lineSet is what a file is compared by: its lines without comments, the space
// around them and what numbers they hold.
func lineSet(src []byte) map[string]bool {
	set := map[string]bool{}
	for line := range bytes.Lines(src) {
		line = bytes.TrimSpace(line)
		if len(line) > 0 && line[0] != '#' {
			set[digits.ReplaceAllString(string(line), "0")] = true
		}
	}
	return set
}
