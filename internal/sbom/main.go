// Sbom writes the bill of materials of a Go program, as CycloneDX JSON: what the
// Go command noted in the program itself, so that nothing in it is a guess.
//
//	go run ./internal/sbom PROGRAM FILE
package main

import (
	"bytes"
	"debug/buildinfo"
	"errors"
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "sbom:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 2 {
		return errors.New("usage: sbom PROGRAM FILE")
	}
	program, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	info, err := buildinfo.Read(bytes.NewReader(program))
	if err != nil {
		return fmt.Errorf("%s: %w", args[0], err)
	}
	var out bytes.Buffer
	if err := write(&out, info, program); err != nil {
		return err
	}
	return os.WriteFile(args[1], out.Bytes(), 0o666)
}
