//go:build unix

package main

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestWriteFileKeepsOwner(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give a file away")
	}
	name := filepath.Join(t.TempDir(), "f")
	put(t, name, "old", 0o644)
	if err := os.Chown(name, 4321, 1234); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(name, 0o640|os.ModeSetuid); err != nil {
		t.Fatal(err)
	}
	if err := writeFile(name, []byte("new")); err != nil {
		t.Fatal(err)
	}
	wantContents(t, name, "new")
	info := stat(t, name)
	if s, ok := info.Sys().(*syscall.Stat_t); !ok || s.Uid != 4321 || s.Gid != 1234 {
		t.Errorf("owner %+v", s)
	}
	if info.Mode() != 0o640|os.ModeSetuid {
		t.Errorf("mode %v", info.Mode())
	}
}
