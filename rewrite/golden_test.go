package rewrite

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/dfharden/dfharden/checks"
	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/source"
	"github.com/dfharden/dfharden/stage"
)

var update = flag.Bool("update", false, "write the goldens anew")

const rulesDir = "../testdata/rules"

// TestRules runs every golden: what the rule of its folder finds, what a rewrite
// with safe fixes and with unsafe fixes gives (all rules apply, of the pedantic
// ones that of the folder), the invariants on both, and the same in every encoding. A section that would repeat the one
// before it is left out; those below context/ are the build context.
func TestRules(t *testing.T) {
	for _, r := range checks.All() {
		files, _ := filepath.Glob(filepath.Join(rulesDir, r.ID, "*.txtar"))
		if len(files) == 0 {
			t.Errorf("rule %s has no example in testdata/rules/%s", r.ID, r.ID)
		}
		for _, file := range files {
			t.Run(r.ID+"/"+strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { golden(t, file, r) })
		}
	}
}

// TestFolders fails for a folder of examples without a rule.
func TestFolders(t *testing.T) {
	entries, err := os.ReadDir(rulesDir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if checks.Get(e.Name()) == nil {
			t.Errorf("testdata/rules/%s has no rule", e.Name())
		}
	}
}

func golden(t *testing.T, file string, r *checks.Rule) {
	a, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(bytes.TrimSpace(a.Comment)) == 0 {
		t.Error("the golden does not say what it is for")
	}
	src := section(a, "Dockerfile")
	o := testOptions()
	parseFlags(t, &o, string(section(a, "flags")))
	got := &txtar.Archive{Comment: a.Comment}
	for _, keep := range a.Files {
		name, ok := strings.CutPrefix(keep.Name, "context/")
		name, mode := contextMode(t, name)
		if ok {
			if o.Stage.Context == nil {
				o.Stage.Context = fstest.MapFS{}
			}
			o.Stage.Context.(fstest.MapFS)[name] = &fstest.MapFile{Data: keep.Data, Mode: mode}
		}
		if ok || keep.Name == "flags" || keep.Name == "Dockerfile" {
			got.Files = append(got.Files, keep)
		}
	}
	got.Files = append(got.Files, txtar.File{Name: "findings", Data: findings(t, src, r, o)})
	rules := checks.Default(false)
	if r.Pedantic {
		rules = append(rules, r)
	}
	safe := holds(t, src, rules, o)
	sameInEveryEncoding(t, src, safe, rules, o)
	o.Unsafe = true
	unsafe := holds(t, src, rules, o)
	sameInEveryEncoding(t, src, unsafe, rules, o)
	if !bytes.Equal(safe, src) {
		got.Files = append(got.Files, txtar.File{Name: "safe", Data: safe})
	}
	if !bytes.Equal(unsafe, safe) {
		got.Files = append(got.Files, txtar.File{Name: "unsafe", Data: unsafe})
	}
	want := txtar.Format(a)
	if text := txtar.Format(got); *update {
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
	} else if diff := cmp.Diff(string(want), string(text)); diff != "" {
		t.Errorf("-golden +now:\n%s", diff)
	}
}

// contextMode cuts the mode off the name of a file of the build context, as in
// "key.pem 0600"; without one it is 0644.
func contextMode(t *testing.T, name string) (string, fs.FileMode) {
	t.Helper()
	file, text, ok := strings.Cut(name, " ")
	if !ok {
		return name, 0o644
	}
	mode, err := strconv.ParseUint(text, 8, 9)
	if err != nil {
		t.Fatal(err)
	}
	return file, fs.FileMode(mode)
}

func section(a *txtar.Archive, name string) []byte {
	for _, f := range a.Files {
		if f.Name == name {
			return f.Data
		}
	}
	return nil
}

// parseFlags takes in the flags of a golden, spelled as on the command line.
func parseFlags(t *testing.T, o *Options, text string) {
	t.Helper()
	for _, field := range strings.Fields(text) {
		name, value, _ := strings.Cut(strings.TrimPrefix(field, "--"), "=")
		switch name {
		case "rules": // says which rule's findings are shown; see TestReasons
		case "named-user":
			o.Check.NamedUser = true
		case "no-relocate":
			o.Check.NoRelocate = true
		case "keep-apk-db":
			o.Check.KeepApkDB = true
		case "uid-policy":
			_, err := fmt.Sscanf(value, "%d-%d", &o.Check.UIDPolicy.UIDMin, &o.Check.UIDPolicy.UIDMax)
			if err != nil {
				t.Fatal(err)
			}
		case "user":
			o.Check.User = value
		case "resolve":
			o.Stage.Images = resolved{}
		case "target":
			o.Stage.Target = value
		case "build-arg":
			if o.Stage.Args == nil {
				o.Stage.Args = map[string]string{}
			}
			k, v, _ := strings.Cut(value, "=")
			o.Stage.Args[k] = v
		default:
			t.Fatalf("unknown flag %q", field)
		}
	}
}

// resolved is the table with a digest for every image, as a registry gives it.
type resolved struct{}

func (resolved) Lookup(ref string) image.Facts {
	f := image.Table().Lookup(ref)
	f.Digest = "sha256:" + strings.Repeat("0123456789abcdef", 4)
	return f
}

// findings writes what one rule finds, a finding a paragraph.
func findings(t *testing.T, src []byte, r *checks.Rule, o Options) []byte {
	t.Helper()
	f, err := parser.Parse("Dockerfile", src)
	if err != nil {
		t.Fatal(err)
	}
	g, err := stage.Build(f, o.Stage)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	for _, x := range checks.Run(g, []*checks.Rule{r}, o.Check) {
		severity := map[checks.Severity]string{checks.Info: "info", checks.Warning: "warning", checks.Error: "error"}[x.Severity]
		if x.Confidence == checks.Low {
			severity += ", low confidence"
		}
		if x.Ignored {
			severity += ", ignored"
		}
		if x.Justification != "" {
			severity += " (" + x.Justification + ")"
		}
		fmt.Fprintf(&b, "%s %s: %s\n", place(f, x.Span), severity, x.Message)
		for _, rel := range x.Related {
			fmt.Fprintf(&b, "  see %s: %s\n", place(f, rel.Span), rel.Message)
		}
		switch {
		case x.Withheld != nil:
			fmt.Fprintf(&b, "  withheld [%s]: %s\n", x.Withheld.Code, x.Withheld.Message)
		case x.Fix != nil && x.Fix.Reason != nil:
			fmt.Fprintf(&b, "  unsafe [%s] fix: %s\n    because %s\n", x.Fix.Reason.Code, x.Fix.Message, x.Fix.Reason.Message)
		case x.Fix != nil:
			fmt.Fprintf(&b, "  safe fix: %s\n", x.Fix.Message)
		}
	}
	if b.Len() == 0 {
		b.WriteString("none\n")
	}
	return b.Bytes()
}

func place(f *parser.File, s source.Span) string {
	from, to := f.Lines.Position(s.Start), f.Lines.Position(s.End)
	return fmt.Sprintf("%d:%d-%d:%d", from.Line, from.Column, to.Line, to.Column)
}
