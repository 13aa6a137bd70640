package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func github(t *testing.T, files []*File) string {
	t.Helper()
	var out bytes.Buffer
	if err := GitHub(&out, files); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestGitHubGolden(t *testing.T) { golden(t, "sample.github.txt", []byte(github(t, sample(t)))) }

// command is a workflow command as GitHub's runner reads it.
type command struct {
	name, text string
	properties map[string]string
}

// readCommand reads a line by the rules of the runner's ActionCommand: properties
// end at the second "::", stand between commas, and have their value behind the
// first "=".
func readCommand(t *testing.T, line string) command {
	t.Helper()
	rest, ok := strings.CutPrefix(line, "::")
	head, text, ok2 := strings.Cut(rest, "::")
	if !ok || !ok2 {
		t.Fatalf("no command: %q", line)
	}
	name, list, _ := strings.Cut(head, " ")
	c := command{name, unescape(text, "%0D", "\r", "%0A", "\n"), map[string]string{}}
	for _, property := range strings.Split(list, ",") {
		key, value, ok := strings.Cut(property, "=")
		if !ok || c.properties[key] != "" {
			t.Fatalf("bad property %q in %q", property, line)
		}
		c.properties[key] = unescape(value, "%0D", "\r", "%0A", "\n", "%3A", ":", "%2C", ",")
	}
	return c
}

func unescape(s string, codes ...string) string {
	return strings.NewReplacer(append(codes, "%25", "%")...).Replace(s)
}

func TestGitHubCommands(t *testing.T) {
	files := append(examples(t, withCRLF), append(sample(t), nasty(t))...)
	lines := strings.Split(strings.TrimSuffix(github(t, files), "\n"), "\n")
	for _, f := range files {
		for _, finding := range f.open() {
			c := readCommand(t, lines[0])
			lines = lines[1:]
			want := map[string]string{"file": f.Path, "title": "dfharden " + finding.Rule.ID}
			for _, key := range []string{"file", "title"} {
				if c.properties[key] != want[key] {
					t.Errorf("%s is %q, want %q", key, c.properties[key], want[key])
				}
			}
			if first, _, _ := strings.Cut(c.text, "\n"); first != clean(finding.Message) {
				t.Errorf("text is %q, want %q", first, finding.Message)
			}
		}
		if f.Err != nil {
			want := command{"error", "does not parse", map[string]string{"file": "bad", "line": "1", "title": "dfharden"}}
			if diff := cmp.Diff(want, readCommand(t, lines[0]), cmp.AllowUnexported(command{})); diff != "" {
				t.Errorf("a file in error (-want +have):\n%s", diff)
			}
			lines = lines[1:]
		}
	}
	if len(lines) > 0 {
		t.Errorf("more lines: %q", lines)
	}
}
