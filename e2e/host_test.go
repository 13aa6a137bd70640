//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// overlayMounts reports whether overlay can be mounted on what holds dir.
func overlayMounts(dir string) bool {
	base, err := os.MkdirTemp(dir, "overlay")
	if err != nil {
		return false
	}
	defer os.RemoveAll(base)
	for _, name := range []string{"lower", "upper", "work", "merged"} {
		if os.Mkdir(filepath.Join(base, name), 0o755) != nil {
			return false
		}
	}
	merged := filepath.Join(base, "merged")
	options := fmt.Sprintf("lowerdir=%s/lower,upperdir=%s/upper,workdir=%s/work", base, base, base)
	if syscall.Mount("overlay", merged, "overlay", 0, options) != nil {
		return false
	}
	return syscall.Unmount(merged, 0) == nil
}

// tail is the end of a log file, for an error message.
func tail(name string) string {
	b, err := os.ReadFile(name)
	if err != nil {
		return err.Error()
	}
	return last(string(b), 20)
}

// last is the last n lines of text.
func last(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
