package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dfharden/dfharden/checks"
)

// What moves an instruction or lays it out anew leaves the fingerprints alone.
func TestFingerprintsSurvive(t *testing.T) {
	want := prints(examples(t, unchanged))
	for name, change := range map[string]func([]byte) []byte{"CRLF": withCRLF, "BOM": withBOM} {
		if diff := cmp.Diff(want, prints(examples(t, change))); diff != "" {
			t.Errorf("%s (-want +have):\n%s", name, diff)
		}
	}

	const src = "FROM debian:12-slim\nRUN mkdir /data && chmod 777 /data\nWORKDIR /srv\nCOPY a /srv/\nCOPY a /srv/\nCMD [\"/srv/a\"]\n"
	plain := prints([]*File{checked(t, "Dockerfile", []byte(src))})
	if len(plain["Dockerfile"]) < 4 {
		t.Fatalf("too few findings: %v", plain)
	}
	for name, edits := range map[string][]string{
		"moved lines":  {"FROM", "# one\n\n\nFROM", "COPY", "# two\nENV A=b\nCOPY"},
		"more blanks":  {"FROM ", "FROM   ", "COPY a ", "COPY  a\t "},
		"continuation": {"/data && ", "/data && \\\n    # why\n    ", "COPY a", "COPY \\\n  a"},
		"indent":       {"COPY", "    COPY", "WORKDIR", "\tWORKDIR"},
	} {
		changed := strings.NewReplacer(edits...).Replace(src)
		if diff := cmp.Diff(plain, prints([]*File{checked(t, "Dockerfile", []byte(changed))})); diff != "" {
			t.Errorf("%s (-want +have):\n%s", name, diff)
		}
	}
}

func prints(files []*File) map[string][]string {
	p, all := fingerprints{}, map[string][]string{}
	for _, f := range files {
		for _, finding := range f.Findings {
			all[f.Path] = append(all[f.Path], finding.Rule.ID+" "+p.of(f, finding))
		}
	}
	return all
}

// Another rule, another instruction and another one of the same kind are told
// apart; the file's name and the rest of the file are not in it.
func TestFingerprintsDiffer(t *testing.T) {
	find := func(path, src string) []string {
		f := checked(t, path, []byte(src))
		var out []string
		p := fingerprints{}
		for _, finding := range f.Findings {
			if finding.Rule.ID == "copy-without-chown" {
				out = append(out, p.of(f, finding))
			}
		}
		return out
	}
	const head = "FROM debian:12-slim\nWORKDIR /srv\nUSER 1500:1500\n"
	const tail = "CMD [\"/srv/a\"]\n"
	two := find("a", head+"COPY a /srv/\nCOPY a /srv/\n"+tail)
	if len(two) != 2 || two[0] == two[1] {
		t.Fatalf("two of a kind: %v", two)
	}
	if one := find("b", head+"COPY a /srv/\nCOPY b /srv/\n"+tail); one[0] != two[0] || one[1] == two[1] {
		t.Errorf("another file: %v, not %v", one, two)
	}
	f := checked(t, "a", []byte(head+"COPY a /srv/\n"+tail))
	p, at := fingerprints{}, f.Graph.File.Instructions[3].Span
	if p.of(f, checks.Finding{Rule: openRule, Span: at}) == p.of(f, checks.Finding{Rule: noteRule, Span: at}) {
		t.Error("two rules have one fingerprint")
	}
}

// GitLab drops all but one of the issues that have a fingerprint in common.
func TestGitLabFingerprintsAreUnique(t *testing.T) {
	files := append(examples(t, unchanged), sample(t)...)
	seen := map[string]bool{}
	for _, issue := range readGitLab(t, files) {
		if seen[issue.Fingerprint] {
			t.Errorf("twice: %+v", issue)
		}
		seen[issue.Fingerprint] = true
	}
	if len(seen) == 0 {
		t.Error("no issues")
	}
}

// A heredoc's text is a part of its instruction.
func TestFingerprintOfHeredoc(t *testing.T) {
	hashes := map[string]bool{}
	for _, body := range []string{"a", "b"} {
		src := []byte("FROM scratch\nRUN <<EOF\n" + body + "\nEOF\n")
		f := checked(t, "Dockerfile", src)
		hashes[fingerprints{}.of(f, checks.Finding{Rule: noteRule, Span: f.Original.Instructions[1].Span})] = true
	}
	if len(hashes) != 2 {
		t.Error("two heredocs have one fingerprint")
	}
	// What is in no instruction goes by its line.
	src := []byte("# x\nFROM scratch\n")
	f := checked(t, "Dockerfile", src)
	finding := checks.Finding{Rule: noteRule, Span: f.Original.Comments[0].Span}
	moved := checked(t, "Dockerfile", append([]byte("# y\n#  \n"), src...))
	again := finding
	again.Span = moved.Original.Comments[len(moved.Original.Comments)-1].Span
	if !bytes.HasPrefix(moved.Original.Src[again.Span.Start:], []byte("# x")) {
		t.Fatal("not the comment")
	}
	if (fingerprints{}).of(f, finding) != (fingerprints{}).of(moved, again) {
		t.Error("a comment that moved has another fingerprint")
	}
}
