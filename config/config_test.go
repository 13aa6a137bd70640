package config

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/google/jsonschema-go/jsonschema"

	"github.com/dfharden/dfharden/checks"
	"github.com/dfharden/dfharden/image"
)

const full = `# What a project may say.
user: {name: app, uid: 10001, gid: 10002, home: /srv/app, shell: /bin/false, named: true}
uid-policy: {uid: 10000-20000, gid: 10000-}
fail-on: error
pedantic: true
rules:
  root-user: warning
  apk-present: off
exclude: [testdata/, "*.tmp"]
target: prod
low-ports: allowed
images:
  registry.example.com/base: debian:bookworm
  registry.example.com/app:2:
    like: alpine:3.20
    distro: alpine
    tools: busybox
    user: app
    uid: 5000
    gid: 5000
    accounts: [{name: app, uid: 5000, gid: 5000, home: /app}]
    workdir: /app
    entrypoint: [/app/start]
    cmd: [serve]
    command: program
    drops: app
    volumes: [/data]
    ports: [8080]
  example.com/plain: {distro: ubuntu, user: 1000:1000}
mirrors: {docker.io: mirror.example.com/hub, "quay.io": mirror.example.com:5000/quay}
`

func TestParse(t *testing.T) {
	c, err := Parse("x.yaml", []byte(full))
	if err != nil {
		t.Fatal(err)
	}
	app := c.Images["registry.example.com/app:2"]
	if app.User != "app" || app.UID != 5000 || app.GID != 5000 || !app.UserIDs || app.Distro != image.Alpine || app.Apk != image.Yes || app.WorkDir != "/app" ||
		app.Evidence != "configuration: x.yaml:14" || len(app.Accounts) < 2 {
		t.Errorf("%+v", app)
	}
	base := c.Images["registry.example.com/base"]
	if base.Distro != image.Debian || !base.UserSet || base.User != "" || base.Tools != image.ShadowTools || base.Evidence != "configuration: x.yaml:13" {
		t.Errorf("%+v", base)
	}
	plain := c.Images["example.com/plain"]
	if plain.Distro != image.Ubuntu || plain.Tools != image.ShadowTools || plain.UID != 1000 || !plain.UserIDs || plain.WorkDir != "" {
		t.Errorf("%+v", plain)
	}
	c.Images, c.at = nil, nil
	want := &Config{
		Path:      "x.yaml",
		User:      User{"app", 10001, 10002, "/srv/app", "/bin/false", true},
		UIDPolicy: checks.UIDPolicy{UIDMin: 10000, UIDMax: 20000, GIDMin: 10000},
		FailOn:    Error, Pedantic: true,
		Rules:   map[string]Level{"root-user": Warning, "apk-present": Off},
		Exclude: []string{"testdata/", "*.tmp"}, Target: "prod", LowPorts: true,
		Mirrors: map[string]string{"docker.io": "mirror.example.com/hub", "quay.io": "mirror.example.com:5000/quay"},
	}
	if diff := cmp.Diff(want, c, cmp.AllowUnexported(Config{})); diff != "" {
		t.Error(diff)
	}
}

func TestPlaces(t *testing.T) {
	c, err := Parse("x.yaml", []byte(full))
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{"user.uid": "x.yaml:2", "rules.apk-present": "x.yaml:8", "mirrors.docker.io": "x.yaml:30", "target": "x.yaml:10"} {
		if !c.Has(key) || c.Place(key) != want {
			t.Errorf("%s: %s, want %s", key, c.Place(key), want)
		}
	}
	if c.Has("user.nothing") {
		t.Error("a key that is not there")
	}
}

