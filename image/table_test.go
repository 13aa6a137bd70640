package image

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// summary is the part of the facts that the tables below compare.
type summary struct {
	OS      string
	Distro  Distro
	Release string
	Tools   AccountTools
	Shell   Tri
	Apk     Tri
	Kind    Kind
	User    string // the spec with its numbers, "?" if unknown
	WorkDir string
	Command Command
}

func summarise(f Facts) summary {
	user := "?"
	if f.UserSet {
		user = f.User
		if f.UserIDs {
			user = fmt.Sprintf("%s=%d:%d", f.User, f.UID, f.GID)
		}
	}
	return summary{f.OS, f.Distro, f.Release, f.Tools, f.Shell, f.Apk, f.Kind, user, f.WorkDir, f.Command}
}

const digest = "@sha256:6457d53fb065d6f250e1504b9bc42d5b6c65941d57532c072d929dd0628977d0"

func TestLookup(t *testing.T) {
	const root = "=0:0"
	tests := []struct {
		ref  string
		want summary
	}{
		{"scratch", summary{"linux", Scratch, "", NoTools, No, No, OS, root, "/", NoCommand}},
		{"alpine", summary{"linux", Alpine, "", BusyBoxTools, Yes, Yes, OS, root, "/", ShellCmd}},
		{"alpine:3.19.1", summary{"linux", Alpine, "3.19", BusyBoxTools, Yes, Yes, OS, root, "/", ShellCmd}},
		{"docker.io/library/alpine:edge", summary{"linux", Alpine, "edge", BusyBoxTools, Yes, Yes, OS, root, "/", ShellCmd}},
		{"arm64v8/alpine:3.20" + digest, summary{"linux", Alpine, "3.20", BusyBoxTools, Yes, Yes, OS, root, "/", ShellCmd}},
		{"debian:12-slim", summary{"linux", Debian, "bookworm", ShadowTools, Yes, No, OS, root, "/", ShellCmd}},
		{"debian:bullseye-20240110-slim", summary{"linux", Debian, "bullseye", ShadowTools, Yes, No, OS, root, "/", ShellCmd}},
		{"ubuntu:jammy", summary{"linux", Ubuntu, "22.04", ShadowTools, Yes, No, OS, root, "/", ShellCmd}},
		{"amazonlinux:2023", summary{"linux", AmazonLinux, "2023", FileTools, Yes, No, OS, root, "/", ShellCmd}},
		{"rockylinux:9-minimal", summary{"linux", RHEL, "9", FileTools, Yes, No, OS, root, "/", ShellCmd}},
		{"registry.access.redhat.com/ubi8/ubi-minimal:8.9", summary{"linux", RHEL, "8.9", FileTools, Yes, No, OS, root, "/", ShellCmd}},

		{"node:20-alpine3.19", summary{"linux", Alpine, "3.19", BusyBoxTools, Yes, Yes, Language, root, "/", Interpreter}},
		{"node:lts-slim", summary{"linux", Debian, "", ShadowTools, Yes, No, Language, root, "/", Interpreter}},
		{"python:3.12-slim-bookworm", summary{"linux", Debian, "bookworm", ShadowTools, Yes, No, Language, root, "/", Interpreter}},
		{"golang:1.22", summary{"linux", Debian, "", ShadowTools, Yes, No, Build, root, "/go", ShellCmd}},
		{"golang:1.21-nanoserver", summary{"windows", Windows, "", "", No, No, Build, "ContainerUser", `C:\go`, ShellCmd}},
		{"php:8.3-fpm-alpine", summary{"linux", Alpine, "", BusyBoxTools, Yes, Yes, Server, root, "/var/www/html", Program}},
		{"openjdk:17-alpine", summary{"linux", Alpine, "", BusyBoxTools, Yes, Yes, Language, root, "/", Interpreter}},
		{"openjdk:17", summary{"linux", RHEL, "", ShadowTools, Yes, No, Language, root, "/", Interpreter}},
		{"openjdk:11", summary{"linux", Debian, "", ShadowTools, Yes, No, JDK, root, "/", Interpreter}},
		{"maven:3.8.1-openjdk-17-slim", summary{"linux", Debian, "", ShadowTools, Yes, No, Build, root, "/", Program}},
		{"eclipse-temurin:17-jre-ubi9-minimal", summary{"linux", RHEL, "", FileTools, Yes, No, Language, root, "/", ShellCmd}},

		{"mcr.microsoft.com/dotnet/aspnet:8.0", summary{"linux", Debian, "", ShadowTools, Yes, No, Language, root, "/", ShellCmd}},
		{"mcr.microsoft.com/dotnet/aspnet:10.0", summary{"linux", Ubuntu, "24.04", ShadowTools, Yes, No, Language, root, "/", ShellCmd}},
		{"mcr.microsoft.com/dotnet/aspnet:8.0-jammy-chiseled", summary{"linux", Ubuntu, "22.04", NoTools, No, No, Language, "1654=1654:1654", "/", NoCommand}},
		{"mcr.microsoft.com/dotnet/runtime:9.0-azurelinux3.0", summary{"linux", AzureLinux, "", FileTools, Yes, No, Language, root, "/", ShellCmd}},
		{"mcr.microsoft.com/dotnet/sdk:6.0-nanoserver-1809", summary{"windows", Windows, "", "", No, No, Build, "ContainerUser", "", ShellCmd}},

		{"gcr.io/distroless/static:nonroot", summary{"linux", Distroless, "", NoTools, No, No, OS, "65532=65532:65532", "/home/nonroot", NoCommand}},
		{"gcr.io/distroless/java17-debian12", summary{"linux", Distroless, "", NoTools, No, No, Language, root, "/", Interpreter}},
		{"cgr.dev/chainguard/jre:latest", summary{"linux", Wolfi, "", NoTools, No, No, Language, "65532=65532:65532", "/app", Interpreter}},
		{"cgr.dev/chainguard/go:latest", summary{"linux", Wolfi, "", BusyBoxTools, Yes, No, Build, root, "", Program}},
		{"cgr.dev/chainguard/unheard-of:latest", summary{"linux", Wolfi, "", "", Unknown, Unknown, "", "?", "", ""}},
		{"easypi/alpine-arm", summary{"linux", Alpine, "", BusyBoxTools, Yes, Yes, OS, root, "/", NoCommand}},
		{"bellsoft/liberica-runtime-container:jre-25-cds-slim-musl", summary{"linux", Alpaquita, "", FileTools, Yes, No, Language, root, "/", ShellCmd}},
		{"bellsoft/liberica-runtime-container:jdk-21-musl", summary{"linux", Alpaquita, "", FileTools, Yes, Unknown, JDK, root, "/", ShellCmd}},
		{"nightscape/scala-mill:eclipse-temurin-21.0.6_7-jdk-jammy_0.12.10", summary{"linux", Ubuntu, "22.04", ShadowTools, Yes, No, Build, root, "/root", Interpreter}},
		{"nixos/nix:2.31.0", summary{"linux", "", "", "", Yes, No, Build, root, "/", ShellCmd}},
		{"circleci/node:lts-buster", summary{"linux", Debian, "buster", ShadowTools, Yes, No, Build, "circleci=3434:3434", "", ShellCmd}},
		{"mvdan/shfmt:v3.13.1", summary{"linux", Scratch, "", NoTools, No, No, Tool, root, "/", Program}},
		{"mvdan/shfmt:v3.13.1-alpine", summary{"linux", Alpine, "", BusyBoxTools, Yes, Yes, Tool, root, "/", Program}},
		{"jetbrains/teamcity-server:2024.12", summary{"linux", Ubuntu, "", ShadowTools, Yes, No, Server, "tcuser:tcuser=1000:1000", "", Program}},
		{"bitnami/redis:7.2", summary{"linux", Debian, "", "", Yes, No, Server, "1001=1001:0", "", Program}},
		{"bitnami/redis:latest", summary{"linux", "", "", "", Unknown, Unknown, Server, "?", "", Program}},

		{"nginx:1.25", summary{"linux", Debian, "", ShadowTools, Yes, No, Server, root, "/", Program}},
		{"nginxinc/nginx-unprivileged:alpine", summary{"linux", Alpine, "", BusyBoxTools, Yes, Yes, Server, "101=101:101", "/", Program}},
		{"postgres:16-alpine", summary{"linux", Alpine, "", BusyBoxTools, Yes, Yes, Server, root, "/", Program}},
		{"redis:7", summary{"linux", Debian, "", ShadowTools, Yes, No, Server, root, "/data", Program}},
		{"grafana/grafana:10.1.0", summary{"linux", Alpine, "", BusyBoxTools, Yes, Yes, Server, "472=472:0", "/usr/share/grafana", Program}},
		{"prom/prometheus:v2.45.0", summary{"linux", BusyBox, "", BusyBoxTools, Yes, No, Server, "nobody=65534:65534", "/prometheus", Program}},
		{"jenkins/jenkins:lts-jdk17", summary{"linux", Debian, "", ShadowTools, Yes, No, Server, "jenkins=1000:1000", "/", Program}},

		{"mcr.microsoft.com/devcontainers/base:1-bookworm", summary{"linux", Debian, "bookworm", ShadowTools, Yes, No, Build, root, "/", ShellCmd}},
		{"mcr.microsoft.com/devcontainers/base:noble", summary{"linux", Ubuntu, "24.04", ShadowTools, Yes, No, Build, root, "/", ShellCmd}},
		{"mcr.microsoft.com/vscode/devcontainers/typescript-node:0-16", summary{"linux", Debian, "", ShadowTools, Yes, No, Build, root, "/", Interpreter}},
		{"mcr.microsoft.com/azure-functions/python:4-python3.11", summary{"linux", Debian, "", ShadowTools, Yes, No, Server, root, "/", Program}},
		{"registry.access.redhat.com/ubi8/openjdk-17:1.18", summary{"linux", RHEL, "", ShadowTools, Yes, No, Language, "185=185:0", "", Program}},
		{"registry.access.redhat.com/ubi9/nodejs-20:latest", summary{"linux", RHEL, "", "", Yes, No, Language, "1001=1001:0", "/opt/app-root/src", Program}},
		{"ghcr.io/astral-sh/uv:python3.12-bookworm-slim", summary{"linux", Debian, "bookworm", ShadowTools, Yes, No, Language, root, "/", Program}},
		{"ghcr.io/astral-sh/uv:0.5.4-python3.13-alpine", summary{"linux", Alpine, "", BusyBoxTools, Yes, Yes, Language, root, "/", Program}},
		{"ghcr.io/astral-sh/uv:latest", summary{"linux", Scratch, "", NoTools, No, No, Build, root, "/io", Program}},
		{"quay.io/jupyter/scipy-notebook:2024-05-27", summary{"linux", Ubuntu, "", ShadowTools, Yes, No, Language, "1000=1000:100", "/home/jovyan", Program}},
		{"public.ecr.aws/lambda/python:3.12", summary{"linux", AmazonLinux, "", FileTools, Yes, No, Tool, root, "/var/task", Program}},
		{"gradle:8.7.0-jdk21", summary{"linux", Ubuntu, "", ShadowTools, Yes, No, Build, root, "/home/gradle", Program}},
		{"gradle:4.10-jdk8-alpine", summary{"linux", Alpine, "", BusyBoxTools, Yes, Yes, Build, "gradle=1000:1000", "/home/gradle", Program}},
		{"ros:humble-perception", summary{"linux", Ubuntu, "", ShadowTools, Yes, No, Language, root, "/", ShellCmd}},
		{"mambaorg/micromamba:1.5.8-bookworm-slim", summary{"linux", Debian, "bookworm", ShadowTools, Yes, No, Language, "mambauser", "/tmp", ShellCmd}},

		// What varies by tag is unknown without one, or with an unknown one.
		{"python" + digest, summary{"", "", "", "", Unknown, Unknown, Language, "?", "", Interpreter}},
		{"python:unheard-of", summary{"", "", "", "", Unknown, Unknown, Language, "?", "", Interpreter}},
		{"node" + digest, summary{"linux", "", "", "", Unknown, Unknown, Language, root, "", ""}},
		{"alpine" + digest, summary{"linux", Alpine, "", BusyBoxTools, Yes, Yes, OS, root, "/", ShellCmd}},
	}
	for _, tt := range tests {
		got := Table().Lookup(tt.ref)
		if !got.Listed {
			t.Errorf("%s is not listed", tt.ref)
		}
		if diff := cmp.Diff(tt.want, summarise(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.ref, diff)
		}
	}
}

