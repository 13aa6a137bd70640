//go:build e2e

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestOwnImage builds the image of dfharden itself, and lets it check a folder
// with all that Kubernetes can take away taken away.
func TestOwnImage(t *testing.T) {
	e := withEngine(t)
	platform := filepath.Join(t.TempDir(), "linux", runtime.GOARCH)
	build := exec.Command("go", "build", "-C", "..", "-trimpath", "-ldflags=-s -w", "-o", filepath.Join(platform, "dfharden"), "./cmd/dfharden")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	const tag = "dfharden-own:test"
	dir := filepath.Dir(filepath.Dir(platform))
	if out, err := builders[0].build(t.Context(), e, request{context: dir, file: "../Dockerfile", tag: tag}); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	defer e.docker(t.Context(), "rmi", "--force", tag)

	work := t.TempDir()
	if err := os.Chmod(work, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(work, "Dockerfile"), []byte("FROM alpine:3.20\nCMD [\"/bin/true\"]\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := e.docker(t.Context(), "run", "--rm", "--network=none", "--read-only", "--cap-drop=ALL",
		"--security-opt=no-new-privileges", "--volume="+work+":/work:ro", tag)
	if err == nil || !strings.Contains(out, "Dockerfile:1:1: error: final image runs as root") {
		t.Errorf("%v\n%s", err, out)
	}
}
