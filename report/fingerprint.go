package report

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/dfharden/dfharden/checks"
	"github.com/dfharden/dfharden/parser"
)

// fingerprints tells the findings of a report apart by what they are about, not
// by where that stands: by the rule, the text of the instruction and, if several
// have both in common, by their order in the file. Lines may move, blanks and
// comments change; the finding is still the same.
type fingerprints map[string]int

// of is the fingerprint of a finding: the same for the same finding in a file of
// another name. It is asked about each finding once, in their order.
func (p fingerprints) of(f *File, finding checks.Finding) string {
	key := finding.Rule.ID + "\x00" + subject(f.Graph.File, finding)
	seen := slashed(f.Path) + "\x00" + key
	p[seen]++
	return hash(key + "\x00" + strconv.Itoa(p[seen]))
}

// subject is the instruction that a finding is in, else the line, with its white
// space evened out.
func subject(f *parser.File, finding checks.Finding) string {
	for _, in := range f.Instructions {
		if !in.Span.Contains(finding.Span) {
			continue
		}
		text := in.Node.Original
		for _, doc := range in.Heredocs {
			text += " " + doc.Content
		}
		return flat(text)
	}
	line := f.Lines.Text(f.Lines.Line(finding.Span.Start))
	return flat(strings.TrimPrefix(string(f.Src[line.Start:line.End]), "\uFEFF"))
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
