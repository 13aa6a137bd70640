package report

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"testing"
)

func TestXMLGoldens(t *testing.T) {
	golden(t, "sample.checkstyle.xml", document(t, Checkstyle, sample(t)))
	golden(t, "sample.junit.xml", document(t, JUnit, sample(t)))
}

func document(t *testing.T, write func(io.Writer, []*File) error, files []*File) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := write(&out, files); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// element is any element of a document.
type element struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Children []element  `xml:",any"`
	Text     string     `xml:",chardata"`
}

func (e element) attr(name string) string {
	for _, a := range e.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// grammar says of each element which children it may have, which attributes it
// must have, and (behind "|") which it may.
type grammar map[string]struct{ children, must, may []string }

func (g grammar) check(e element) error {
	rule, ok := g[e.XMLName.Local]
	if !ok {
		return fmt.Errorf("element %s is not in the format", e.XMLName.Local)
	}
	known := map[string]bool{}
	for _, name := range append(append([]string{}, rule.must...), rule.may...) {
		known[name] = true
	}
	have := map[string]bool{}
	for _, a := range e.Attrs {
		if !known[a.Name.Local] || have[a.Name.Local] {
			return fmt.Errorf("attribute %s of %s is not in the format, or twice", a.Name.Local, e.XMLName.Local)
		}
		have[a.Name.Local] = true
	}
	for _, name := range rule.must {
		if !have[name] {
			return fmt.Errorf("%s has no %s", e.XMLName.Local, name)
		}
	}
	for _, c := range e.Children {
		if !contains(rule.children, c.XMLName.Local) {
			return fmt.Errorf("%s within %s", c.XMLName.Local, e.XMLName.Local)
		}
		if err := g.check(c); err != nil {
			return err
		}
	}
	return nil
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

// What Checkstyle's XMLLogger writes and its readers take.
var checkstyleGrammar = grammar{
	"checkstyle": {children: []string{"file"}, must: []string{"version"}},
	"file":       {children: []string{"error"}, must: []string{"name"}},
	"error":      {must: []string{"line", "severity", "message", "source"}, may: []string{"column"}},
}

// The part in use of the schema of Jenkins' xUnit plugin (junit-10.xsd).
var junitGrammar = grammar{
	"testsuites": {children: []string{"testsuite"}, may: []string{"name", "time", "tests", "failures", "errors"}},
	"testsuite": {
		children: []string{"testsuite", "properties", "testcase", "system-out", "system-err"},
		must:     []string{"name", "tests", "failures", "errors"},
		may:      []string{"group", "time", "skipped", "timestamp", "hostname", "id", "package", "file"},
	},
	"testcase": {
		children: []string{"skipped", "error", "failure", "system-out", "system-err"},
		must:     []string{"name"}, may: []string{"time", "classname", "group"},
	},
	"failure":    {may: []string{"type", "message"}},
	"error":      {may: []string{"type", "message"}},
	"system-out": {},
}

// read parses a document and holds it against a grammar.
func (g grammar) read(t *testing.T, text []byte) element {
	t.Helper()
	var e element
	if err := xml.Unmarshal(text, &e); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if err := g.check(e); err != nil {
		t.Errorf("%v\n%s", err, text)
	}
	return e
}

func inputs(t *testing.T) map[string][]*File {
	return map[string][]*File{
		"nothing": nil, "findings": sample(t), "nasty": {nasty(t)}, "examples": examples(t, unchanged),
	}
}

func TestCheckstyle(t *testing.T) {
	for name, files := range inputs(t) {
		e := checkstyleGrammar.read(t, document(t, Checkstyle, files))
		if len(e.Children) != len(files) {
			t.Fatalf("%s: %d files, want %d", name, len(e.Children), len(files))
		}
		for i, f := range files {
			have := e.Children[i]
			if f.Err != nil {
				if msg := have.Children[0].attr("message"); msg != "does not parse" {
					t.Errorf("%s: message %q of a file in error", name, msg)
				}
				continue
			}
			if have.attr("name") != f.Path || len(have.Children) != len(f.open()) {
				t.Errorf("%s: file %q with %d errors, want %q with %d", name, have.attr("name"), len(have.Children), f.Path, len(f.open()))
			}
			for j, finding := range f.open() {
				at := f.Graph.File.Lines.Position(finding.Span.Start)
				c := have.Children[j]
				got := fmt.Sprint(c.attr("line"), ":", c.attr("column"), " ", c.attr("severity"), " ", c.attr("source"))
				if want := fmt.Sprintf("%d:%d %s dfharden.%s", at.Line, at.Column, Severity(finding.Severity), finding.Rule.ID); got != want {
					t.Errorf("%s: %s, want %s", name, got, want)
				}
			}
		}
	}
}

// The counts are those of what is in the report, and no two tests of a suite
// have one name.
func TestJUnit(t *testing.T) {
	for name, files := range inputs(t) {
		e := junitGrammar.read(t, document(t, JUnit, files))
		var total [3]int
		for _, suite := range e.Children {
			count, seen := [3]int{len(suite.Children), 0, 0}, map[string]bool{}
			for _, c := range suite.Children {
				if seen[c.attr("name")] {
					t.Errorf("%s: two tests %s in %s", name, c.attr("name"), suite.attr("name"))
				}
				seen[c.attr("name")] = true
				for _, outcome := range c.Children {
					switch outcome.XMLName.Local {
					case "failure":
						count[1]++
					case "error":
						count[2]++
					}
				}
			}
			if count != counts(suite) {
				t.Errorf("%s: %s says %v, has %v", name, suite.attr("name"), counts(suite), count)
			}
			for i := range total {
				total[i] += count[i]
			}
		}
		if s := Summarize(files); total != counts(e) || total[1] != s.Errors+s.Warnings || total[2] != s.Failed {
			t.Errorf("%s: says %v, has %v, want %+v", name, counts(e), total, s)
		}
	}
}

func counts(e element) (n [3]int) {
	for i, name := range []string{"tests", "failures", "errors"} {
		_, _ = fmt.Sscan(e.attr(name), &n[i])
	}
	return n
}

// What XML cannot hold is replaced, the rest comes through.
func TestXMLEscapes(t *testing.T) {
	const want = "100% of \"<a>&'b'\": x,y ::set-env name=A::b ]]> [x](1) {0} ${A}\uFFFD end\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD"
	files := []*File{nasty(t)}
	suite := junitGrammar.read(t, document(t, JUnit, files)).Children[0]
	if got := suite.Children[0].Children[0].attr("message"); got != want {
		t.Errorf("message is %q, want %q", got, want)
	}
	if suite.attr("name") != nastyPath {
		t.Errorf("name is %q, want %q", suite.attr("name"), nastyPath)
	}
}
