// Visits answers with a greeting, and notes every visit in its working directory.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		notes, err := os.OpenFile("visits.log", os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		defer notes.Close()
		fmt.Fprintln(notes, "visit")
		text, err := os.ReadFile("greeting.txt")
		fmt.Fprintf(w, "%s%v\n", text, err)
	})
	log.Fatal(http.ListenAndServe(":"+os.Getenv("PORT"), nil))
}
