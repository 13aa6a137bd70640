// Page renders a template on each request, by way of a file in the temporary directory.
package main

import (
	"html/template"
	"log"
	"net/http"
	"os"
)

var page = template.Must(template.ParseGlob("/templates/*.html"))

func render(w http.ResponseWriter, r *http.Request) error {
	f, err := os.CreateTemp("", "page")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if err := page.Execute(f, r.URL.Path); err != nil {
		return err
	}
	http.ServeFile(w, r, f.Name())
	return nil
}

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if err := render(w, r); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	log.Fatal(http.ListenAndServe(":"+os.Getenv("PORT"), nil))
}
