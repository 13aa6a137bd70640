package stage

import (
	"testing"
	"testing/fstest"
)

func TestClosedFile(t *testing.T) {
	files := fstest.MapFS{
		"open.txt":         {Mode: 0o644},
		"closed.txt":       {Mode: 0o600},
		"dir/open.txt":     {Mode: 0o644},
		"dir/key.pem":      {Mode: 0o640},
		".git/config":      {Mode: 0o600},
		"other/script.sh":  {Mode: 0o755},
		"other/readme.txt": {Mode: 0o644},
	}
	tests := []struct {
		sources []string
		want    string
	}{
		{[]string{"open.txt"}, ""},
		{[]string{"closed.txt"}, "closed.txt"},
		{[]string{"open.txt", "./closed.txt"}, "closed.txt"},
		{[]string{"/dir"}, "dir/key.pem"},
		{[]string{"other/"}, ""},
		{[]string{"nothere"}, ""},
		{[]string{"."}, "closed.txt"},
	}
	g := build(t, "FROM scratch\n", Options{Context: files})
	for _, tt := range tests {
		if got := g.ClosedFile(tt.sources); got != tt.want {
			t.Errorf("%v: got %q, want %q", tt.sources, got, tt.want)
		}
	}
	if got := build(t, "FROM scratch\n", Options{}).ClosedFile([]string{"closed.txt"}); got != "" {
		t.Errorf("without a context: got %q", got)
	}
}

// TestContextFile finds what is at a path of the image among what COPY brings.
func TestContextFile(t *testing.T) {
	files := fstest.MapFS{
		"start.sh": {Data: []byte("x")}, "bin/run.sh": {Data: []byte("x")}, "app/a/b.sh": {Data: []byte("x")},
	}
	tests := []struct{ src, path, want string }{
		{"COPY start.sh /start.sh", "/start.sh", "start.sh"},
		{"COPY start.sh /srv/", "/srv/start.sh", "start.sh"},
		{"COPY start.sh /srv/other.sh", "/srv/other.sh", "start.sh"},
		{"COPY bin /usr/local/bin", "/usr/local/bin/run.sh", "bin/run.sh"},
		{"COPY bin/*.sh /usr/local/bin/", "/usr/local/bin/run.sh", "bin/run.sh"},
		{"WORKDIR /srv\nCOPY . .", "/srv/app/a/b.sh", "app/a/b.sh"},
		{"COPY app /srv/app\nRUN chmod +x /srv/app/a/b.sh", "/srv/app/a/b.sh", "app/a/b.sh"},
		{"COPY start.sh /start.sh\nRUN sed -i s/a/b/ /start.sh", "/start.sh", ""},
		{"COPY start.sh /start.sh\nRUN echo x >> /start.sh", "/start.sh", ""},
		{"COPY --from=0 start.sh /start.sh", "/start.sh", ""},
		{"COPY nothere.sh /start.sh", "/start.sh", ""},
		{"ADD https://example.com/start.sh /start.sh", "/start.sh", ""},
		{"COPY ../start.sh /start.sh", "/start.sh", "start.sh"}, // builders cut the dots as well
	}
	for _, tt := range tests {
		g := build(t, "FROM debian:bookworm-slim\n"+tt.src+"\n", Options{Context: files})
		if got, _, _ := g.ContextFile(tt.path); got != tt.want {
			t.Errorf("%q: %s is %q, want %q", tt.src, tt.path, got, tt.want)
		}
	}
}
