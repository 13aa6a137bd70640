package checks

import "testing"

func TestNginxParse(t *testing.T) {
	for text, want := range map[string]string{
		"":                                          "",
		"user nginx; # root;\npid /tmp/x.pid;":      "user(nginx) pid(/tmp/x.pid)",
		"http { server { listen 80; } }":            "http{server{listen(80)}}",
		"server{listen 80;}":                        "server{listen(80)}",
		"return 200 \"a; {b}\";":                    "return(200,a; {b})",
		"set $x '${y}';":                            "set($x,${y})",
		"root ${ROOT}/html;":                        "root(${ROOT}/html)",
		`rewrite ^/a{2}$ /b;`:                       "?",
		`rewrite "^/a{2}$" /b;`:                     "rewrite(^/a{2}$,/b)",
		`log_format m '"$request" \'x\'';`:          `log_format(m,"$request" 'x')`,
		"map $a $b { default 1; }":                  "map($a,$b){default(1)}",
		"events { }":                                "events{}",
		"a_by_lua_block { t = {} -- }\nb('}') } x;": "a_by_lua_block( t = {} -- }\nb('}') ) x",
		"a_by_lua_block { t = {}":                   "?",
		"server {":                                  "?",
		"}":                                         "?",
		"listen 80":                                 "?",
		"; listen 80;":                              "?",
		"'open":                                     "?",
	} {
		list, ok := nginxParse(text)
		got := "?"
		if ok {
			got = show(list)
		}
		if got != want {
			t.Errorf("nginxParse(%q) = %s; want %s", text, got, want)
		}
	}
}

func show(list []directive) string {
	out := ""
	for i, d := range list {
		if i > 0 {
			out += " "
		}
		out += d.name
		for j, a := range d.args {
			out += map[bool]string{true: "(", false: ","}[j == 0] + a
		}
		if len(d.args) > 0 {
			out += ")"
		}
		if d.block != nil {
			out += "{" + show(d.block) + "}"
		}
	}
	return out
}

func FuzzNginxParse(f *testing.F) {
	f.Add("server { listen 80; location ~ \"a{2}\" { return 200 'x'; } } # end")
	f.Fuzz(func(_ *testing.T, text string) {
		nginxParse(text) // must not panic, and must end
	})
}
