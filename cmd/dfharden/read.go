package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// defaultStdinName is what reports call standard input.
const defaultStdinName = "<stdin>"

// maxSize is the largest file that is read, in bytes: far above any Dockerfile,
// and small enough that a wrong path costs nothing.
const maxSize = 5 << 20

var errTooLarge = errors.New("the file is larger than 5 MB: this is no Dockerfile")

// read returns the bytes of an input. The error does not name it.
func (a *app) read(in input) ([]byte, error) {
	if in.text != nil {
		return in.text, nil
	}
	if in.stdin {
		return readAll(a.stdin)
	}
	info, err := os.Stat(in.path)
	if err != nil {
		return nil, reason(err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("is %s, not a regular file", kind(info.Mode()))
	}
	if info.Size() > maxSize {
		return nil, errTooLarge
	}
	file, err := os.Open(in.path)
	if err != nil {
		return nil, reason(err)
	}
	data, err := readAll(file)
	return data, errors.Join(err, file.Close())
}

func readAll(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxSize+1))
	if err != nil {
		return nil, reason(err)
	}
	if len(data) > maxSize {
		return nil, errTooLarge
	}
	return data, nil
}

// kind names what is not a regular file.
func kind(m fs.FileMode) string {
	switch {
	case m.IsDir():
		return "a directory"
	case m&fs.ModeNamedPipe != 0:
		return "a pipe (to read one, use - and standard input)"
	case m&fs.ModeSocket != 0:
		return "a socket"
	case m&fs.ModeSymlink != 0:
		return "a symbolic link"
	}
	return "a device"
}