func TestLookupUnlisted(t *testing.T) {
	for _, ref := range []string{"example.com/app:1", "Alpine:3", "ghcr.io/library/alpine", "not a reference", ""} {
		if f := Table().Lookup(ref); f.Listed || f.Ref != ref || f.UserSet || f.Distro != "" {
			t.Errorf("%q: %+v", ref, f)
		}
	}
}

func TestAccounts(t *testing.T) {
	tests := []struct {
		ref, account string
		want         string // uid:gid, "" if not known
	}{
		{"node:20", "node", "1000:1000"},
		{"node:6.0", "node", ""},
		{"ubuntu:24.04", "ubuntu", "1000:1000"},
		{"ubuntu:noble-20240212", "ubuntu", "1000:1000"},
		{"ubuntu:22.04", "ubuntu", ""},
		{"ubuntu" + digest, "ubuntu", ""},
		{"eclipse-temurin:21-jdk-noble", "ubuntu", "1000:1000"},
		{"debian:bookworm", "www-data", "33:33"},
		{"alpine:3.19", "www-data", ""},
		{"php:8.3-alpine", "www-data", "82:82"},
		{"php:8.3-apache", "www-data", "33:33"},
		{"alpine:3.19", "nobody", "65534:65534"},
		{"postgres:16", "postgres", "999:999"},
		{"postgres:16-alpine", "postgres", "70:70"},
		{"redis:7-alpine", "redis", "999:1000"},
		{"redis:5.0.1", "redis", ""},
		{"mcr.microsoft.com/dotnet/aspnet:8.0-alpine", "app", "1654:1654"},
		{"mcr.microsoft.com/dotnet/aspnet:7.0-alpine", "app", ""},
		{"mcr.microsoft.com/dotnet/aspnet:8.0-jammy-chiseled", "www-data", ""},
		{"gcr.io/distroless/base:debug", "nonroot", "65532:65532"},
	}
	for _, tt := range tests {
		got := ""
		for _, a := range Table().Lookup(tt.ref).Accounts {
			if a.Name == tt.account {
				got = fmt.Sprintf("%d:%d", a.UID, a.GID)
			}
		}
		if got != tt.want {
			t.Errorf("%s: account %s is %q, want %q", tt.ref, tt.account, got, tt.want)
		}
	}
}

