package project

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Image is a stage of a Dockerfile that ships.
type Image struct {
	Target string // name or number of the stage; "" is the last
	// Args are the build arguments on which all builds of it agree; Variants those of
	// each build.
	Args     map[string]string
	Variants []map[string]string
	Why      string // "built by service web (compose.yaml:4)"
}

// Images chooses among the builds of one Dockerfile. has reports whether the file has
// a stage of that name or number, and gives the name by which two of them compare;
// the last stage's for "". Those that are for development only do not count, and
// those for production count alone where there are some. Nothing is returned if the
// project does not say what ships: then the last stage does.
func Images(builds []Build, has func(target string) (stage string, ok bool)) ([]Image, []Problem) {
	var problems []Problem
	var ship []Build
	highest := Unnamed
	for _, b := range builds {
		_, ok := has(b.Target)
		switch {
		case !ok:
			problems = append(problems, Problem{b.Dockerfile, b.Place, fmt.Sprintf("%s builds stage %s, which %s does not have", b.By, b.Target, b.Dockerfile)})
		case b.Purpose == Development:
			problems = append(problems, Problem{b.Dockerfile, b.Place, fmt.Sprintf("%s builds %s for development: it is not what ships", b.By, of(b.Target))})
		default:
			highest = max(highest, b.Purpose)
			ship = append(ship, b)
		}
	}
	byStage := map[string][]Build{}
	var order []string
	for _, b := range ship {
		if stage, _ := has(b.Target); b.Purpose == highest {
			if byStage[stage] == nil {
				order = append(order, stage)
			}
			byStage[stage] = append(byStage[stage], b)
		}
	}
	var images []Image
	for _, stage := range order {
		images = append(images, image(byStage[stage]))
	}
	return images, problems
}

func of(target string) string {
	if target == "" {
		return "the last stage"
	}
	return "stage " + target
}

// image sums up the builds of one stage.
func image(builds []Build) Image {
	first := builds[0]
	i := Image{Target: first.Target, Args: maps.Clone(first.Args), Why: fmt.Sprintf("built by %s (%s)", first.By, first.Place)}
	for _, b := range builds {
		i.Variants = append(i.Variants, b.Args)
		maps.DeleteFunc(i.Args, func(name, value string) bool {
			other, ok := b.Args[name]
			return !ok || other != value
		})
	}
	if n := len(builds) - 1; n > 0 {
		i.Why = fmt.Sprintf("built by %s (%s, and %d more)", first.By, first.Place, n)
	}
	return i
}

// Context is the folder that all builds of a Dockerfile give as its context; ok is
// false if there are none or they differ.
func Context(builds []Build) (dir string, ok bool) {
	for i, b := range builds {
		if i > 0 && b.Context != dir {
			return "", false
		}
		dir = b.Context
	}
	return dir, len(builds) > 0
}

// Unique removes repeated problems, in order.
func Unique(problems []Problem) []Problem {
	slices.SortStableFunc(problems, func(a, b Problem) int { return strings.Compare(a.String(), b.String()) })
	return slices.Compact(problems)
}
