package registry

import (
	"bytes"
	"strings"
	"testing"

	"github.com/dfharden/dfharden/image"
)

// FuzzLayers puts a layer over another. Whatever is in them, reading ends, what is
// kept is bounded, and what the files say can be told.
func FuzzLayers(f *testing.F) {
	var t testing.T
	for _, entries := range [][]string{
		{"bin/", "bin/sh", "etc/passwd=a:x:1:1::/:\n", "etc/os-release=ID=alpine\n"},
		{"bin->usr/bin", "usr/bin/sh->dash", "etc/.wh.passwd", ".wh..wh..opq"},
		{"etc/group=>etc/passwd", "../../etc/group=x:y:z"},
	} {
		f.Add(packed(&t, entries...), packed(&t, "sbin->bin", "bin/.wh.sh", "etc/group=a:x:5:\n"))
	}
	f.Fuzz(func(t *testing.T, lower, upper []byte) {
		tr := tree{}
		for _, data := range [][]byte{lower, upper} {
			if tr.layer(bytes.NewReader(data)) != nil {
				return
			}
		}
		for name := range tr {
			if strings.HasPrefix(name, "/") || strings.Contains("/"+name+"/", "/../") {
				t.Errorf("a name that leads elsewhere: %q", name)
			}
		}
		files := tr.files()
		var facts image.Facts
		files.apply(&facts)
		if facts.AccountsComplete != files.Accounts || !files.Accounts && facts.Accounts != nil {
			t.Errorf("accounts that are not known: %+v", facts)
		}
	})
}