func TestFactsInFull(t *testing.T) {
	got := Table().Lookup("postgres:16-bookworm")
	got.Accounts = nil
	want := Facts{
		Ref: "postgres:16-bookworm", Name: "postgres", Tag: "16-bookworm", Listed: true,
		OS: "linux", Distro: Debian, Release: "bookworm", Tools: ShadowTools, Shell: Yes, Apk: No, Kind: Server,
		UserSet: true, UserIDs: true, WorkDir: "/",
		Entrypoint: []string{"docker-entrypoint.sh"}, Cmd: []string{"postgres"}, Command: Program,
		Drops: "postgres", Account: "postgres", Volumes: []string{"/var/lib/postgresql/data"}, Ports: []int{5432},
		Evidence: "image table: postgres:*bookworm*",
		Source:   "https://github.com/docker-library/postgres/blob/master/Dockerfile-debian.template",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestOthers(t *testing.T) {
	tests := []struct {
		ref  string
		what func(Facts) any
		want any
	}{
		{"golang:1.22", path, "/go/bin:/usr/local/go/bin:" + defaultPath},
		{"ruby:3.3", func(f Facts) any { return f.Env["GEM_HOME"] }, "/usr/local/bundle"},
		{"eclipse-temurin:17-jdk-jammy", twin, "eclipse-temurin:17-jre-jammy"},
		{"eclipse-temurin:17", twin, "eclipse-temurin:17-jre"},
		{"eclipse-temurin:latest", twin, ""},
		{"eclipse-temurin:17-jre", twin, ""},
		{"openjdk:8-jdk-alpine", twin, "openjdk:8-jre-alpine"},
		{"openjdk:17-jdk-slim", twin, ""},
		{"azul/zulu-openjdk-alpine:17", twin, "azul/zulu-openjdk-alpine:17-jre"},
		{"bellsoft/liberica-openjdk-debian:17", twin, "bellsoft/liberica-openjre-debian:17"},
		{"ibm-semeru-runtimes:open-17-jdk-jammy", twin, "ibm-semeru-runtimes:open-17-jre-jammy"},
		{"node:8-onbuild", func(f Facts) any { return f.OnBuild }, true},
		{"node:8", func(f Facts) any { return f.OnBuild }, false},
		{"python:3.12", func(f Facts) any { return f.Cmd }, []string{"python3"}},
		{"eclipse-temurin:17-jre", func(f Facts) any { return f.Entrypoint }, []string{"/__cacert_entrypoint.sh"}},
		{"openjdk:17-alpine", func(f Facts) any { return f.Evidence }, "image table: openjdk:*alpine*"},
		{"python:3.12-slim", func(f Facts) any { return f.Evidence }, "image table: python:3.12-slim"},
		{"scratch", func(f Facts) any { return f.AccountsComplete }, true},
		{"alpine", func(f Facts) any { return f.AccountsComplete }, false},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, tt.what(Table().Lookup(tt.ref))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.ref, diff)
		}
	}
}

func path(f Facts) any { return f.Env["PATH"] }
func twin(f Facts) any { return f.RuntimeTwin }

func TestParseRefuses(t *testing.T) {
	tests := map[string]string{
		"- {names: [a], source: x, workdri: /}":                        "workdri",
		"- {names: [a]}":                                               "a: no source",
		"- {source: x}":                                                "no names",
		"- {names: [a, a], source: x}":                                 "a is there twice",
		"- {names: [a], source: x, tags: [{kind: os}]}":                "a rule has no tag",
		"- {names: [a], source: x, tags: [{tag: <distro>, kind: os}]}": "no such placeholder",
		"names: [a]": "image table",
	}
	for data, want := range tests {
		if _, err := Parse([]byte(data)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one with %q", data, err, want)
		}
	}
}

func TestLookupIsStable(t *testing.T) {
	first := Table().Lookup("nginx:1.25-alpine")
	for range 3 {
		if again := Table().Lookup("nginx:1.25-alpine"); !reflect.DeepEqual(first, again) {
			t.Fatalf("got %+v, then %+v", first, again)
		}
	}
}
