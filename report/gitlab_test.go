package report

import (
	"bytes"
	"encoding/json"
	"testing"
)

func TestGitLabMatchesSchema(t *testing.T) {
	schema := compile(t, "testdata/gitlab-schema.json")
	for name, files := range map[string][]*File{
		"nothing":  nil,
		"findings": sample(t),
		"nasty":    {nasty(t)},
		"examples": examples(t, unchanged),
		"dot":      {{Path: "./a/Dockerfile", Err: sample(t)[1].Err}},
	} {
		if err := validate(t, schema, gitlab(t, files)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if validate(t, schema, []byte(`[{"description": "x"}]`)) == nil {
		t.Error("the schema takes an issue without a place")
	}
}

func gitlab(t *testing.T, files []*File) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := GitLab(&out, files); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func readGitLab(t *testing.T, files []*File) []gitlabIssue {
	t.Helper()
	var issues []gitlabIssue
	if err := json.Unmarshal(gitlab(t, files), &issues); err != nil {
		t.Fatal(err)
	}
	return issues
}

func TestGitLabGolden(t *testing.T) { golden(t, "sample.gitlab.json", gitlab(t, sample(t))) }

// To ignore one of two findings that look the same leaves the other's fingerprint.
func TestGitLabIgnored(t *testing.T) {
	src := "FROM debian:12-slim\nWORKDIR /srv\nUSER 1500:1500\nCOPY a /srv/\nCOPY a /srv/\nCMD [\"/srv/a\"]\n"
	f := checked(t, "Dockerfile", []byte(src))
	before := readGitLab(t, []*File{f})
	f.Findings[0].Ignored = true
	after := readGitLab(t, []*File{f})
	if len(after) != len(before)-1 || after[0].Fingerprint != before[1].Fingerprint {
		t.Errorf("before %+v\nafter %+v", before, after)
	}
}