// Every mistake is told, with its place and what is meant.
func TestMistakes(t *testing.T) {
	for text, want := range map[string]string{
		"":                                      "",
		"# nothing\n":                           "",
		"usr: {}\n":                             `x:1:1: unknown key "usr"; did you mean user?`,
		"zzzzzzzz: 1\n":                         `x:1:1: unknown key "zzzzzzzz"; there are user, uid-policy, fail-on, pedantic, rules, exclude, target, low-ports, images, mirrors`,
		"user: {nam: x}\n":                      `x:1:8: unknown key "user.nam"; did you mean user.name?`,
		"user: {name: Root}\n":                  `x:1:14: user.name "Root": must be lower-case letters, digits, _ and -, begin with a letter or _, and not be root`,
		"user: {name: root, uid: 0}\n":          `x:1:14: user.name "root": must be lower-case letters, digits, _ and -, begin with a letter or _, and not be root` + "\n" + `x:1:25: user.uid must be a number from 1 to 2147483647 (0 is root)`,
		"user: {gid: \"1\"}\n":                  `x:1:13: user.gid must be a number from 1 to 2147483647 (0 is root)`,
		"user: {home: \"/a; rm\"}\n":            `x:1:14: user.home "/a; rm": must be an absolute path of letters, digits and . _ + @ -`,
		"user: {named: maybe}\n":                `x:1:15: user.named must be true or false`,
		"user: boot\n":                          `x:1:7: user must be a mapping: name, uid, gid, home, shell, named`,
		"- user\n":                              `x:1:1: the file must be a mapping: user, uid-policy, fail-on, pedantic, rules, exclude, target, low-ports, images, mirrors`,
		"uid-policy: {uid: 20-10}\n":            `x:1:19: uid-policy.uid must be from 1 to 2147483647 (0 is root), and its end not below its start`,
		"uid-policy: {gid: many}\n":             `x:1:19: uid-policy.gid must be a number, or a range such as 10000-20000 or 10000-`,
		"fail-on: errors\n":                     `x:1:10: fail-on must be error, warning, info or never`,
		"rules: {rootuser: off}\n":              `x:1:9: unknown rule "rootuser"; did you mean root-user?`,
		"rules:\n  root-user: critical\n":       `x:2:14: rules.root-user must be off, info, warning or error`,
		"rules: [root-user]\n":                  `x:1:8: rules must be a mapping of rules to off, info, warning or error`,
		"exclude: x\n":                          `x:1:10: exclude must be a list of patterns, as in .gitignore`,
		"exclude: [x, {}]\n":                    `x:1:14: exclude must be a list of patterns, as in .gitignore`,
		"low-ports: yes\n":                      `x:1:12: low-ports must be allowed or refused`,
		"target:\n":                             `x:1:1: target must be a text`,
		"images: {x: no-such/image}\n":          `x:1:13: images.x "no-such/image": the program does not know that image; name one such as debian:bookworm, or say what is known of it`,
		"images: {x: {distro: gentoo}}\n":       `x:1:22: images.x.distro must be alpine, busybox, debian, ubuntu, rhel, fedora, amazonlinux, photon, azurelinux, opensuse, arch, wolfi, alpaquita, distroless, scratch or windows`,
		"images: {X Y: alpine}\n":               `x:1:10: images.X Y: must be the name of an image, with or without a tag`,
		"images: {x: {ports: [0]}}\n":           `x:1:22: images.x.ports must be a list of port numbers`,
		"images: {x: {accounts: [{}]}}\n":       `x:1:25: images.x.accounts: an account needs name, uid and gid`,
		"mirrors: {docker.io: \"https://x\"}\n": `x:1:22: mirrors.docker.io "https://x": must be a registry, or a part of one, without https://: mirror.example.com/hub`,
		"a: [\n":                                `x:1:4: sequence end token ']' not found`,
		"a: 1\n---\nb: 1\n":                     `x:3:1: a second document: there must be one`,
	} {
		_, err := Parse("x", []byte(text))
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q:\n%s\nwant\n%s", text, got, want)
		}
	}
}

// The schema has the keys that the reader has, and takes what the reader takes.
func TestSchema(t *testing.T) {
	data, err := os.ReadFile("../docs/schema/config-v1.json")
	if err != nil {
		t.Fatal(err)
	}
	var s jsonschema.Schema
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	var have []string
	for name, p := range s.Properties {
		have = append(have, name)
		for sub := range p.Properties {
			have = append(have, name+"."+sub)
		}
	}
	for name := range s.Defs["image"].Properties {
		have = append(have, "images.*."+name)
	}
	slices.Sort(have)
	if diff := cmp.Diff(slices.Sorted(slices.Values(Keys())), have); diff != "" {
		t.Errorf("-reader +schema:\n%s", diff)
	}
	resolved, err := s.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	valid := func(text string) error {
		var doc any
		if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		return resolved.Validate(doc)
	}
	if err := valid(full); err != nil {
		t.Error(err)
	}
	for _, wrong := range []string{"usr: {}", "user: {uid: 0}", "user: {home: a}", "fail-on: warn", "rules: {root-user: on}", "exclude: x", "images: {x: {distro: x}}", "low-ports: true", "uid-policy: {uid: x}"} {
		if _, err := Parse("x", []byte(wrong)); err == nil || valid(wrong) == nil {
			t.Errorf("%s: taken by the reader (%v) or the schema", wrong, err)
		}
	}
	for _, r := range distros {
		if !strings.Contains(string(data), `"`+r+`"`) {
			t.Errorf("the schema does not have the distribution %s", r)
		}
	}
}

// What the page shows is right.
func TestPage(t *testing.T) {
	page, err := os.ReadFile("../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(page), "```yaml\n")[1:]
	if len(blocks) < 3 {
		t.Errorf("%d blocks", len(blocks))
	}
	for _, block := range blocks {
		text, _, _ := strings.Cut(block, "```")
		if _, err := Parse("page", []byte(text)); err != nil {
			t.Errorf("%v in\n%s", err, text)
		}
	}
	for _, k := range Keys() {
		name := strings.TrimPrefix(k, "images.*.")
		if !strings.Contains(string(page), "`"+name+"`") && k != "user" && k != "uid-policy" {
			t.Errorf("the page does not name %s", k)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(full)
	f.Add("user: &a {<<: *a}\nimages: {a: {like: *b}}\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Parse("x", []byte(text))
		if (c == nil) == (err == nil) {
			t.Errorf("%v, %v", c, err)
		}
	})
}
