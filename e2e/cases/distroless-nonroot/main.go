// Hello prints one line and the user that it runs as, and leaves with 3.
package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Println("hello from", os.Getuid())
	os.Exit(3)
}
