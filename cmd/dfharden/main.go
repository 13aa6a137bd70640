// Dfharden finds what is not hardened in Dockerfiles and patches them.
package main

import (
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

// The exit codes.
const (
	exitOK       = 0 // nothing left at --fail-on or above
	exitFindings = 1 // findings left
	exitError    = 2 // a wrong call, or a file that could not be read, checked or written
)

// heapGrowth lets the heap grow to five times what lives before it is looked
// through: most runs end before that, which saves a fifth of their time.
const heapGrowth = 400

func main() {
	// A closed pipe is an error of the write then, which is ignored, and does not
	// end the program while it writes files.
	signal.Ignore(syscall.SIGPIPE)
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(heapGrowth)
	}
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is the program: arguments without its name, and an exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	a := &app{stdin: stdin, stdout: &output{w: stdout}, stderr: &output{w: stderr}}
	return a.run(args)
}
