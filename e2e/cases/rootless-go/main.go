// State says which revision it was built from, saves its state, and stays for a moment.
package main

import (
	"os"
	"runtime/debug"
	"time"
)

func main() {
	revision := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				revision = s.Value
			}
		}
	}
	if err := os.WriteFile("state", []byte(revision), 0o600); err != nil {
		println(err.Error())
		os.Exit(1)
	}
	os.Stdout.WriteString("revision " + revision + ", state saved\n")
	time.Sleep(time.Second)
}
