package main

import (
	"bytes"
	"strings"
	"testing"
)

// TestOwnRepository: this repository's own check has nothing to say, pedantic rules
// included.
func TestOwnRepository(t *testing.T) {
	t.Chdir("../..")
	var stdout, stderr bytes.Buffer
	if code := run([]string{"check", "--format=json", "--pedantic", "--fail-on=info"}, strings.NewReader(""), &stdout, &stderr); code != 0 {
		t.Errorf("exit code %d\n%s%s", code, stdout.String(), stderr.String())
	}
	if !strings.Contains(stdout.String(), `"path": "Dockerfile"`) {
		t.Errorf("the program's own Dockerfile was not checked:\n%s", stdout.String())
	}
}
