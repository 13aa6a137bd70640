package project

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

var (
	shellScriptName = regexp.MustCompile(`\.(sh|bash|bats)$`)
	scriptBuilds    = regexp.MustCompile(`(?i)(docker|podman|buildah|nerdctl|builder|engine|runtime)\S*[^\n]* (build|bud)\b`)
)

// scripts reads the image builds in the shell scripts of a folder. From where one is
// called is not written in it: from its own folder or from the root, as long as there
// is a Dockerfile only one way.
func (p *Project) scripts(dir string) []Build {
	r := &reader{files: p.files}
	var builds []Build
	for _, name := range r.names(dir, shellScriptName) {
		text := r.data(name)
		if !scriptBuilds.Match(text) {
			continue
		}
		here := p.script(name, string(text), dir)
		if root := p.script(name, string(text), "."); len(here) == 0 {
			here = root
		} else if len(root) > 0 && !slices.EqualFunc(here, root, func(a, b Build) bool { return a.Dockerfile == b.Dockerfile && a.Context == b.Context }) {
			continue
		}
		builds = append(builds, here...)
	}
	return builds
}

// script reads a script that is called in a folder. Builds whose Dockerfile is not
// there are left out.
func (p *Project) script(name, text, cwd string) []Build {
	language := syntax.LangBash
	if path.Ext(name) == ".bats" {
		language = syntax.LangBats
	}
	file, err := syntax.NewParser(syntax.Variant(language)).Parse(strings.NewReader(anchored(text, path.Dir(name), cwd)), "")
	if err != nil {
		return nil
	}
	r := &reader{files: p.files, dir: cwd}
	c := &commands{workflowJob: workflowJob{reader: r, name: name, env: map[string]string{}}, dir: ".", first: 1}
	takeDefaults(file)
	c.assignments(file)
	c.walk(file)
	return slices.DeleteFunc(r.builds, func(b Build) bool {
		info, err := fs.Stat(p.files, b.Dockerfile)
		return err != nil || !info.Mode().IsRegular()
	})
}

// The ways in which a script names its own folder and that of the repository.
var (
	itself     = regexp.MustCompile(`\$\((?:readlink -f|realpath|readlink) (?:-- )?"?(?:\$0|\$\{BASH_SOURCE(?:\[0\])?\}|\$BASH_SOURCE)"?\)`)
	ownFolder  = regexp.MustCompile(`\$\(dirname (?:-- )?"?(?:\$0|\$\{0\}|\$\{BASH_SOURCE(?:\[0\])?\}|\$BASH_SOURCE)"?\)|\$\{(?:0|BASH_SOURCE(?:\[0\])?)%/\*\}|\$\{?BATS_TEST_DIRNAME\}?`)
	repository = regexp.MustCompile(`\$\(git rev-parse --show-toplevel\)`)
	entered    = regexp.MustCompile(`\$\( *cd (?:-P )?(?:-- )?"?([\w./-]*)"?(?: *&?>/dev/null)?(?: 2>&1)? *&& *pwd(?: -P)? *\)`)
)

// anchored replaces these by paths from the folder where the script is called.
func anchored(text, dir, cwd string) string {
	up := "."
	if cwd != "." {
		up = strings.TrimSuffix(strings.Repeat("../", strings.Count(cwd, "/")+1), "/")
	}
	own := "."
	if cwd != dir {
		own = path.Join(up, dir)
	}
	text = itself.ReplaceAllLiteralString(text, "$0")
	text = ownFolder.ReplaceAllLiteralString(text, own)
	text = repository.ReplaceAllLiteralString(text, up)
	return entered.ReplaceAllString(text, "$1")
}

// takeDefaults replaces the variables that have a default and that the script does not
// set: what it says itself is the default.
func takeDefaults(file *syntax.File) {
	set := map[string]bool{}
	syntax.Walk(file, func(n syntax.Node) bool {
		if a, ok := n.(*syntax.Assign); ok && a.Name != nil && !mentions(a.Value, a.Name.Value) {
			set[a.Name.Value] = true
		}
		return true
	})
	replace := func(parts []syntax.WordPart) {
		for i, part := range parts {
			e, ok := part.(*syntax.ParamExp)
			if ok && e.Exp != nil && (e.Exp.Op == syntax.DefaultUnset || e.Exp.Op == syntax.DefaultUnsetOrNull) && e.Exp.Word != nil && !set[e.Param.Value] {
				parts[i] = &syntax.DblQuoted{Parts: e.Exp.Word.Parts}
			}
		}
	}
	syntax.Walk(file, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Word:
			replace(n.Parts)
		case *syntax.DblQuoted:
			replace(n.Parts)
		}
		return true
	})
}

// mentions reports whether a word takes the value of a variable.
func mentions(w *syntax.Word, name string) (found bool) {
	if w == nil {
		return false
	}
	syntax.Walk(w, func(n syntax.Node) bool {
		e, ok := n.(*syntax.ParamExp)
		found = found || ok && e.Param.Value == name
		return true
	})
	return found
}

// assignments notes the variables that a script sets once, to something known.
func (c *commands) assignments(file *syntax.File) {
	times := map[string]int{}
	syntax.Walk(file, func(n syntax.Node) bool {
		a, ok := n.(*syntax.Assign)
		if !ok || a.Name == nil {
			return true
		}
		times[a.Name.Value]++
		if delete(c.env, a.Name.Value); times[a.Name.Value] == 1 && !a.Append && a.Index == nil && a.Array == nil && a.Value != nil {
			if text := c.word(a.Value); !unknown(text) {
				c.env[a.Name.Value] = text
			}
		}
		return true
	})
}

// walk reads the calls of a script. What a subshell enters is left with it.
func (c *commands) walk(file *syntax.File) {
	type place struct {
		node syntax.Node
		dir  string
		lost bool
	}
	var open []place
	syntax.Walk(file, func(n syntax.Node) bool {
		if n == nil {
			last := open[len(open)-1]
			if open = open[:len(open)-1]; last.node != nil {
				c.dir, c.lost = last.dir, last.lost
			}
			return true
		}
		at := place{}
		if _, ok := n.(*syntax.Subshell); ok {
			at = place{n, c.dir, c.lost}
		}
		open = append(open, at)
		if call, ok := n.(*syntax.CallExpr); ok {
			c.call(call)
		}
		return true
	})
}
