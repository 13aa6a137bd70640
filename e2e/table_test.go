//go:build e2e

package e2e

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
)

// A row is what the table at the end says of one case with one builder.
type row struct {
	name, builder, verdict string
	before, after          int64 // bytes; after is 0 where nothing was changed
	seconds                float64
	red                    bool
}

type table struct {
	mu   sync.Mutex
	rows []row
}

func (t *table) add(r row) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rows = append(t.rows, r)
}

// print writes the rows by case, in the builders' order.
func (t *table) print(w io.Writer) {
	t.mu.Lock()
	defer t.mu.Unlock()
	slices.SortStableFunc(t.rows, func(a, b row) int {
		if c := strings.Compare(a.name, b.name); c != 0 {
			return c
		}
		return builderIndex(a.builder) - builderIndex(b.builder)
	})
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "case\tbuilder\tverdict\tresult\tMB before\tMB after\tseconds")
	for _, r := range t.rows {
		result, after := "ok", "-"
		if r.red {
			result = "RED"
		}
		if r.after > 0 {
			after = fmt.Sprintf("%.1f", float64(r.after)/1e6)
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%.1f\t%s\t%.0f\n", r.name, r.builder, r.verdict, result, float64(r.before)/1e6, after, r.seconds)
	}
	_ = tw.Flush() // the last step; a table that cannot be printed changes no verdict
}

func builderIndex(name string) int {
	return slices.IndexFunc(builders, func(b builder) bool { return b.name == name })
}
