package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/dfharden/dfharden/checks"
	"github.com/dfharden/dfharden/stage"
)

// tally counts over all files.
type tally struct {
	files    int
	rejected map[string]int
	breaches map[string][]string // the files, by what must not happen
	rules    map[string]*ruleTally
	linux    verdicts
	windows  verdicts
	byName   map[string][]string // files, by verdict
}

type ruleTally struct{ files, findings, safe, unsafe, withheld int }

// verdicts counts what became of the files that root-user reports.
type verdicts struct {
	files, flagged, unknown int // unknown: of the flagged, those that only may run as root
	by                      map[string]int
	codes                   map[string]int     // "unsafe unknown-base"
	weights                 map[string]float64 // of the files of a verdict, and of a code
}

func newVerdicts() verdicts {
	return verdicts{by: map[string]int{}, codes: map[string]int{}, weights: map[string]float64{}}
}

func newTally() *tally {
	return &tally{
		rejected: map[string]int{}, breaches: map[string][]string{}, rules: map[string]*ruleTally{},
		linux: newVerdicts(), windows: newVerdicts(), byName: map[string][]string{},
	}
}

func (t *tally) add(r *outcome) {
	t.files++
	for _, b := range r.broken {
		t.breaches[b.what] = append(t.breaches[b.what], r.name+": "+b.why)
	}
	if r.rejected != "" {
		t.rejected[r.rejected]++
		t.byName["rejected"] = append(t.byName["rejected"], r.name)
		return
	}
	t.addRules(r.findings)
	v := &t.linux
	if r.windows {
		v = &t.windows
	}
	v.files++
	if !r.flagged {
		return
	}
	v.flagged++
	if r.root == stage.Unknown {
		v.unknown++
	}
	v.by[r.verdict]++
	name := cmp.Or(r.verdict, "no verdict")
	if r.verdict == "unsafe" || r.verdict == "withheld" {
		name += " " + r.code
		v.codes[name]++
		v.weights[name] += r.weight
	}
	v.weights[r.verdict] += r.weight
	if v.weights["all"] += r.weight; !byDesign[r.code] {
		v.weights["open"] += r.weight
		v.weights["open "+r.verdict] += r.weight
	}
	line := fmt.Sprintf("%s (%.2f)", r.name, r.weight)
	if r.why != "" {
		line += " " + r.why
	}
	t.byName[name] = append(t.byName[name], line)
}

func (t *tally) addRules(findings []checks.Finding) {
	seen := map[string]bool{}
	for _, f := range findings {
		c := t.rules[f.Rule.ID]
		if c == nil {
			c = &ruleTally{}
			t.rules[f.Rule.ID] = c
		}
		if !seen[f.Rule.ID] {
			seen[f.Rule.ID] = true
			c.files++
		}
		c.findings++
		switch {
		case f.Withheld != nil:
			c.withheld++
		case f.Fix == nil:
		case f.Fix.Safety == checks.Safe:
			c.safe++
		default:
			c.unsafe++
		}
	}
}

// broken reports whether something happened that must not.
func (t *tally) broken() bool {
	return len(t.breaches) > 0 || t.linux.by[""] > 0 || t.windows.by[""] > 0
}

func (t *tally) print(w io.Writer, verbose bool) error {
	tab := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(tab, "%d\t files\n", t.files)
	for _, kind := range byCount(t.rejected) {
		fmt.Fprintf(tab, "%d\t not accepted by BuildKit: %s\n", t.rejected[kind], kind)
	}
	fmt.Fprintf(tab, "\t\n\t must be 0\n")
	for _, what := range mustNot {
		fmt.Fprintf(tab, "%d\t %s\n", len(t.breaches[what]), what)
	}
	t.linux.print(tab, "not Windows")
	t.windows.print(tab, "Windows")
	if err := tab.Flush(); err != nil {
		return err
	}
	if err := t.printRules(w); err != nil {
		return err
	}
	t.printBreaches(w, verbose)
	if verbose {
		t.printNames(w)
	}
	return nil
}

// byDesign are the reasons for which an image is not one to harden.
var byDesign = map[string]bool{"base-image": true, "drops-privileges": true, "root-daemon": true}

// print writes counts, and behind them the same with near-duplicates as one.
func (v verdicts) print(w io.Writer, title string) {
	all, open := v.weights["all"], v.weights["open"]
	fmt.Fprintf(w, "\t\n\t %s\n%d\t files\n", title, v.files)
	fmt.Fprintf(w, "%d\t run as root, %d of them perhaps; %.0f without near-duplicates\n", v.flagged, v.unknown, all)
	for _, verdict := range []string{"safe", "unsafe", "withheld"} {
		fmt.Fprintf(w, "%d\t %s (%s; %s without near-duplicates)\n", v.by[verdict], verdict, percent(float64(v.by[verdict]), float64(v.flagged)), percent(v.weights[verdict], all))
		for _, code := range byCount(v.codes) {
			if name, ok := strings.CutPrefix(code, verdict+" "); ok {
				fmt.Fprintf(w, "%d\t     %s (%.0f)\n", v.codes[code], name, v.weights[code])
			}
		}
	}
	fmt.Fprintf(w, "%.0f\t neither base image nor root by design, without near-duplicates: %s safe, %s safe or unsafe\n", open,
		percent(v.weights["open safe"], open), percent(v.weights["open safe"]+v.weights["open unsafe"], open))
	fmt.Fprintf(w, "%d\t without a verdict (must be 0)\n", v.by[""])
}

func percent(n, of float64) string {
	if of == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f %%", 100*n/of)
}

func (t *tally) printRules(w io.Writer) error {
	tab := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tab, "\nfiles\tfindings\tsafe\tunsafe\twithheld\t rule\t")
	for _, id := range slices.Sorted(maps.Keys(t.rules)) {
		c := t.rules[id]
		fmt.Fprintf(tab, "%d\t%d\t%d\t%d\t%d\t %s\t\n", c.files, c.findings, c.safe, c.unsafe, c.withheld, id)
	}
	return tab.Flush()
}

// printBreaches lists what must not have happened: some of each, or all.
func (t *tally) printBreaches(w io.Writer, all bool) {
	const some = 10
	for _, what := range mustNot {
		list := t.breaches[what]
		if len(list) == 0 {
			continue
		}
		fmt.Fprintf(w, "\n%s:\n", what)
		if len(list) > some && !all {
			list = append(list[:some:some], "… (-v lists all)")
		}
		for _, line := range list {
			fmt.Fprintln(w, "  "+line)
		}
	}
	if n := t.byName["no verdict"]; len(n) > 0 && !all {
		fmt.Fprintf(w, "\nwithout a verdict:\n  %s\n", strings.Join(n[:min(len(n), some)], "\n  "))
	}
}

func (t *tally) printNames(w io.Writer) {
	for _, verdict := range slices.Sorted(maps.Keys(t.byName)) {
		fmt.Fprintf(w, "\n%s:\n", verdict)
		for _, name := range t.byName[verdict] {
			fmt.Fprintln(w, "  "+name)
		}
	}
}

// byCount lists the keys, the most frequent first.
func byCount(m map[string]int) []string {
	keys := slices.Sorted(maps.Keys(m))
	slices.SortStableFunc(keys, func(a, b string) int { return m[b] - m[a] })
	return keys
}
