package main

import (
	"bytes"
	"strings"
	"testing"
)

// The project's own image has nothing to harden, by no rule.
func TestOwnDockerfile(t *testing.T) {
	var stdout, stderr bytes.Buffer
	code := run([]string{"check", "--fail-on", "info", "--rules", strings.Join(ruleIDs(), ","), "../../Dockerfile"}, nil, &stdout, &stderr)
	if code != exitOK || !strings.HasPrefix(stdout.String(), "1 file: nothing to harden") {
		t.Errorf("exit code %d\n%s%s", code, &stdout, &stderr)
	}
}
