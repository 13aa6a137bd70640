package checks

import (
	"strings"
	"testing"

	"github.com/dfharden/dfharden/stage"
)

func TestExtractDir(t *testing.T) {
	for _, tt := range []struct{ args, want string }{
		{"-xzf a.tgz", "/here"},
		{"-xzf a.tgz -C /opt", "/opt"},
		{"-xzC /opt --strip-components 2", "/opt"},
		{"-xf a.tgz -C/opt", "/opt"},
		{"-xf a.tgz --directory=/opt", "/opt"},
		{"-xf a.tgz --directory /opt", "/opt"},
		{"xzf a.tgz -C dist", "/here/dist"},
		{"xzC /opt", "/opt"},
		{"xzfC a.tgz /opt", "/opt"},
		{"xzCf /opt a.tgz", "/opt"},
		{"xzf Code.tgz", "/here"},
	} {
		c := stage.Call{Dir: "/here"}
		for _, w := range strings.Fields(tt.args) {
			c.Args = append(c.Args, stage.Arg{Text: w, Known: true})
		}
		if got := extractDir(c); got != tt.want {
			t.Errorf("tar %s unpacks to %q, want %q", tt.args, got, tt.want)
		}
	}
}
