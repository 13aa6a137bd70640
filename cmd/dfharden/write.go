package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
)

// writeFile gives a file new contents, whole or not at all: they are written to
// a temporary file in its directory, which then takes its place. Mode and owner
// stay; a symbolic link stays one, and the file that it leads to is written. A
// file that has the contents already is not touched, one that does not exist is
// made. Anything but a regular file is refused.
//
// What a rename cannot keep: other hard links keep the old contents, and
// extended attributes are lost.
func writeFile(path string, data []byte) error {
	target, info, err := writeTarget(path)
	if err != nil {
		return err
	}
	if info != nil {
		if old, err := os.ReadFile(target); err == nil && bytes.Equal(old, data) {
			return nil
		}
	}
	temp, err := createTemp(filepath.Dir(target))
	if err != nil {
		return reason(err)
	}
	if err := errors.Join(fill(temp, data, info), temp.Close()); err != nil {
		return errors.Join(err, os.Remove(temp.Name()))
	}
	if err := os.Rename(temp.Name(), target); err != nil {
		return errors.Join(reason(err), os.Remove(temp.Name()))
	}
	syncDir(filepath.Dir(target))
	return nil
}

// writeTarget is the file that path leads to. info is nil if there is none yet.
func writeTarget(path string) (target string, info fs.FileInfo, err error) {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return path, nil, nil
	}
	if target, err = filepath.EvalSymlinks(path); err != nil {
		return "", nil, reason(err)
	}
	if info, err = os.Lstat(target); err != nil {
		return "", nil, reason(err)
	}
	if !info.Mode().IsRegular() {
		return "", nil, fmt.Errorf("it is %s, not a regular file", kind(info.Mode()))
	}
	return target, info, nil
}

// createTemp makes a file as os.CreateTemp does, but with the mode that a new
// file gets.
func createTemp(dir string) (*os.File, error) {
	for n := 0; ; n++ {
		name := filepath.Join(dir, ".dfharden-"+strconv.Itoa(os.Getpid())+"-"+strconv.Itoa(n))
		f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
		if !errors.Is(err, fs.ErrExist) || n > 1000 {
			return f, err
		}
	}
}

// fill writes a temporary file and gives it owner and mode of the one whose
// place it takes; in this order, for a change of owner clears mode bits.
func fill(f *os.File, data []byte, like fs.FileInfo) error {
	if _, err := f.Write(data); err != nil {
		return reason(err)
	}
	if like != nil {
		if err := keepOwner(f, like); err != nil {
			return fmt.Errorf("its owner cannot be kept: %w", reason(err))
		}
		if err := f.Chmod(like.Mode()); err != nil {
			return fmt.Errorf("its mode cannot be kept: %w", reason(err))
		}
	}
	if err := f.Sync(); err != nil {
		return reason(err)
	}
	return nil
}

// syncDir makes a rename last through a crash, where the system can do that.
func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync() // not all file systems have it; the file itself is safe
		_ = d.Close()
	}
}
