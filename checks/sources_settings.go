package checks

import (
	"bytes"
	"path"
	"regexp"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

var (
	// dotEnv are the files of dotenv that a mode has: ".env.production".
	dotEnv        = regexp.MustCompile(`^\.env\.[\w.-]+$`)
	dotEnvExample = regexp.MustCompile(`(?i)example|sample|template|dist|test`)
	// settingsDir are directories in which libraries look for settings by a name that
	// no source has: config/production.json.
	settingsDir = regexp.MustCompile(`(^|/)(config|conf|configs|configuration|settings)/`)
	// toolFiles are settings that libraries read by a name of their own: TypeORM,
	// Prisma, Rocket.
	toolFiles = regexp.MustCompile(`^(ormconfig\.\w+|[\w-]+\.prisma|Rocket\.toml)$`)
)

// conventional reports whether a file is one of settings by its name or its directory.
// Those in a directory for settings count where the program is not compiled: they may
// be for the tools of another platform.
func conventional(name string, interpreted bool) bool {
	base := path.Base(name)
	if dotEnv.MatchString(base) {
		return !dotEnvExample.MatchString(base)
	}
	return toolFiles.MatchString(base) || interpreted && settingEnds[path.Ext(base)] && path.Ext(base) != ".conf" && settingsDir.MatchString(name)
}

// startsInterpreter reports whether the image starts a program that is not compiled.
func (p *Pass) startsInterpreter() bool {
	for _, c := range p.started() {
		if interpreters.MatchString(c.Name) && c.Name != "java" || appServers[c.Name] || packageRunner[c.Name] || runners[c.Name] {
			return true
		}
	}
	return false
}

// givenNames are the names of settings files that a variable of the image names, or
// that a copy puts into /etc under whatever name. A server with a recipe has its own
// reader.
func (p *Pass) givenNames() map[string]bool {
	names := map[string]bool{}
	if p.recipe() != nil {
		return names
	}
	for _, t := range p.transfers() {
		if t.From == "" && !t.Dir && below(t.Dest, "/etc") && !systemSettings.MatchString(t.Dest) {
			for _, src := range t.Sources {
				names[path.Base(src)] = true
			}
		}
	}
	for _, s := range p.Graph.Chain() {
		for _, in := range s.Instructions {
			c, ok := in.Cmd.(*instructions.EnvCommand)
			if !ok {
				continue
			}
			for _, kv := range c.Env {
				value, _ := p.Graph.Final().End().ImageEnv(kv.Key)
				if base := path.Base(value); settingEnds[path.Ext(base)] {
					names[base] = true
				}
			}
		}
	}
	return names
}

// systemSettings are those of the distribution and its services, which have readers of
// their own, or none in a container.
var systemSettings = regexp.MustCompile(`^/etc/(apt|apk|yum|dnf|pacman|logrotate|cron|init|systemd|profile|ssl|ssh|pki|pam|sudoers|nginx|apache2|httpd|php|my|mysql|redis|supervisor|rsyslog|security|default|fonts|ld|hosts|passwd|group|shadow|localtime|timezone|resolv|nsswitch|ca-)`)

// keyStack are the keys that a line of a settings file stands below, by indentation or
// by its section.
type keyStack struct {
	section string
	indents []int
	keys    []string
}

var (
	sectionLine = regexp.MustCompile(`^\[+([\w."' -]+)\]+`)
	keyLine     = regexp.MustCompile(`^[\s{[-]*["']?([\w.-]+)["']?\s*[:=]`)
)

// enter takes in a line, and says what it stands below.
func (k *keyStack) enter(line string) string {
	if m := sectionLine.FindStringSubmatch(line); m != nil {
		k.section, k.indents, k.keys = m[1], nil, nil
		return ""
	}
	m := keyLine.FindStringSubmatch(line)
	if m == nil {
		return k.section + "." + strings.Join(k.keys, ".")
	}
	indent := len(line) - len(strings.TrimLeft(line, " \t-"))
	for len(k.indents) > 0 && k.indents[len(k.indents)-1] >= indent {
		k.indents, k.keys = k.indents[:len(k.indents)-1], k.keys[:len(k.keys)-1]
	}
	above := k.section + "." + strings.Join(k.keys, ".")
	k.indents, k.keys = append(k.indents, indent), append(k.keys, m[1])
	return above
}

var (
	settingValue = regexp.MustCompile(`["']?([\w.-]+)["']?\s*[:=]\s*["']?(/[\w.@+/-]+)`)
	placeKey     = regexp.MustCompile(`(?i)(dir|directory|folder|path|root|location|filename|^file)$`)
	urlKey       = regexp.MustCompile(`(?i)(context|base|url|servlet|route|api|public|prefix|health|metrics|mvc|docs|swagger\w*)[-_.]?(path|root)$`)
	dataKey      = regexp.MustCompile(`(?i)(^|[^a-z])(data|db|database|uploads?|logs?|logging|cache|storage|stores?|outputs?|state|media|backups?|exports?|spool|queue|multipart|sqlite|disk|files?|archives?|downloads?|sessions?|persist\w*|snapshots?)([^a-z]|$)`)
	dataPlace    = regexp.MustCompile(`^/(logs?|data|uploads?|store|storage|cache|exports?|backups?|spool|outputs?|state)(/|$)`)
)

// settingPaths lists the paths of a line of a settings file that are places to write
// to, as the keys say that it stands below.
func settingPaths(above, line string) []string {
	var names []string
	for _, at := range settingValue.FindAllStringSubmatchIndex(line, -1) {
		key, name := line[at[2]:at[3]], path.Clean(line[at[4]:at[5]])
		if !placeKey.MatchString(key) || urlKey.MatchString(key) || strings.HasPrefix(line[at[4]:at[5]], "//") {
			continue
		}
		if (topLevel(name) || mountDir.MatchString(name) && !within(name, "/var/tmp")) && (dataKey.MatchString(above+" "+line[:at[3]]) || dataPlace.MatchString(name)) {
			names = append(names, name)
		}
	}
	return names
}

// settingsDoubt judges a settings file by its keys.
func (p *Pass) settingsDoubt(pl *plan, f stage.ProjectFile) *Reason {
	ext := path.Ext(f.Name)
	if !settingEnds[ext] || ext == ".xml" {
		return nil
	}
	var keys keyStack
	stem := strings.TrimSuffix(path.Base(f.Name), ext)
	for i, line := range strings.Split(string(f.Data), "\n") {
		text := strings.TrimSpace(line)
		if text == "" || isComment(f.Name, text) || len(text) > 1000 {
			continue
		}
		above := keys.enter(line)
		if !strings.Contains(text, "/") {
			continue
		}
		for _, name := range settingPaths(stem+"."+above, text) {
			if p.rootsPlace(pl, name) {
				return namesRootsPlace(f, name, i+1)
			}
		}
	}
	return nil
}

func namesRootsPlace(f stage.ProjectFile, name string, n int) *Reason {
	return reason(rootDirectory, f.At, "%s names %s in line %d, in a directory that is root's: the process may have to write there", f.Name, name, n)
}

// rootConstant is the root directory with a name, for paths to be put together.
var rootConstant = regexp.MustCompile(`^(const |let |var |static |final |private |public |String )*\w+\s*(:\s*\w+\s*)?:?=[^=].*["']/["']\)*;?$`)

// exported is the name of a constant that other files may use.
var exported = regexp.MustCompile(`\b([A-Z]\w{2,})\s*(?::\s*[\w<>?]+\s*)?:?=[^=>]`)

// writesExported reports whether a line gives a name to what another file makes, or
// opens to write: "EXPORTS = '/exports'" in settings.py.
func (p *Pass) writesExported(line string) bool {
	m := exported.FindStringSubmatch(line)
	if m == nil {
		return false
	}
	found := false
	wanted := func(file string) bool { return sourceEnds[path.Ext(file)] && !testFile.MatchString(file) }
	p.Graph.ProjectFiles(wanted, func(f stage.ProjectFile) bool {
		found = bytes.Contains(f.Data, []byte(m[1])) && writesNamed(m[1], f.Data, 2)
		return !found
	})
	return found
}

// stayingCopy is a copy that brings a path and that stays root's; nil if there is none.
func (p *Pass) stayingCopy(pl *plan, name string) *parser.Instruction {
	for _, t := range p.transfers() {
		if t.Dest == "" || t.Dest == "/" || !within(name, t.Dest) {
			continue
		}
		if t.Chown != "" || p.wantsChown(t, p.isBelow(t.In, t.Stage, pl.at), pl.who.Home) || givenTo(pl, name) || p.traces().owned(name) || p.opened(name) {
			return nil
		}
		return t.In
	}
	return nil
}
