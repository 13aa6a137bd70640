package checks

import (
	"path"
	"strings"

	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/stage"
)

// nginxBuild is what one build of nginx has compiled in, and what its package or its
// image ships.
type nginxBuild struct {
	Dir    string            // of its configuration, with nginx.conf
	Own    map[string]string // the files there, and in Sites: for each what in it counts
	Sites  string            // another directory of its configuration; "" if there is none
	Prefix string            // of names that are not absolute
	Pid    touch
	Temp   []string // directories in which it makes its temporary ones, or those themselves
	Logs   string   // the directory of its logs, access.log and error.log by default
	Open   string   // a directory of the image for temporary ones
	Linked bool     // those two are links to the container's output
	Made   bool     // the package makes those two, closed to others
	Image  bool     // an image of nginx's own, whose recipe says what else it needs
}

// nginxImage is that of the official image.
var nginxImage = nginxBuild{
	Dir: "/etc/nginx", Own: nginxOwn, Prefix: "/etc/nginx", Pid: touch{Path: "/run/nginx.pid", File: true, New: true},
	Logs: "/var/log/nginx", Linked: true, Image: true,
}

// nginxOrg is the package of nginx.org, for all distributions. Source: nginx/pkg-oss,
// debian/debian/rules and nginx.postinst.in, rpm/SPECS/nginx.spec.in.
var nginxOrg = nginxBuild{
	Dir: "/etc/nginx", Own: nginxOwn, Prefix: "/etc/nginx", Pid: touch{Path: "/run/nginx.pid", File: true, New: true},
	Temp: []string{"/var/cache/nginx"}, Logs: "/var/log/nginx", Made: true,
}

// nginxDebian is Debian's package, and Ubuntu's. Source: debian/rules, nginx-common.postinst
// of salsa.debian.org/nginx-team/nginx; tried with 1.22.
var nginxDebian = nginxBuild{
	Dir: "/etc/nginx", Prefix: "/usr/share/nginx", Pid: touch{Path: "/run/nginx.pid", File: true, New: true},
	Temp: []string{"/var/lib/nginx"}, Logs: "/var/log/nginx", Made: true,
	Own: with(nginxParams, map[string]string{
		"/etc/nginx/nginx.conf":                "user www-data; pid /run/nginx.pid; error_log /var/log/nginx/error.log; include /etc/nginx/modules-enabled/*.conf;\nevents { }\nhttp { include /etc/nginx/mime.types; access_log /var/log/nginx/access.log; include /etc/nginx/conf.d/*.conf; include /etc/nginx/sites-enabled/*; }\n",
		"/etc/nginx/sites-enabled/default":     "server { listen 80 default_server; listen [::]:80 default_server; }\n",
		"/etc/nginx/sites-available/default":   "server { listen 80 default_server; listen [::]:80 default_server; }\n",
		"/etc/nginx/proxy_params":              "",
		"/etc/nginx/snippets/fastcgi-php.conf": "",
	}),
}

// nginxRedHat is that of Fedora, Red Hat and EPEL. Source: src.fedoraproject.org/rpms/nginx,
// nginx.spec and nginx.conf.
var nginxRedHat = nginxBuild{
	Dir: "/etc/nginx", Prefix: "/usr/share/nginx", Pid: touch{Path: "/run/nginx.pid", File: true, New: true},
	Temp: []string{"/var/lib/nginx", "/var/lib/nginx/tmp"}, Logs: "/var/log/nginx",
	Own: with(nginxParams, map[string]string{
		"/etc/nginx/nginx.conf": "user nginx; error_log /var/log/nginx/error.log notice; pid /run/nginx.pid;\nevents { }\nhttp { access_log /var/log/nginx/access.log main; include /etc/nginx/mime.types; include /etc/nginx/conf.d/*.conf; server { listen 80; listen [::]:80; include /etc/nginx/default.d/*.conf; } }\n",
	}),
}

// nginxAlpine is Alpine's. Source: main/nginx/APKBUILD, nginx.conf and default.conf of aports.
var nginxAlpine = nginxBuild{
	Dir: "/etc/nginx", Prefix: "/var/lib/nginx", Pid: touch{Path: "/run/nginx"},
	Temp: []string{"/var/lib/nginx", "/var/lib/nginx/tmp"}, Logs: "/var/log/nginx",
	Own: with(nginxParams, map[string]string{
		"/etc/nginx/nginx.conf":          "user nginx; error_log /var/log/nginx/error.log warn; include /etc/nginx/modules/*.conf; include /etc/nginx/conf.d/*.conf;\nevents { }\nhttp { include /etc/nginx/mime.types; access_log /var/log/nginx/access.log main; include /etc/nginx/http.d/*.conf; }\n",
		"/etc/nginx/http.d/default.conf": "server { listen 80 default_server; listen [::]:80 default_server; }\n",
	}),
}

