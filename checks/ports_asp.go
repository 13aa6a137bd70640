package checks

import (
	"path"
	"regexp"
	"strconv"

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
