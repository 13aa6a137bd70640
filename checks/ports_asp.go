package checks

import (
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/dfharden/dfharden/stage"
)

// aspListens is code, and a setting of Kestrel's, that names the port that a program of
// ASP.NET opens. It wins over the variables. Source: learn.microsoft.com,
// aspnet/core/fundamentals/servers/kestrel/endpoints and host/web-host (UseUrls). What
// listens on localhost is for development.
var (
	aspListens = regexp.MustCompile(`(?m)^[^/\n]*(?:(?:\bUseUrls|\bHttpServer|\bUrls\.Add|\bapp\.Run(?:Async)?)\s*\(\s*"https?://(?:[*+]|0\.0\.0\.0|\[::\]):(\d+)|\bListen(?:AnyIP|\s*\(\s*IPAddress\.\w+\s*,)\s*\(?\s*(\d+))`)
	aspKestrel = regexp.MustCompile(`"Kestrel"\s*:\s*\{\s*"Endpoints"\s*:\s*\{\s*"\w+"\s*:\s*\{\s*"Url"\s*:\s*"https?://(?:[*+]|0\.0\.0\.0|\[::\]):(\d+)"`)
)

// aspCode is the port that the project's own sources name, the lowest if there are
// several. ok is false where they name none, or are not there to read.
func (p *Pass) aspCode() (port int, ok bool) {
	wanted := func(name string) bool {
		return path.Ext(name) == ".cs" && !testFile.MatchString(name) || path.Base(name) == "appsettings.json"
	}
	p.Graph.ProjectFiles(wanted, func(f stage.ProjectFile) bool {
		sign := aspListens
		if path.Ext(f.Name) != ".cs" {
			sign = aspKestrel
		}
		for _, m := range sign.FindAllSubmatch(f.Data, -1) {
			text := string(m[1])
			if len(m) > 2 {
				text += string(m[2])
			}
			if n, err := strconv.Atoi(text); err == nil && (!ok || n < port) {
				port, ok = n, true
			}
		}
		return true
	})
	if port >= 1024 {
		port = 0
	}
	return port, ok
}

// aspPinned are the endpoints of Kestrel in appsettings.json, which win over what the
// image and whoever starts it say, and so over a port of EXPOSE that is left over. The
// names of settings are in any case.
var aspPinned = regexp.MustCompile(`(?i)"Kestrel"\s*:\s*\{\s*"Endpoints"\s*:\s*\{(\s*"\w+"\s*:\s*\{\s*"Url"\s*:\s*"https?://[^"/:]+:\d{4,5}"\s*\}\s*,?)+\s*\}`)

// aspElsewhere reports whether a program of ASP.NET is known to open ports above 1023
// alone: its settings name them, and no code names others.
func (p *Pass) aspElsewhere() (pinned bool) {
	if !p.startsProgram("dotnet") {
		return false
	}
	code := false
	wanted := func(name string) bool {
		return path.Ext(name) == ".cs" || strings.HasPrefix(path.Base(name), "appsettings.")
	}
	p.Graph.ProjectFiles(wanted, func(f stage.ProjectFile) bool {
		above := aspPinned.Match(f.Data)
		if f.Name == "appsettings.json" {
			pinned = above
		} else {
			code = aspAddresses.Match(f.Data) && !above
		}
		return !code
	})
	return pinned && !code
}

// aspAddresses is code, or settings for one environment, that add addresses to those of
// the settings.
var aspAddresses = regexp.MustCompile(`(?i:"Kestrel")|\b(UseUrls|UseKestrel|ConfigureKestrel|ListenAnyIP|ListenLocalhost|Urls\.Add|HttpListener)\b|\.(Run|RunAsync|Listen)\(\s*[^)\s]`)
