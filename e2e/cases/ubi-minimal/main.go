// Manager keeps its state in a file and its name from the account data base.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
	"path/filepath"
)

func keep(w http.ResponseWriter, r *http.Request) error {
	home, err := os.UserHomeDir()
	if err != nil {
		return err
	}
	for _, name := range []string{"state/last", filepath.Join(home, "last")} {
		if err := os.WriteFile(name, []byte(r.URL.Path), 0o600); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintln(w, "kept", r.URL.Path)
	return err
}

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if err := keep(w, r); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	log.Fatal(http.ListenAndServe(":"+os.Getenv("PORT"), nil))
}
