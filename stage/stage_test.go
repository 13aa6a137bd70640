package stage

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dfharden/dfharden/parser"
)

// build makes the model of a file.
func build(t *testing.T, src string, o Options) *Graph {
	t.Helper()
	f, err := parser.Parse("Dockerfile", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	g, err := Build(f, o)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func id(i ID) string {
	if !i.Known {
		return "?"
	}
	return fmt.Sprint(i.N)
}

// TestAccounts is every spelling of the tools that make accounts. The result is
// the account's "uid:gid home", or "none".
func TestAccounts(t *testing.T) {
	const alpine, debian, rhel = "alpine:3.20", "debian:bookworm-slim", "rockylinux:9"
	tests := []struct{ base, run, want string }{
		{alpine, "adduser -D -u 1337 app", "1337:1337 /home/app"},
		{alpine, "addgroup app -g 1337 && adduser -D -h /home/boot -u 1337 -s /bin/ash app -G app", "1337:1337 /home/boot"},
		{alpine, "addgroup -g 1500 grp && adduser -DH -u1337 -G grp app", "1337:1500 /home/app"},
		{alpine, "adduser -S app", "?:65533 /home/app"},
		{alpine, "addgroup -S app && adduser -S app -G app", "?:? /home/app"},
		{alpine, "addgroup --gid 1500 app && adduser --uid 1337 --disabled-password --ingroup app app", "1337:1500 /home/app"},
		{alpine, "adduser -D app && adduser app wheel", "?:? /home/app"},
		{debian, "useradd app", "?:? /home/app"},
		{debian, "useradd -u 1337 app", "1337:1337 /home/app"},
		{debian, "useradd -ms /bin/bash -u 1337 app", "1337:1337 /home/app"},
		{debian, "useradd -lmU --uid=1337 --home-dir=/srv app", "1337:1337 /srv"},
		{debian, "groupadd -r -g 1500 grp && useradd -r -u 1337 -g grp app", "1337:1500 /home/app"},
		{debian, "useradd -u 1337 -g 0 app", "1337:0 /home/app"},
		{debian, "useradd -u 1337 -g users app", "1337:? /home/app"},
		{debian, "useradd -N -u 1337 app", "1337:? /home/app"},
		{debian, "useradd -r app && usermod -u 1337 app && groupmod -g 1500 app", "1337:1500 /home/app"},
		{debian, "useradd old -u 1337 && usermod -l app old", "1337:1337 /home/old"},
		{debian, "adduser --system --uid 1337 app", "1337:65534 /home/app"},
		{debian, "adduser --system --group --uid 1337 app", "1337:1337 /home/app"},
		{debian, "adduser --uid 1337 --gecos '' --disabled-password app", "1337:1337 /home/app"},
		{debian, "addgroup --gid 1500 app && adduser --uid 1337 --gid 1500 --no-create-home app", "1337:1500 /home/app"},
		{debian, "useradd -u 1337 app && userdel app", "none"},
		{rhel, "adduser -u 1337 -d /srv app", "1337:1337 /srv"},
		{debian, `useradd -u "$ID" app`, "1500:1500 /home/app"},
		{debian, `useradd -u "${OTHER:-1600}" app`, "?:? /home/app"}, // the base image may set it
		{debian, `useradd -u "$(cat /id)" app`, "?:? /home/app"},
		{debian, `N=1700; useradd -u $N app`, "1700:1700 /home/app"},
		{debian, `echo 'app:x:1337:1500::/srv:/bin/false' >> /etc/passwd`, "1337:1500 /srv"},
		{debian, `printf 'app:x:1337:1500::/srv:/bin/false\n' >> /etc/passwd`, "1337:1500 /srv"},
		{debian, `sudo -E useradd -u 1337 app`, "1337:1337 /home/app"},
		{debian, `useradd --help; echo useradd app`, "none"},
	}
	for _, tt := range tests {
		t.Run(tt.run, func(t *testing.T) {
			g := build(t, "FROM "+tt.base+"\nENV ID=1500\nRUN "+tt.run+"\n", Options{})
			got := "none"
			if a, _ := g.Final().End().Account("app"); a != nil {
				got = id(a.UID) + ":" + id(a.GID) + " " + a.Home
			}
			if got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// TestUser follows USER through a file: "spec uid:gid root".
func TestUser(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"base", "FROM debian:bookworm-slim", " 0:0 yes"},
		{"nonroot base", "FROM gcr.io/distroless/static-debian12:nonroot", "65532 65532:65532 no"},
		{"unknown base", "FROM example.com/x", " ?:? unknown"},
		{"name", "FROM debian:bookworm-slim\nRUN useradd -u 77 -g 88 a\nUSER a", "a 77:88 no"},
		{"name and group", "FROM debian:bookworm-slim\nRUN groupadd -g 9 b && useradd -u 77 -g 88 a\nUSER a:b", "a:b 77:9 no"},
		{"number", "FROM debian:bookworm-slim\nUSER 77", "77 77:? no"},
		{"number on scratch", "FROM scratch\nUSER 77", "77 77:0 no"},
		{"number with account", "FROM debian:bookworm-slim\nRUN useradd -u 77 -g 88 a\nUSER 77", "77 77:88 no"},
		{"root by name", "FROM debian:bookworm-slim\nUSER 7\nUSER root", "root 0:0 yes"},
		{"unknown name", "FROM debian:bookworm-slim\nUSER somebody", "somebody ?:? no"},
		{"not unique", "FROM debian:bookworm-slim\nRUN useradd -o -u 0 -g 0 toor\nUSER toor", "toor 0:0 yes"},
		{"undeclared variable", "FROM debian:bookworm-slim\nUSER $X", " 0:0 yes"},
		{"argument without value", "FROM debian:bookworm-slim\nARG X\nUSER $X", " 0:0 yes"},
		{"argument with default", "FROM debian:bookworm-slim\nARG X=7\nUSER $X:8", "7:8 7:8 no"},
		{"global argument", "ARG X=7\nFROM debian:bookworm-slim\nARG X\nUSER $X:8", "7:8 7:8 no"},
		{"global argument out of scope", "ARG X=7\nFROM debian:bookworm-slim\nUSER $X", " 0:0 yes"},
		{"env wins over argument", "FROM debian:bookworm-slim\nENV X=9\nARG X=7\nUSER $X:8", "9:8 9:8 no"},
		{"argument stays in its stage", "FROM debian:bookworm-slim AS a\nARG X=7\nFROM a\nUSER $X", " 0:0 yes"},
		{"env goes with the stage", "FROM debian:bookworm-slim AS a\nENV X=7\nFROM a\nUSER $X:8", "7:8 7:8 no"},
		{"inherited", "FROM debian:bookworm-slim AS a\nUSER 7:8\nFROM a", "7:8 7:8 no"},
		{"not by COPY", "FROM debian:bookworm-slim AS a\nUSER 7:8\nFROM debian:bookworm-slim\nCOPY --from=a /x /y", " 0:0 yes"},
		{"evidence of root", "FROM example.com/x\nRUN apt-get install -y x", " 0:0 yes"},
		{"no evidence with sudo", "FROM example.com/x\nRUN sudo apt-get install -y x", " ?:? unknown"},
		{"no evidence on a condition", "FROM example.com/x\nRUN true || apt-get install -y x", " ?:? unknown"},
		{"windows", "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nUSER ContainerAdministrator", "ContainerAdministrator ?:? yes"},
		{"windows user", "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nUSER containeruser", "containeruser ?:? no"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			u := build(t, tt.src+"\n", Options{}).Final().End().User
			if got := u.Spec + " " + id(u.UID) + ":" + id(u.GID) + " " + u.Root().String(); got != tt.want {
				t.Errorf("got %q, want %q; why: %s", got, tt.want, u.Why)
			}
		})
	}
}

func TestApk(t *testing.T) {
	all := strings.Join(ApkPaths, " ")
	tests := []struct{ run, left string }{
		{"rm -rf " + all, ""},
		{"rm -rf rm -rf /var/lib/apk", "/sbin/apk /etc/apk /lib/apk /usr/share/apk"},
		{"rm $(which apk)", "/etc/apk /lib/apk /usr/share/apk /var/lib/apk"},
		{"apk --purge del apk-tools", "/etc/apk /lib/apk /usr/share/apk /var/lib/apk"},
		{"apk del curl", all},
		{"cd /etc && rm -r apk ../lib/apk", "/sbin/apk /usr/share/apk /var/lib/apk"},
		{"find / -name apk -delete", all}, // the place of the match is not in the words
		{"find /sbin -name apk -delete", "/etc/apk /lib/apk /usr/share/apk /var/lib/apk"},
		{"echo rm -rf " + all, all},
		{"test -e /x || rm -rf " + all, all},
		{"sh -c 'rm -rf " + all + "'", ""},
		{"rm -rf /lib/apk/db", all},
		{"rm -rf /lib/apk/*", "/sbin/apk /etc/apk /usr/share/apk /var/lib/apk"},
		{"P=/sbin; rm -f $P/apk", "/etc/apk /lib/apk /usr/share/apk /var/lib/apk"},
	}
	for _, tt := range tests {
		t.Run(tt.run, func(t *testing.T) {
			g := build(t, "FROM alpine:3.20\nRUN "+tt.run+"\n", Options{})
			if got := strings.Join(g.Final().End().Apk.Left(), " "); got != tt.left {
				t.Errorf("got %q, want %q", got, tt.left)
			}
		})
	}
	t.Run("as another user", func(t *testing.T) {
		g := build(t, "FROM alpine:3.20\nUSER 7:7\nRUN rm -rf "+all+"\n", Options{})
		if g.Final().End().Apk.Gone() {
			t.Error("who is not root cannot remove it")
		}
	})
}

func TestStages(t *testing.T) {
	src := `ARG TAG=3.20
FROM alpine:${TAG} AS Base
FROM base AS web
FROM scratch AS other
COPY --from=web /a /a
COPY --from=0 /a /b
RUN --mount=type=bind,from=example.com/tool,target=/t true
FROM web
FROM web AS web
`
	g := build(t, src, Options{})
	var got []string
	for _, s := range g.Stages {
		line := s.Label() + " " + s.Ref + " " + s.BaseName()
		for _, e := range s.Edges {
			line += " " + e.From
			if e.To != nil {
				line += "=" + e.To.Label()
			}
		}
		got = append(got, line)
	}
	want := []string{"base alpine:3.20 alpine:3.20", "web base alpine:3.20", "other scratch scratch web=web 0=base example.com/tool", "3 web alpine:3.20", "web web alpine:3.20"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if n := len(g.Chain()); n != 3 {
		t.Errorf("the chain has %d stages, want 3", n)
	}
	var leaves []string
	for _, s := range g.Leaves() {
		leaves = append(leaves, s.Label())
	}
	if diff := cmp.Diff([]string{"other", "3"}, leaves); diff != "" {
		t.Errorf("leaves -want +got:\n%s", diff)
	}
}

func TestTarget(t *testing.T) {
	const src = "FROM alpine:3.20 AS a\nFROM a AS b\nFROM scratch\n"
	for target, want := range map[string]int{"": 2, "a": 0, "B": 1, "1": 1, "2": 2} {
		g := build(t, src, Options{Target: target})
		if got := g.Final().Index; got != want {
			t.Errorf("target %q is stage %d, want %d", target, got, want)
		}
	}
	f, err := parser.Parse("Dockerfile", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	_, err = Build(f, Options{Target: "c"})
	if err == nil || err.Error() != `no stage "c"; the file has a, b, 2` {
		t.Errorf("got %v", err)
	}
}

func TestDistro(t *testing.T) {
	tests := []struct {
		src, want string
	}{
		{"FROM alpine:3.20", "alpine busybox"},
		{"FROM example.com/x\nRUN apk add curl", "alpine busybox"},
		{"FROM example.com/x\nRUN apt-get install -y curl", "debian shadow"},
		{"FROM example.com/x\nRUN dnf install -y curl", "rhel "},
		{"FROM example.com/x\nRUN dnf install -y curl && useradd x", "rhel shadow"},
		{"FROM example.com/x\nRUN microdnf install curl", "rhel files"},
		{"FROM example.com/x\nRUN which apk && apk add curl", "alpine busybox"},
		{"FROM example.com/x\nRUN false || apk add curl", " "},
		{"FROM example.com/x\nRUN echo apk add", " "},
		{"FROM debian:bookworm AS r\nFROM scratch\nCOPY --from=r / /", "debian shadow"},
		{"FROM scratch\nADD rootfs.tar.xz /", " "},
	}
	for _, tt := range tests {
		s := build(t, tt.src+"\n", Options{}).Final()
		d, _ := s.Distro()
		if got := string(d) + " " + string(s.Tools()); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.src, got, tt.want)
		}
	}
}

// TestStatesAreApart shows that a later instruction does not reach into the state
// of an earlier one.
func TestStatesAreApart(t *testing.T) {
	g := build(t, "FROM alpine:3.20\nENV A=1\nENV A=2\nRUN adduser -D -u 7 a\nRUN adduser -D -u 8 a\nVOLUME /x\nVOLUME /y\n", Options{})
	s := g.Final()
	if v, _ := s.Before(s.Instructions[1]).Env("A"); v != "1" {
		t.Errorf("A is %q before line 3", v)
	}
	if a, _ := s.Before(s.Instructions[3]).Account("a"); a == nil || !a.UID.Is(7) {
		t.Errorf("a is %+v before line 5", a)
	}
	if n := len(s.Before(s.Instructions[5]).Volumes); n != 1 {
		t.Errorf("%d volumes before line 7", n)
	}
}

func TestCovers(t *testing.T) {
	yes := [][2]string{{"/sbin/apk", "/sbin/apk"}, {"/sbin", "/sbin/apk"}, {"/sbin/*", "/sbin/apk"}, {"/lib/apk/*", "/lib/apk"}, {"/sbin/ap*", "/sbin/apk"}}
	no := [][2]string{{"/sbin/apks", "/sbin/apk"}, {"/usr/*", "/usr/share/apk"}, {"/lib/apk/db", "/lib/apk"}}
	for _, c := range yes {
		if !covers(c[0], c[1]) {
			t.Errorf("%s does not cover %s", c[0], c[1])
		}
	}
	for _, c := range no {
		if covers(c[0], c[1]) {
			t.Errorf("%s covers %s", c[0], c[1])
		}
	}
}

// An argument that is not sure is not known, whatever its default; a value from
// outside is.
func TestUnsureArgs(t *testing.T) {
	const src = "ARG BASE=alpine\nFROM $BASE\nARG WHO=app\nUSER $WHO\n"
	for _, c := range []struct {
		o    Options
		want string
	}{
		{Options{}, "alpine true true"},
		{Options{Unsure: map[string]bool{"BASE": true}}, " false true"},
		{Options{Unsure: map[string]bool{"WHO": true}}, "alpine true false"},
		{Options{Unsure: map[string]bool{"BASE": true}, Args: map[string]string{"BASE": "debian"}}, "debian true true"},
	} {
		s := build(t, src, c.o).Final()
		_, known := s.End().Expand("$WHO")
		if got := fmt.Sprint(s.Ref, " ", s.RefKnown, " ", known); got != c.want {
			t.Errorf("%+v: %s, want %s", c.o, got, c.want)
		}
	}
}
