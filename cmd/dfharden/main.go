// Dfharden finds what is not hardened in Dockerfiles and patches them.
package main

import (
	"io"
	"os"
	"os/signal"
	"syscall"
)

// The exit codes.
const (
	exitOK       = 0 // nothing left at --fail-on or above
	exitFindings = 1 // findings left
	exitError    = 2 // a wrong call, or a file that could not be read, checked or written
)

func main() {
	// A closed pipe is an error of the write then, which is ignored, and does not
	// end the program while it writes files.
	signal.Ignore(syscall.SIGPIPE)
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is the program: arguments without its name, and an exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	a := &app{stdin: stdin, stdout: &output{w: stdout}, stderr: &output{w: stderr}}
	return a.run(args)
}
