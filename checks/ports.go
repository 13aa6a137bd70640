package checks

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// lowPort finds a port below 1024 that the image opens, with its place. Where the
// options say that it needs no privilege there is none to tell of.
func (p *Pass) lowPort() (int, *parser.Instruction) {
	if p.Options.LowPorts {
		return 0, nil
	}
	if port, in, known := p.serverPort(); known {
		return port, in
	}
	left := p.aspElsewhere()
	for _, s := range p.Graph.Chain() {
		for _, in := range s.Instructions {
			c, ok := in.Cmd.(*instructions.ExposeCommand)
			if !ok || left {
				continue
			}
			for _, port := range c.Ports {
				text, known := s.Before(in).Expand(port)
				number, _, _ := strings.Cut(text, "/")
				number, _, _ = strings.Cut(number, "-")
				if n, err := strconv.Atoi(number); known && err == nil && n > 0 && n < 1024 {
					return n, in
				}
			}
		}
	}
	if s := p.Graph.Final(); s.Facts.Kind == image.Server && s.End().Start.Entrypoint == nil {
		for _, n := range s.Facts.Ports {
			if n < 1024 {
				return n, s.Root().From
			}
		}
	}
	for _, name := range portNames {
		if text, ok := p.Graph.Final().End().ImageEnv(name); ok {
			if n, err := strconv.Atoi(text); err == nil && n > 0 && n < 1024 {
				return n, p.setter(name)
			}
		}
	}
	if n := p.aspPort(); n != 0 {
		return n, cmp.Or(p.setter("ASPNETCORE_URLS"), p.setter("ASPNETCORE_HTTP_PORTS"), p.Graph.Final().Root().From)
	}
	for _, c := range p.direct() {
		if n := listens(c); n > 0 && n < 1024 && p.at(c) != nil {
			return n, p.at(c)
		}
	}
	return 0, nil
}

// portNames are variables for the port that a program opens itself. Sources:
// nitro.build/deploy/runtimes/node, docs.spring.io (externalized configuration),
// flask.palletsprojects.com/en/stable/cli, www.uvicorn.org/settings.
var portNames = []string{"PORT", "NITRO_PORT", "SERVER_PORT", "HTTP_PORT", "HTTPS_PORT", "APP_PORT", "WEB_PORT", "LISTEN_PORT", "FLASK_RUN_PORT", "UVICORN_PORT", "GUNICORN_PORT"}

var aspURL = regexp.MustCompile(`:(\d+)`)

// aspPort is a port below 1024 that ASP.NET Core is told to open by its variables, 0
// if there is none. Source: learn.microsoft.com/aspnet/core/fundamentals/servers/kestrel/endpoints.
// The run time without ASP.NET Core has the base's variable too, and does not open it.
func (p *Pass) aspPort() int {
	s := p.Graph.Final()
	if !p.startsProgram("dotnet") || strings.HasSuffix(s.Facts.Name, "/runtime") && p.setter("ASPNETCORE_URLS") == nil {
		return 0
	}
	for _, c := range p.started() {
		if hasPrefix(c, "--urls") {
			return 0 // it wins over all variables, and is looked at as any argument
		}
	}
	if port, ok := p.aspCode(); ok {
		return port
	}
	if text, ok := s.End().ImageEnv("ASPNETCORE_URLS"); ok {
		for _, m := range aspURL.FindAllStringSubmatch(text, -1) {
			if n, _ := strconv.Atoi(m[1]); n > 0 && n < 1024 {
				return n
			}
		}
		return 0 // it wins over the others
	}
	for _, name := range []string{"ASPNETCORE_HTTP_PORTS", "ASPNETCORE_HTTPS_PORTS"} {
		text, _ := s.End().ImageEnv(name)
		for _, port := range strings.Split(text, ";") {
			if n, _ := strconv.Atoi(strings.TrimSpace(port)); n > 0 && n < 1024 {
				return n
			}
		}
	}
	return 0
}

// serverPort is the first port below 1024 that the configuration of the recipe's
// server opens, 0 if it opens none. known is false where that is not read.
func (p *Pass) serverPort() (port int, in *parser.Instruction, known bool) {
	r := p.recipe()
	if r == nil || p.conf().open != nil {
		return 0, nil, false
	}
	for _, o := range p.conf().ports {
		if o.number > 0 && o.number < 1024 {
			return o.number, o.at, true
		}
	}
	return 0, nil, len(p.conf().ports) > 0 && r.Package == nil
}

// setter is the last ENV of a variable.
func (p *Pass) setter(name string) *parser.Instruction {
	var at *parser.Instruction
	for _, s := range p.Graph.Chain() {
		for _, in := range s.Instructions {
			if c, ok := in.Cmd.(*instructions.EnvCommand); ok {
				for _, kv := range c.Env {
					if kv.Key == name {
						at = in
					}
				}
			}
		}
	}
	return at
}

var portArg = regexp.MustCompile(`^(?:--?(?:port|http-port|listen|bind|addr|address|http|server\.port|Dserver\.port)=)?(?:(?:tcp|http|https)://)?(?:[\w.*-]*|\[[0-9a-fA-F:]*\]):(\d{1,3})$|^--?(?:port|http-port|server\.port|Dserver\.port|listen)=(\d{1,3})$`)

// listens finds a port in the arguments of a program: "-p 80", "--port=80",
// "0.0.0.0:80". It returns 0 if there is none below 1000.
func listens(c stage.Call) int {
	for i, a := range c.Args {
		if !strings.ContainsAny(a.Text, ":=") && !strings.HasPrefix(a.Text, "-") {
			continue // what most arguments are
		}
		if m := portArg.FindStringSubmatch(a.Text); m != nil {
			n, _ := strconv.Atoi(m[1] + m[2])
			return n
		}
		switch a.Text {
		case "-p", "--port", "-P", "--http-port", "--listen", "-l":
			if i+1 < len(c.Args) {
				if n, err := strconv.Atoi(c.Args[i+1].Text); err == nil && n < 1024 {
					return n
				}
			}
		}
	}
	if c.Name == "http.server" || c.Has("http.server") {
		for _, op := range c.Operands() {
			if n, err := strconv.Atoi(op.Text); err == nil && n < 1024 {
				return n
			}
		}
	}
	return 0
}