// nginxOpenResty is OpenResty's own image: nginx below a prefix, with sites elsewhere.
// Its temporary directories are below the prefix where the configuration does not
// name those of the image.
var nginxOpenResty = func() *nginxBuild {
	b := nginxBelow("/usr/local/openresty/nginx")
	b.Linked, b.Open, b.Sites = true, "/var/run/openresty", "/etc/nginx/conf.d"
	b.Own[b.Dir+"/nginx.conf"] = "events { }\nhttp { include mime.types; client_body_temp_path /var/run/openresty/nginx-client-body; include /etc/nginx/conf.d/*.conf; }\n"
	b.Own["/etc/nginx/conf.d/default.conf"] = "server { listen 80; }\n"
	return b
}()

// nginxParams are the files that every build ships, and that hold nothing that counts.
var nginxParams = map[string]string{
	"/etc/nginx/mime.types": "", "/etc/nginx/fastcgi_params": "", "/etc/nginx/scgi_params": "", "/etc/nginx/uwsgi_params": "", "/etc/nginx/fastcgi.conf": "",
}

// below are the files of a build in one directory.
func (b *nginxBuild) below(dir string) map[string]string {
	out := map[string]string{}
	for name, text := range b.Own {
		if within(name, dir) {
			out[name] = text
		}
	}
	return out
}

func with(a, b map[string]string) map[string]string {
	out := make(map[string]string, len(a)+len(b))
	for name, text := range a {
		out[name] = text
	}
	for name, text := range b {
		out[name] = text
	}
	return out
}

// nginxOf is the build that the image starts; nil if it is not known.
func (p *Pass) nginxOf(c stage.Call) *nginxBuild {
	if strings.Contains(c.Path, "/") && c.Path != "/usr/sbin/nginx" {
		return p.nginxCompiled(c.Path)
	}
	distro, _ := p.Graph.Final().Distro()
	from := p.installedFrom("nginx")
	switch {
	case from == nil:
		return nil
	case p.runsName("nginx.org/packages"):
		return &nginxOrg
	case distro == image.Debian || distro == image.Ubuntu:
		return &nginxDebian
	case distro == image.Fedora || distro == image.RHEL:
		return &nginxRedHat
	case distro == image.Alpine:
		return &nginxAlpine
	}
	return nil
}

// nginxCompiled is the build that a RUN of the image makes from source, by the
// options of its configure: `--prefix` and nothing else that moves a file.
func (p *Pass) nginxCompiled(program string) *nginxBuild {
	prefix, ok := strings.CutSuffix(program, "/sbin/nginx")
	if !ok {
		return nil
	}
	for _, in := range p.runs() {
		for _, c := range p.calls(in) {
			if c.Name != "configure" && !c.Has("./configure") || !strings.Contains(path.Base(c.Dir), "nginx") || !c.Always {
				continue
			}
			at := "/usr/local/nginx"
			for _, a := range c.Args {
				name, value, _ := strings.Cut(a.Text, "=")
				switch {
				case name == "--prefix" && a.Known:
					at = path.Clean(value)
				case strings.HasSuffix(name, "-path") || name == "--builddir":
					return nil
				}
			}
			if at == prefix {
				return nginxBelow(prefix)
			}
		}
	}
	return nil
}

// nginxBelow is a build with the defaults of nginx's own configure below a prefix.
// Source: auto/init, auto/options and auto/install of nginx.
func nginxBelow(prefix string) *nginxBuild {
	b := &nginxBuild{Dir: prefix + "/conf", Prefix: prefix, Pid: touch{Path: prefix + "/logs/nginx.pid", File: true, New: true}, Logs: prefix + "/logs", Own: map[string]string{}}
	for name := range nginxParams {
		b.Own[prefix+"/conf/"+path.Base(name)] = ""
	}
	b.Own[b.Dir+"/nginx.conf"] = "events { }\nhttp { include mime.types; server { listen 80; } }\n"
	for _, what := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		b.Temp = append(b.Temp, prefix+"/"+what+"_temp")
	}
	return b
}
