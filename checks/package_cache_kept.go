package checks

import (
	"fmt"
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

func init() {
	register(&Rule{
		ID:       "package-cache-kept",
		Summary:  "a package manager's cache stays in a layer",
		Control:  AttackSurface,
		Severity: Info,
		Safety:   Safe,
		Why: "Package lists and downloaded packages are of no use in the finished image, make it larger, and let scanners and intruders read what can be installed. What a later RUN removes is still in the layer\n" +
			"below it.",
		Silent: "The same RUN removes the cache, the option or variable that turns it off is set, or a cache mount holds it. A build stage. npm and pip in a directory of their own (`--cache`, `--cache-dir`).",
		FixSafety: "*Safe* for `apk add`: `--no-cache`. For the others there is no fix, since it would be a change of the RUN's own commands; nor where `apk update` stands in the same RUN, which leaves its\n" +
			"lists whatever `apk add` does.",
		Refs: []string{
			"Docker: https://docs.docker.com/build/building/best-practices/#apt-get", "Docker: https://docs.docker.com/build/cache/optimize/#use-cache-mounts",
			"hadolint: DL3009, DL3019, DL3032, DL3036, DL3040, DL3042", "trivy: DS-0015, DS-0019, DS-0020, DS-0025, DS-0027",
			"KICS: df746b39-6564-4fed-bf85-e9c44382303c, ae9c56a6-3ed1-4ac0-9b54-31267f51151d, 00481784-25aa-4a55-8633-3136dfcf4f37, 295acb63-9246-4b21-b441-7c1f1fb62dc0, 38300d1a-feb2-4a48-936a-d1ef1cd24313, f2f903fb-b977-461e-98d7-b3e2185c6118",
			"tally: prefer-package-cache-mounts",
		},
		Run: packageCacheKept,
	})
}

func packageCacheKept(p *Pass) {
	p.image(func(s *stage.Stage, in *parser.Instruction) {
		if in.Name != "run" {
			return
		}
		calls := s.Calls(in)
		seen := map[string]bool{}
		for i, c := range calls {
			k := cacheOf(c)
			if k == nil || seen[k.dirs[0]] || k.off(c) || k.cleaned(calls[i:], in) || k.variable(s.Before(in), c) {
				continue
			}
			seen[k.dirs[0]] = true
			f := Finding{Span: c.Span, Message: fmt.Sprintf("%s leaves %s in the layer: %s", spokenCall(c), k.what, k.advice)}
			if c.Name == "apk" {
				p.withoutCache(&f, in, calls)
			}
			p.Report(f)
		}
	})
}

// spokenCall is a call as people speak of it: "apt-get update", "pip install".
func spokenCall(c stage.Call) string {
	name := c.Name
	if strings.HasPrefix(name, "python") {
		name = "pip"
	}
	for _, a := range c.Args {
		if a.Known && cacheVerbs[a.Text] {
			return name + " " + a.Text
		}
	}
	return name
}

var cacheVerbs = wordSet(`add update upgrade install i ci in groupinstall localinstall dist-upgrade`)

// cache is what a package manager leaves behind.
type cache struct {
	what, advice string
	dirs         []string // where; the first is what has to go
	verbs        string   // subcommands that leave it
	options      string   // that turn it off
	env          string   // variables that turn it off, or move it elsewhere
	clean        string   // subcommands that remove it
}

// caches by program. Sources: apk(8), apt-get(8), yum(8), dnf(8), zypper(8), pip's
// user guide ("Caching"), npm's documentation of "cache".
var caches = map[string]*cache{
	"apk": {"its package index", "add --no-cache", []string{"/var/cache/apk"}, "add update upgrade", "--no-cache", "", ""},
	"apt": {"its package lists", "remove /var/lib/apt/lists/* in the same RUN, or give /var/lib/apt a cache mount", []string{"/var/lib/apt/lists"}, "update", "", "", "distclean dist-clean"},
	"yum": {"its cache", "call clean all in the same RUN, or give /var/cache a cache mount", []string{"/var/cache/yum", "/var/cache/dnf", "/var/cache/libdnf5"}, "install update upgrade groupinstall localinstall", "--setopt=keepcache=0", "", "clean"},
	"zyp": {"its cache", "call zypper clean -a in the same RUN, or give /var/cache/zypp a cache mount", []string{"/var/cache/zypp"}, "install in update up refresh ref", "--no-cache", "", "clean cc"},
	"pip": {"what it downloaded", "add --no-cache-dir, or give /root/.cache/pip a cache mount", []string{"/root/.cache/pip", "~/.cache/pip"}, "install", "--no-cache-dir --cache-dir", "PIP_NO_CACHE_DIR PIP_CACHE_DIR", "purge"},
	"npm": {"what it downloaded", "call npm cache clean --force in the same RUN, or give /root/.npm a cache mount", []string{"/root/.npm", "~/.npm"}, "install i ci", "--cache", "npm_config_cache NPM_CONFIG_CACHE", "cache"},
}

var cachePrograms = map[string]string{
	"apk": "apk", "apt-get": "apt", "apt": "apt", "aptitude": "apt", "yum": "yum", "dnf": "yum", "dnf5": "yum", "microdnf": "yum", "tdnf": "yum", "zypper": "zyp",
	"pip": "pip", "pip3": "pip", "pip2": "pip", "npm": "npm",
}

// cacheOf is the cache that a call fills, nil if it fills none.
func cacheOf(c stage.Call) *cache {
	program := cachePrograms[c.Name]
	if strings.HasPrefix(c.Name, "python") && c.Has("-m") && c.Has("pip") {
		program = "pip"
	}
	k := caches[program]
	if k == nil || c.Func != "" && !c.Always || !c.Has(strings.Fields(k.verbs)...) {
		return nil
	}
	if program == "pip" && c.Has("--help") || program == "npm" && c.Sub() == "run" {
		return nil
	}
	return k
}

// off reports whether an option of the call turns the cache off.
func (k *cache) off(c stage.Call) bool {
	for _, option := range strings.Fields(k.options) {
		if c.Has(option) || hasPrefix(c, option+"=") {
			return true
		}
	}
	return false
}

// cleaned reports whether the RUN removes the cache, or a mount holds it.
func (k *cache) cleaned(calls []stage.Call, in *parser.Instruction) bool {
	for _, dir := range k.dirs {
		if mounted(in, dir) {
			return true
		}
		home := strings.TrimPrefix(strings.TrimPrefix(dir, "/root"), "~")
		for _, c := range calls {
			for _, a := range c.Args {
				if c.Name == "rm" && home != dir && strings.HasPrefix(home, "/.") && strings.Contains(a.Text, home[:strings.IndexByte(home[1:]+"/", '/')+1]) {
					return true
				}
			}
		}
		if removes(calls, dir) {
			return true
		}
	}
	for _, c := range calls {
		same := caches[cachePrograms[c.Name]] == k || c.Has("pip") && k == caches["pip"]
		if same && k.clean != "" && c.Has(strings.Fields(k.clean)...) && (k != caches["npm"] || c.Has("clean", "rm")) {
			return true
		}
	}
	return false
}

// variable reports whether a variable turns the cache off.
func (k *cache) variable(st stage.State, c stage.Call) bool {
	for _, name := range strings.Fields(k.env) {
		if text, known := st.Env(name); known && text != "" {
			return true
		}
		for _, a := range c.Assigns {
			if a.Name == name {
				return true
			}
		}
	}
	return false
}

// withoutCache is the fix for apk: --no-cache for every `apk add` of the RUN.
func (p *Pass) withoutCache(f *Finding, in *parser.Instruction, calls []stage.Call) {
	fix := &Fix{Message: "add --no-cache", Safety: Safe}
	for _, c := range calls {
		if c.Name != "apk" || c.Has("--no-cache") || c.Manager() == "" || c.Sub() == "del" {
			continue
		}
		word, ok := verb(c)
		if !ok {
			f.Message += "; apk update is not needed then"
			return
		}
		e, ok := p.behindWord(in, word, "--no-cache")
		if !ok {
			return
		}
		fix.Edits = append(fix.Edits, e)
	}
	if net, ok := in.Flag("network"); ok && net.Value == "none" {
		f.Withheld = reason(offline, in, "the RUN has no network, and --no-cache fetches the index")
		return
	}
	f.Fix = fix
}
