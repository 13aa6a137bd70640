package main

import (
	"os"

	"golang.org/x/term"
)

// terminal returns the file behind a stream if it is a terminal, else nil.
func terminal(o *output) *os.File {
	f, ok := o.w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	return f
}

// terminalWidth is the number of columns of the terminal behind a stream, 0 if
// there is none or it does not say.
func terminalWidth(o *output) int {
	f := terminal(o)
	if f == nil {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil || width < 20 {
		return 0
	}
	return width
}

// useColor decides about colours: --color, then NO_COLOR, FORCE_COLOR and TERM,
// then whether a terminal shows the stream.
func useColor(mode string, o *output) bool {
	if mode != "auto" {
		return mode == "always"
	}
	if os.Getenv("NO_COLOR") != "" {
		return false
	}
	if force := os.Getenv("FORCE_COLOR"); force != "" {
		return force != "0" && force != "false"
	}
	return os.Getenv("TERM") != "dumb" && terminal(o) != nil
}
