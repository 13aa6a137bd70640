package report

import (
	"strings"
	"testing"

	"github.com/dfharden/dfharden/checks"
	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/rewrite"
	"github.com/dfharden/dfharden/source"
	"github.com/dfharden/dfharden/stage"
)

const sampleSource = `ARG VERSION
FROM example.com/base:${VERSION} AS prod
RUN	printf '日本語' > /etc/motd
COPY --from=example.com/very/long/name/of/an/image:1.2.3 /usr/share/a/deep/directory/file.conf /etc/app/file.conf
CMD ["/app"]

FROM prod
RUN test
`

var (
	openRule = &checks.Rule{
		ID: "open-image", Control: checks.NonRoot, Severity: checks.Error, Safety: checks.Safe,
		Summary: "the image is open", Why: "Anybody\ncan use it.\n\nThat is *bad*.", Silent: "It is closed.",
		FixSafety: "*Safe*: close it.", Refs: []string{"Book: page 7"},
	}
	noteRule = &checks.Rule{
		ID: "left-over", Control: checks.AttackSurface, Severity: checks.Info,
		Summary: "something is left over", Why: "It is of no use.",
	}
)

// sample is a file with a finding of each kind: with a safe fix, with an unsafe
// one, withheld, ignored, with none; and a file in error.
func sample(t *testing.T) []*File {
	t.Helper()
	f := mustParse(t, "app/Dockerfile", sampleSource)
	g, err := stage.Build(f, stage.Options{Target: "prod"})
	if err != nil {
		t.Fatal(err)
	}
	reason := func(code, msg, at string) *checks.Reason {
		return &checks.Reason{Code: code, Message: msg, Span: spanOf(t, at)}
	}
	return []*File{
		{Path: "app/Dockerfile", Original: f, Graph: g, Findings: []checks.Finding{
			{
				Rule: openRule, Severity: checks.Error, Message: "the image is open, which anybody can use", Span: spanOf(t, "FROM example.com/base:${VERSION} AS prod"),
				Fix:     &checks.Fix{Message: "close it", Safety: checks.Safe, Edits: []source.Edit{source.Insert(0, "# closed\n")}},
				Related: []checks.Related{{Message: "VERSION has no default", Span: spanOf(t, "ARG VERSION")}, {Message: "see elsewhere"}},
			},
			{
				Rule: openRule, Severity: checks.Warning, Confidence: checks.Low, Message: "motd is written", Span: spanOf(t, "'日本語'"),
				Fix: &checks.Fix{Message: "write nothing", Safety: checks.Unsafe, Reason: reason("unknown-base", "the base is not known", "FROM")},
			},
			{
				Rule: openRule, Severity: checks.Info, Message: "a file\ncomes \x1b[31mfrom elsewhere", Span: spanOf(t, "/etc/app/file.conf"),
				Withheld: reason("drops-privileges", "it drops them by itself", "CMD"),
			},
			{
				Rule: openRule, Severity: checks.Error, Message: "it tests", Span: spanOf(t, "RUN test"),
				Fix:     &checks.Fix{Message: "test nothing", Safety: checks.Safe, Edits: []source.Edit{source.Replace(spanOf(t, "test"), "true")}},
				Ignored: true, Justification: "it's <only> a \"test\"",
			},
			{Rule: noteRule, Severity: checks.Info, Message: "it tests", Span: spanOf(t, "RUN test"), Ignored: true},
			{Rule: noteRule, Severity: checks.Info, Message: "left over", Span: source.Span{Start: len(sampleSource), End: len(sampleSource)}},
		}},
		{Path: "bad", Err: &parser.Error{Name: "bad", Line: 1, Msg: "does not parse"}},
	}
}

func mustParse(t *testing.T, name, src string) *parser.File {
	t.Helper()
	f, err := parser.Parse(name, []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func spanOf(t *testing.T, text string) source.Span {
	t.Helper()
	i := strings.Index(sampleSource, text)
	if i < 0 {
		t.Fatalf("%q is not in the sample", text)
	}
	return source.Span{Start: i, End: i + len(text)}
}

// rewritten is a file to which two rounds were applied: the first put a line on
// top, the second another one, with a reason in what was line 2 and is line 3.
func rewritten(t *testing.T) *File {
	t.Helper()
	before := mustParse(t, "Dockerfile", "FROM scratch\nCMD [\"/app\"]\n")
	after := mustParse(t, "Dockerfile", "# b\n# a\nFROM scratch\nCMD [\"/app\"]\n")
	g, err := stage.Build(after, stage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	fix := func(text string, r *checks.Reason) *checks.Fix {
		return &checks.Fix{Message: "add " + text, Safety: checks.Unsafe, Reason: r, Edits: []source.Edit{source.Insert(0, text+"\n")}}
	}
	cmd := source.Span{Start: 13, End: 25}
	moved := source.Span{Start: 17, End: 29}
	return &File{Path: "Dockerfile", Original: before, Graph: g, Changes: []rewrite.Change{
		{Finding: checks.Finding{Rule: openRule, Severity: checks.Error, Message: "m", Span: cmd, Fix: fix("# a", nil)}, Round: 1, Place: cmd},
		{Finding: checks.Finding{
			Rule: openRule, Severity: checks.Error, Message: "m", Span: moved,
			Fix:     fix("# b", &checks.Reason{Code: "opaque", Message: "r", Span: moved}),
			Related: []checks.Related{{Message: "here", Span: moved}},
		}, Round: 2, Place: cmd},
	}}
}
