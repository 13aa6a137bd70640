package checks

import "testing"

// What GNU sed 4.9 answers to the same; false stands for what is not taken on.
func TestSedApply(t *testing.T) {
	for _, c := range []struct {
		script, text string
		extended     bool
		want         string
		ok           bool
	}{
		{`s/80/8080/`, "Listen 80 80", false, "Listen 8080 80", true},
		{`s/80/8080/g`, "Listen 80 80", false, "Listen 8080 8080", true},
		{`s/^Listen .*/Listen 8080/`, "# Listen 1\nListen 80", false, "# Listen 1\nListen 8080", true},
		{`s,listen  *80;,listen 8080;,`, "    listen       80;", false, "    listen 8080;", true},
		{`s/listen\s\+80;/listen 8080;/`, "listen   80;", false, "listen 8080;", true},
		{`s/listen\s+80;/listen 8080;/`, "listen   80;", false, "listen   80;", true},
		{`s/listen\s+80;/listen 8080;/`, "listen   80;", true, "listen 8080;", true},
		{`s/\(listen\) \([0-9]*\)/\1 80\2/`, "listen 80;", false, "listen 8080;", true},
		{`s/(listen) ([0-9]*)/\1 80\2/`, "listen 80;", true, "listen 8080;", true},
		{`s/(listen)/x/`, "(listen)", false, "x", true},
		{`s!/var/www!${ROOT}/&!`, "DocumentRoot /var/www", false, "DocumentRoot ${ROOT}//var/www", true},
		{`s/LISTEN/bind/I`, "listen 80", false, "bind 80", true},
		{`s/a\/b/c/`, "a/b", false, "c", true},
		{`/^#/d;s/80/81/`, "# 80\nport 80", false, "port 81", true},
		{`/^listen = /clisten = 9000; x`, "# listen = 1\nlisten = /run/x", false, "# listen = 1\nlisten = 9000; x", true},
		{"/a/c  b\n/b/d", "a\nc", false, "", false},
		{`/a/c\`, "a", false, "", false},
		{"s/a/b/\ns/c/d/", "a c", false, "b d", true},
		{`2d`, "a\nb", false, "", false},
		{`s/a/b/w out`, "a", false, "", false},
		{`s/a/b/2`, "a a", false, "", false},
		{`y/a/b/`, "a", false, "", false},
		{`s/[/b/`, "a", false, "", false},
		{`s/a`, "a", false, "", false},
	} {
		got, ok := sedApply(c.script, c.text, c.extended)
		if ok != c.ok || ok && got != c.want {
			t.Errorf("sedApply(%q, %q, %v) = %q, %v; want %q, %v", c.script, c.text, c.extended, got, ok, c.want, c.ok)
		}
	}
}

func FuzzSedApply(f *testing.F) {
	f.Add(`s/\(a\)/\1/g;/b/d`, "a\nb", false)
	f.Add(`s!(a|b)+!&!I`, "ab", true)
	f.Fuzz(func(_ *testing.T, script, text string, extended bool) {
		sedApply(script, text, extended) // must not panic, and must end
	})
}
