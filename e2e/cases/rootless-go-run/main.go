// Run leaves a file in its working directory.
package main

import (
	"os"
	"time"
)

func main() {
	if err := os.WriteFile("ran", nil, 0o600); err != nil {
		println(err.Error())
		os.Exit(1)
	}
	os.Stdout.WriteString("compiled and ran\n")
	time.Sleep(time.Second)
}
