package project

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// maxIncludes bounds the files that a Makefile includes, maxValues what a line can
// stand for.
const (
	maxIncludes = 8
	maxValues   = 16
)

// makefile reads the image builds in the recipes of a Makefile and of the files that
// it includes. Conditionals are not evaluated: a variable may have any of the values
// that it is given, and what a function gives is not known.
func (r *reader) makefile(name string) {
	m := makefile{reader: r, values: map[string][]string{}, known: map[string][]string{}}
	m.read(name, 0)
	for _, line := range append(m.recipes, m.stored...) {
		for _, text := range m.expand(line.text) {
			m.line(text, line.place)
		}
	}
}

type makefile struct {
	*reader
	values  map[string][]string // as they are written
	known   map[string][]string // what valuesOf gave
	recipes []recipeLine
	stored  []recipeLine // values of variables that may be builds
}

type recipeLine struct {
	text  string
	place Place
}

var (
	assignment = regexp.MustCompile(`^\s*(?:export\s+|override\s+)*([A-Za-z_][\w.-]*)\s*(?:::?=|\?=|=)\s*(.*?)\s*$`)
	reference  = regexp.MustCompile(`\$(?:\(([^()]*)\)|\{([^{}]*)\}|\$)`)
	// storedBuild matches the value of a variable that a recipe may run as a build.
	storedBuild = regexp.MustCompile(`^[^-\s]+(\s+build|BUILD\S*)?\s.*\s(-t|--tag)[ =]`)
	// which is how a Makefile looks for a program.
	which    = regexp.MustCompile(`^\$\(shell (?:which|command -v) ([\w.-]+)\s*(?:2>\s*/dev/null)?\)$`)
	variable = regexp.MustCompile(`^[A-Za-z_][\w.-]*$`)
)

func (m *makefile) read(name string, depth int) {
	lines := strings.Split(string(m.data(name)), "\n")
	for i := 0; i < len(lines); i++ {
		at := Place{name, i + 1}
		text := lines[i]
		for strings.HasSuffix(text, `\`) && i+1 < len(lines) {
			i++
			text = strings.TrimSuffix(text, `\`) + " " + strings.TrimSpace(lines[i])
		}
		if recipe, ok := strings.CutPrefix(text, "\t"); ok && strings.Contains(recipe, "build") {
			m.recipes = append(m.recipes, recipeLine{strings.TrimLeft(recipe, "@-+ \t"), at})
			continue
		}
		if a := assignment.FindStringSubmatch(text); a != nil && !slices.Contains(m.values[a[1]], a[2]) && len(m.values[a[1]]) < maxValues {
			m.values[a[1]] = append(m.values[a[1]], a[2])
			if storedBuild.MatchString(a[2]) {
				m.stored = append(m.stored, recipeLine{a[2], at})
			}
		}
		if file, ok := strings.CutPrefix(strings.TrimSpace(text), "include "); ok && depth < maxIncludes {
			if full := inside(m.dir, strings.TrimSpace(file)); full != "" {
				m.read(full, depth+1)
			}
		}
	}
}

// expand lists what a line may stand for.
func (m *makefile) expand(text string) []string {
	at := reference.FindStringSubmatchIndex(text)
	if at == nil {
		return []string{text}
	}
	values := []string{"$"}
	for _, group := range []int{2, 4} {
		if at[group] >= 0 {
			values = m.valuesOf(text[at[group]:at[group+1]])
		}
	}
	var out []string
	rests := m.expand(text[at[1]:])
	for _, value := range values {
		for _, rest := range rests {
			if len(out) < maxValues {
				out = append(out, text[:at[0]]+value+rest)
			}
		}
	}
	return out
}

// valuesOf lists what a variable, or what a function gives, may be. A variable that
// nothing sets is empty, or comes from outside; one that is made of itself stays open.
func (m *makefile) valuesOf(name string) []string {
	if name == "CURDIR" || name == "PWD" {
		return []string{"."}
	}
	if !variable.MatchString(name) || len(m.values[name]) == 0 {
		return []string{Unknown}
	}
	if out, ok := m.known[name]; ok {
		return out
	}
	m.known[name] = []string{Unknown}
	var out []string
	for _, value := range m.values[name] {
		if m := which.FindStringSubmatch(value); m != nil {
			value = m[1]
		}
		if strings.Contains(value, "$(shell") || strings.Contains(value, "`") {
			value = Unknown
		}
		for _, text := range m.expand(value) {
			if !slices.Contains(out, text) && len(out) < maxValues {
				out = append(out, text)
			}
		}
	}
	m.known[name] = out
	return out
}

// line reads the builds in a line of a recipe.
func (m *makefile) line(text string, at Place) {
	folder := path.Base(m.dir)
	text = strings.NewReplacer("`basename $PWD`", folder, "$(basename $PWD)", folder).Replace(text)
	file, err := syntax.NewParser().Parse(strings.NewReader(text), "")
	if err != nil {
		return
	}
	c := commands{workflowJob: workflowJob{reader: m.reader, name: at.File}, dir: ".", first: at.Line}
	syntax.Walk(file, func(n syntax.Node) bool {
		if call, ok := n.(*syntax.CallExpr); ok {
			c.call(call)
		}
		return true
	})
}
