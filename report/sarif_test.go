package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/dfharden/dfharden/checks"
	"github.com/dfharden/dfharden/source"
)

func TestSARIFMatchesSchema(t *testing.T) {
	schema := compile(t, "testdata/sarif/sarif-schema-2.1.0.json")
	for name, files := range map[string][]*File{
		"nothing":   nil,
		"findings":  sample(t),
		"rewritten": {rewritten(t)},
		"nasty":     {nasty(t)},
		"examples":  examples(t, unchanged),
	} {
		text := sarif(t, files, Tool{Version: "v1.2.3", Rules: checks.All()})
		if err := validate(t, schema, text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if validate(t, schema, []byte(`{"version": "2.1.0", "runs": [{"results": []}]}`)) == nil {
		t.Error("the schema takes a run without a tool")
	}
}

// compile reads a schema; formats such as uri-reference are held too.
func compile(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	s, err := c.Compile(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func validate(t *testing.T, s *jsonschema.Schema, text []byte) error {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return s.Validate(doc)
}

func sarif(t *testing.T, files []*File, tool Tool) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := SARIF(&out, files, tool); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func readSARIF(t *testing.T, files []*File) sarifRun {
	t.Helper()
	var log sarifLog
	d := json.NewDecoder(bytes.NewReader(sarif(t, files, Tool{})))
	d.DisallowUnknownFields()
	if err := d.Decode(&log); err != nil {
		t.Fatal(err)
	}
	return *log.Runs[0]
}

func TestSARIFGolden(t *testing.T) {
	golden(t, "sample.sarif", sarif(t, sample(t), Tool{Version: "v1.2.3", Rules: []*checks.Rule{openRule}}))
}

// Each result points at the rule that it names, and at the file that it is about.
func TestSARIFIndices(t *testing.T) {
	files := examples(t, unchanged)
	run := readSARIF(t, files)
	n := 0
	for i, f := range files {
		for range f.Findings {
			r := run.Results[n]
			if rule := run.Tool.Driver.Rules[r.RuleIndex].ID; rule != r.RuleID {
				t.Errorf("result %d of %s points at rule %s", n, r.RuleID, rule)
			}
			if at := r.Locations[0].Physical.ArtifactLocation; *at.Index != i || at.URI != run.Artifacts[i].Location.URI {
				t.Errorf("result %d points at %v, want artifact %d", n, at, i)
			}
			n++
		}
	}
	if n != len(run.Results) {
		t.Errorf("%d results, want %d", len(run.Results), n)
	}
}

// A reader that knows lines and UTF-16 columns only, and applies the fixes of the
// log, comes to the same bytes as we do: whatever the encoding, and at any place.
func TestSARIFFixes(t *testing.T) {
	for name, change := range map[string]func([]byte) []byte{
		"plain": unchanged, "CRLF": withCRLF, "BOM": withBOM, "no final newline": withoutEnd,
	} {
		count := 0
		for _, f := range examples(t, change) {
			results := readSARIF(t, []*File{f}).Results
			for i, finding := range f.Findings {
				if finding.Fix == nil || len(finding.Fix.Edits) == 0 {
					continue
				}
				want := source.Apply(f.Original.Src, finding.Fix.Edits)
				have := replaced(string(f.Original.Src), results[i].Fixes[0].Changes[0].Replacements)
				if diff := cmp.Diff(string(want), have); diff != "" {
					t.Errorf("%s: %s: fix of %s (-want +have):\n%s", name, f.Path, finding.Rule.ID, diff)
				}
				count++
			}
		}
		if count == 0 {
			t.Errorf("%s: no fix was tried", name)
		}
	}
}

// The same for every span of a text: with a byte order mark, both line ends, and
// characters of one to four bytes.
func TestSARIFRegions(t *testing.T) {
	for _, text := range []string{"\uFEFFé x\r\n😀e\u0301\n\ny", "😀\n", "\uFEFF\r\n"} {
		at := sarifPlaces{lines: source.NewLines([]byte(text))}
		start := len(text) - len(strings.TrimPrefix(text, "\uFEFF"))
		for i := start; i <= len(text); i++ {
			for j := i; j <= len(text); j++ {
				s := source.Span{Start: i, End: j}
				if !utf8.ValidString(text[:i]) || !utf8.ValidString(text[i:j]) {
					continue // within a character
				}
				r := sarifReplacement{Deleted: at.region(s), Inserted: &sarifMessage{Text: "<new>"}}
				want := text[:i] + "<new>" + text[j:]
				if have := replaced(text, []sarifReplacement{r}); have != want {
					t.Errorf("%q, %v as %+v: %q, want %q", text, s, *r.Deleted, have, want)
				}
			}
		}
	}
}

// replaced applies replacements, last first, to the text behind the byte order
// mark. Lines end with "\n"; what ends them counts as characters of them.
func replaced(text string, replacements []sarifReplacement) string {
	mark := ""
	if rest, ok := strings.CutPrefix(text, "\uFEFF"); ok {
		mark, text = "\uFEFF", rest
	}
	units := utf16.Encode([]rune(text))
	offset := func(line, column int) int {
		at := 0
		for ; line > 1; at++ {
			if units[at] == '\n' {
				line--
			}
		}
		return at + column - 1
	}
	for i := len(replacements) - 1; i >= 0; i-- {
		at := replacements[i].Deleted
		var inserted []uint16
		if replacements[i].Inserted != nil {
			inserted = utf16.Encode([]rune(replacements[i].Inserted.Text))
		}
		end := units[offset(at.EndLine, at.EndColumn):]
		units = append(append(append([]uint16{}, units[:offset(at.StartLine, at.StartColumn)]...), inserted...), end...)
	}
	return mark + string(utf16.Decode(units))
}

// Ignored findings are suppressed results, with the reason; and if any result
// has suppressions, all have.
func TestSARIFSuppressions(t *testing.T) {
	var have []string
	for _, r := range readSARIF(t, sample(t)).Results {
		switch {
		case r.Suppressions == nil:
			t.Errorf("%s has null for suppressions", r.RuleID)
		case len(r.Suppressions) > 0:
			have = append(have, r.Suppressions[0].Kind+" "+r.Suppressions[0].Justification)
		}
	}
	if diff := cmp.Diff([]string{`inSource it's <only> a "test"`, "inSource "}, have); diff != "" {
		t.Errorf("suppressions (-want +have):\n%s", diff)
	}
}

func TestURI(t *testing.T) {
	for name, want := range map[string]string{
		"Dockerfile":        "Dockerfile",
		"./a/../Dockerfile": "Dockerfile",
		"../a/Dockerfile":   "../a/Dockerfile",
		"/srv/a b":          "file:///srv/a%20b",
		"a %41#?é":          "a%20%2541%23%3F%C3%A9",
		"a:b/c":             "./a:b/c",
		"\xff":              "%FF",
		"<stdin>":           "%3Cstdin%3E",
	} {
		if have, _ := uri(slashed(name)); have != want {
			t.Errorf("%q: %s, want %s", name, have, want)
		}
	}
}

func TestSARIFText(t *testing.T) {
	text := readSARIF(t, []*File{nasty(t)}).Results[0].Message.Text
	if strings.Contains(text, "](") {
		t.Errorf("the message has a link: %q", text)
	}
	if strings.ContainsAny(strings.ReplaceAll(text, "\n", ""), "\r\x00\x1b\x7f\u202e") {
		t.Errorf("the message has control characters: %q", text)
	}
}
