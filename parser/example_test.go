package parser_test

import (
	"fmt"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/source"
)

func ExampleParse() {
	src := []byte("FROM alpine\n# the program\nCOPY \\\n  app /app\nRUN adduser -D app && \\\n  # its data\n  mkdir /data\n")
	f, err := parser.Parse("Dockerfile", src)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range f.Instructions[2].Script().Commands {
		fmt.Println(f.Lines.Position(c.Span.Start), c.Words[0].Raw)
	}
	chown, _ := f.Instructions[1].SetFlag("chown", "app")
	fmt.Print(string(source.Apply(src, append(f.Append("USER app"), chown))))
	// Output:
	// {5 5} adduser
	// {7 3} mkdir
	// FROM alpine
	// # the program
	// COPY --chown=app \
	//   app /app
	// RUN adduser -D app && \
	//   # its data
	//   mkdir /data
	// USER app
}
