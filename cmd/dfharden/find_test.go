package main

import "testing"

func TestIsDockerfile(t *testing.T) {
	for name, want := range map[string]bool{
		"Dockerfile": true, "dockerfile": true, "DOCKERFILE": true, "Containerfile": true, "containerfile": true,
		"Dockerfile.prod": true, "Dockerfile-prod": true, "Dockerfile_prod": true, "dockerfile.PROD": true,
		"Containerfile.ubi9": true, "Dockerfile.alpine3.20": true, "Dockerfile.python": true,
		"app.dockerfile": true, "app.Dockerfile": true, "app.containerfile": true, "a.b.dockerfile": true,
		".dockerfile": true,

		"Dockerfile.dockerignore": false, "Dockerfile.prod.dockerignore": false, ".dockerignore": false,
		"Dockerfile.md": false, "Dockerfile.j2": false, "Dockerfile.tmpl": false, "Dockerfile.tpl": false,
		"Dockerfile.template": false, "Dockerfile.erb": false, "Dockerfile.orig": false, "Dockerfile.swp": false,
		".Dockerfile.swp": false, "Dockerfile~": false, "Dockerfile.": false, "Dockerfiles": false,
		"MyDockerfile": false, "Dockerfile2": false, "docker-compose.yml": false, "dockerfile.go.tmpl": false,
		"app.dockerfile.md": false, "": false,
	} {
		if got := isDockerfile(name); got != want {
			t.Errorf("%q: %v, want %v", name, got, want)
		}
	}
}

func TestDiffName(t *testing.T) {
	for path, want := range map[string]string{
		"Dockerfile": "Dockerfile", "./a/Dockerfile": "a/Dockerfile", "/srv/a/Dockerfile": "srv/a/Dockerfile",
		"a//b/../Dockerfile": "a/Dockerfile", "<stdin>": "<stdin>",
	} {
		if got := diffName(path); got != want {
			t.Errorf("%q: %q, want %q", path, got, want)
		}
	}
}

func TestSuggest(t *testing.T) {
	known := []string{"check", "rules", "explain", "version", "root-user"}
	for name, want := range map[string]string{
		"chek":      "; did you mean check?",
		"Check":     "; did you mean check?",
		"rootuser":  "; did you mean root-user?",
		"root_user": "; did you mean root-user?",
		"zzzzzz":    "; see above",
		"":          "; see above",
	} {
		if got := suggest(name, known, "see above"); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
