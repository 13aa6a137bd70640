// Hello answers every request with the message of the day.
package main

import (
	"flag"
	"log"
	"net/http"
	"os"
)

func main() {
	motd := flag.String("motd", "motd.txt", "file with the message")
	flag.Parse()
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		text, err := os.ReadFile(*motd)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Write(text)
	})
	log.Fatal(http.ListenAndServe(":"+os.Getenv("PORT"), nil))
}
