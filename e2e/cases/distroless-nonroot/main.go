// Hello prints one line and the user that it runs as, and leaves with 3, after
// a moment in which it can be seen from outside.
package main

import (
	"fmt"
	"os"
	"time"
)

func main() {
	fmt.Println("hello from", os.Getuid())
	time.Sleep(300 * time.Millisecond)
	os.Exit(3)
}
