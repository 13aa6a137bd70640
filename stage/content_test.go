package stage

import (
	"strings"
	"testing"
	"testing/fstest"
)

// TestBrings lists what a copy puts below /etc/web, which is a directory.
func TestBrings(t *testing.T) {
	files := fstest.MapFS{
		"web.conf": {Data: []byte("x")}, "web/main.conf": {Data: []byte("x")}, "web/sites/a.conf": {Data: []byte("x")}, "etc/web/b.conf": {Data: []byte("x")},
	}
	isDir := func(name string) bool { return name == "/etc/web" || name == "/etc" || name == "/" }
	for _, tt := range []struct{ src, want string }{
		{"COPY web.conf /etc/web/main.conf", "/etc/web/main.conf=web.conf"},
		{"COPY web.conf /etc/web", "/etc/web/web.conf=web.conf"},
		{"COPY web.conf /etc/web/", "/etc/web/web.conf=web.conf"},
		{"COPY web /etc/web", "/etc/web/main.conf=web/main.conf /etc/web/sites/a.conf=web/sites/a.conf"},
		{"COPY web/*.conf /etc/web/", "/etc/web/main.conf=web/main.conf"},
		{"COPY etc /etc", "/etc/web/b.conf=etc/web/b.conf"},
		{"ADD . /", "/etc/web/b.conf=etc/web/b.conf"},
		{"WORKDIR /etc\nCOPY web.conf web/x.conf", "/etc/web/x.conf=web.conf"},
		{"COPY web.conf /srv/", ""},
		{"COPY web.conf /etc/webs", ""},
		{"COPY <<E /etc/web/h.conf\nx\nE", "/etc/web/h.conf="},
		{"COPY nothere /etc/web/", "?"},
		{"COPY --from=0 web.conf /etc/web/", "?"},
		{"ADD https://example.com/web.conf /etc/web/", "?"},
		{"ADD web.tar.gz /etc/web/", "?"},
		{"ARG D\nCOPY web.conf $D", "?"},
	} {
		g := build(t, "FROM scratch\n"+tt.src+"\n", Options{Context: files})
		s := g.Final()
		got, known := s.Brings(s.Instructions[len(s.Instructions)-1], "/etc/web", isDir)
		var list []string
		for _, b := range got {
			if string(b.Data) != "x" && b.File != "" {
				t.Errorf("%s: the data of %s is %q", tt.src, b.File, b.Data)
			}
			list = append(list, b.Path+"="+b.File)
		}
		if !known {
			list = []string{"?"}
		}
		if text := strings.Join(list, " "); text != tt.want {
			t.Errorf("%s: got %q, want %q", tt.src, text, tt.want)
		}
	}
}
