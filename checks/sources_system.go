package checks

import (
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// systemSign is what a file has at least if systemLine may say something about it.
var systemSign = regexp.MustCompile(`(?i)listen|port\b|bind|socketaddr|server\(\(|0\.0\.0\.0|http://[*+]|docker|sudo|apk|apt|yum|dnf|iptables|/root|/tmp/|systemctl|tcpdump|tshark|dumpcap|arp|hping|masscan|zmap|nmap|netdiscover`)

// listenCode is code or a setting that opens a port; the first group that matches
// is its number. Clients name ports too, so each form is one that only servers use.
var listenCode = []*regexp.Regexp{
	regexp.MustCompile(`\.(?:listen|Listen)\(\s*["']?(\d{1,3})["']?\s*[,)]`),                                                                     // Node, Deno, Actix
	regexp.MustCompile(`["'](?:0\.0\.0\.0|\[::\]|\*)?:(\d{1,3})["'/]`),                                                                           // Go, Rust, gunicorn: an address without a host
	regexp.MustCompile(`["'](?:0\.0\.0\.0|::)["']\s*,\s*(\d{1,3})\b`),                                                                            // Ruby, Swoole, sockets
	regexp.MustCompile(`\(\(\s*["']["']\s*,\s*(\d{1,3})\b`),                                                                                      // sockets of Python; ("", 204) is an answer
	regexp.MustCompile(`["'](?:https?|tcp|ssl|websocket|text)://(?:0\.0\.0\.0|\[::\]|\*|\+):(\d{1,3})\b`),                                        // ASP.NET Core, Workerman, Puma
	regexp.MustCompile(`\[0,\s*0,\s*0,\s*0\],\s*(\d{1,3})\b`),                                                                                    // Rust's SocketAddr
	regexp.MustCompile(`\brun(?:_app|_simple|_server)?\(.*\bport\s*=\s*(\d{1,3})\b`),                                                             // Flask, uvicorn, aiohttp
	regexp.MustCompile(`["']PORT["'\])]*\s*(?:,|\?\?|\|\||\bor\b)\s*["']?(\d{1,3})\b`),                                                           // a default of PORT
	regexp.MustCompile(`\.PORT\s*(?:\?\?|\|\|)\s*["']?(\d{1,3})\b`),                                                                              // the same in JavaScript
	regexp.MustCompile(`^(?:export\s+)?(?:PORT|server\.port|http\.port|micronaut\.server\.port|quarkus\.http\.port)\s*=\s*["']?(\d{1,3})["']?$`), // .env, .properties
	regexp.MustCompile(`\bserve\(\{[^}]*\bport:\s*(\d{1,3})\b`),                                                                                  // Bun, Deno
	regexp.MustCompile(`^set\s*\(?\s*:port,\s*(\d{1,3})\b`),                                                                                      // Sinatra
}

// serverYAML is the port of Spring, Micronaut and Dropwizard in YAML.
var serverYAML = regexp.MustCompile(`(?m)^[ \t]*server:[ \t]*(?:#.*)?\r?\n(?:[ \t]+\S.*\r?\n)*?[ \t]+port:[ \t]*["']?(\d{1,3})["']?[ \t]*\r?$`)

// engineCode speaks to the container engine.
var engineCode = regexp.MustCompile(`\bdocker\.(from_env|DockerClient|APIClient)\b|docker\.sock\b|require\(["']dockerode["']\)|from ["']dockerode["']|client\.(NewClientWithOpts|NewEnvClient)\(|DockerClientBuilder`)

// rootPrograms are programs that only root can do something with.
const rootPrograms = `sudo|apk|apt-get|apt|aptitude|dpkg|yum|dnf|microdnf|iptables|ip6tables|nft|mount|umount|useradd|adduser|usermod|chown|systemctl|service|sysctl|modprobe|shutdown|reboot|crontab|cron|crond|gosu|su-exec`

var rootWords = wordSet(strings.ReplaceAll(rootPrograms, "|", " "))

// callsRoot is code that starts one of them.
var callsRoot = regexp.MustCompile(`(?i)(?:subprocess|popen|system|spawn|exec|command|shell|run|process|backticks?)\w*[.(][^"'` + "`" + `]*["'` + "`" + `](?:/usr)?(?:/s?bin/)?(` + rootPrograms + `)(?:["'` + "`" + `]|\s)`)

// callsRaw is code that starts a program which opens raw sockets.
var callsRaw = regexp.MustCompile(`(?i)(?:subprocess|popen|system|spawn|exec|command|shell|run|process|backticks?)\w*[.(][^"'` + "`" + `]*["'` + "`" + `](?:/usr)?(?:/s?bin/)?(tcpdump|tshark|dumpcap|arp-scan|arping|hping3|masscan|zmap|netdiscover|nmap)\b`)

// rawScan is what nmap is told to do with raw sockets.
var rawScan = regexp.MustCompile(`[ "'](-s[SUAWMOFNXY]|-O)\b`)

// readsSysctl is a call that only prints a setting.
var readsSysctl = regexp.MustCompile(`sysctl (-[nbe]+ )*[\w.]+ *["'\x60]`)

// rootHome is a path below /root in a string.
var rootHome = regexp.MustCompile(`["'` + "`" + `=:\s](/root(?:/[\w.@+-]+)+)`)

// tmpPath is a path below /tmp in a string.
var tmpPath = regexp.MustCompile(`["'` + "`" + `](/tmp/[\w.@+/-]+)`)

// systemLine judges a line of the project's sources by what it asks of the system.
func (p *Pass) systemLine(f stage.ProjectFile, n int, text string) *Reason {
	if port := p.opensLow(text); port != 0 {
		return sourcePort(f, n, port)
	}
	if (strings.Contains(text, "ocker") || strings.Contains(text, "client.New")) && engineCode.MatchString(text) {
		m := engineCode.FindString(text)
		return reason(unknownProgram, f.At, "%s uses %s in line %d: the container engine's socket is root's", f.Name, strings.TrimSuffix(m, "("), n).with("run it with the group of the socket, or leave it as root; then apply the fix with --unsafe-fixes")
	}
	if m := rootCall(text); m != nil && (m[1] != "sysctl" || !readsSysctl.MatchString(text)) {
		return reason(unknownProgram, f.At, "%s starts %s in line %d, which needs root", f.Name, m[1], n).with("do it while the image is built, then apply the fix with --unsafe-fixes")
	}
	if m := callsRaw.FindStringSubmatch(text); m != nil && (m[1] != "nmap" || rawScan.MatchString(text)) {
		return reason(needsCapability, f.At, "%s starts %s in line %d, which opens raw sockets", f.Name, m[1], n)
	}
	if !strings.Contains(text, "/root/") && !strings.Contains(text, "/tmp/") {
		return nil
	}
	if m := rootHome.FindStringSubmatch(text); m != nil {
		return reason(needsRootHome, f.At, "%s names %s in line %d, which only root can enter", f.Name, m[1], n).with("keep the file below the working directory")
	}
	for _, m := range tmpPath.FindAllStringSubmatch(text, -1) {
		if in := p.leftInTmp(path.Clean(m[1])); in != nil {
			return reason(rootWritten, in, "%s names %s in line %d, which the RUN in line %d makes as root: in /tmp nobody else can change it", f.Name, m[1], n, in.Line)
		}
	}
	return nil
}

// rootCall is the match of callsRoot. Most lines have no such program in a string,
// which is seen without it.
func rootCall(text string) []string {
	for rest := text; ; {
		i := strings.IndexAny(rest, "\"'`")
		if i < 0 {
			return nil
		}
		rest = rest[i+1:]
		word := rest[:len(rest)-len(strings.TrimLeft(rest, "/abcdefghijklmnopqrstuvwxyz46-"))]
		if rootWords[path.Base(word)] {
			return callsRoot.FindStringSubmatch(text)
		}
	}
}

func sourcePort(f stage.ProjectFile, n, port int) *Reason {
	return reason(privilegedPort, f.At, "%s opens port %d in line %d, which is below 1024: any user may do that with Docker from 20.10 and containerd from 2.0, but not with CRI-O, older containerd or host networking", f.Name, port, n)
}

// opensLow is the port below 1024 that a line opens, 0 if it opens none or the
// Dockerfile says that ports are open to all, or names another port.
func (p *Pass) opensLow(line string) int {
	if p.Options.LowPorts || p.namesPort() {
		return 0
	}
	if !hasLowNumber(line) {
		return 0
	}
	for _, code := range listenCode {
		if m := code.FindStringSubmatch(line); m != nil {
			return lowNumber(m[1])
		}
	}
	return 0
}

// hasLowNumber reports whether a line has a number of one to three digits.
func hasLowNumber(line string) bool {
	digits := 0
	for i := range len(line) + 1 {
		if i < len(line) && line[i] >= '0' && line[i] <= '9' {
			digits++
			continue
		}
		if digits > 0 && digits < 4 {
			return true
		}
		digits = 0
	}
	return false
}

// serverFile is the port below 1024 that a settings file in YAML gives a server, and
// the line that it stands in.
func (p *Pass) serverFile(f stage.ProjectFile) (port, line int) {
	if ext := path.Ext(f.Name); ext != ".yml" && ext != ".yaml" || p.Options.LowPorts || p.namesPort() {
		return 0, 0
	}
	m := serverYAML.FindSubmatchIndex(f.Data)
	if m == nil {
		return 0, 0
	}
	return lowNumber(string(f.Data[m[2]:m[3]])), 1 + strings.Count(string(f.Data[:m[2]]), "\n")
}

// homeCode asks for the home directory, or for the account's name, which there is
// none of.
var homeCode = regexp.MustCompile(`\bos\.User(Home|Cache|Config)Dir\(|\buser\.Current\(|\bPath\.home\(|expanduser\(|\bhomedir\(|user\.home\b|dirs::(home|cache|config|data)\w*\(|SpecialFolder\.(UserProfile|ApplicationData|LocalApplicationData)|getpass\.getuser\(|user\.name["']`)

// wantsHome is the line of a file in which the program asks for its home, where the
// image has no account to have one; 0 if it does not.
func (p *Pass) wantsHome(pl *plan, f stage.ProjectFile) int {
	if pl.who.Home != "" || p.setter("HOME") != nil {
		return 0
	}
	at := homeCode.FindIndex(f.Data)
	if at == nil {
		return 0
	}
	return 1 + strings.Count(string(f.Data[:at[0]]), "\n")
}

// settingEnds are endings of files that say how a program runs.
var settingEnds = wordSet(`.yaml .yml .toml .json .xml .conf .cfg .ini .config .hocon .properties .env`)

// namedSettings are the names of the settings files that the command names.
// A server with a recipe has its own reader.
func (p *Pass) namedSettings() map[string]bool {
	names := map[string]bool{}
	if p.recipe() != nil {
		return names
	}
	for _, c := range p.started() {
		for _, a := range c.Args {
			if base := path.Base(a.Text[strings.LastIndexByte(a.Text, '=')+1:]); settingEnds[path.Ext(base)] && base != "package.json" {
				names[base] = true
			}
		}
	}
	return names
}

func lowNumber(text string) int {
	if n, err := strconv.Atoi(text); err == nil && n < 1024 {
		return n // 0 is any port
	}
	return 0
}

// namesPort reports whether the Dockerfile itself says which port the program opens:
// by EXPOSE or by PORT. lowPort has looked at it.
func (p *Pass) namesPort() bool {
	if _, ok := p.Graph.Final().End().ImageEnv("PORT"); ok {
		return true
	}
	for _, s := range p.Graph.Chain() {
		for _, in := range s.Instructions {
			if _, ok := in.Cmd.(*instructions.ExposeCommand); ok {
				return true
			}
		}
	}
	return false
}

// leftInTmp is the RUN that makes a file in /tmp and leaves it there.
func (p *Pass) leftInTmp(name string) *parser.Instruction {
	tr := p.traces()
	for _, m := range tr.made {
		if m.File && m.Path == name && !tr.gone(m) && !tr.owned(name) {
			return m.At
		}
	}
	return nil
}
