# `make` lists the targets. Everything here needs only Go, git and make; the
# linter is pinned in tools/go.mod and built by Go into its own cache.

SHELL       := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PKG      ?= ./...
FUZZTIME ?= 20s
CACHE    ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/dfharden
PROFILE  ?= $(CACHE)/cover.out

LINT := go tool -modfile=tools/go.mod golangci-lint

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## compile every package
	go build ./...

.PHONY: test
test: ## run the tests of PKG
	go test $(PKG)

.PHONY: race
race: ## run the tests of PKG with the race detector (needs a C compiler)
	go test -race $(PKG)

.PHONY: lint
lint: ## gofmt, vet and golangci-lint, the arrows between packages included
	@files=$$(gofmt -l .); [ -z "$$files" ] || { printf 'not gofmted:\n%s\n' "$$files" >&2; exit 1; }
	go vet ./...
	$(LINT) run

.PHONY: fmt
fmt: ## format the Go files
	$(LINT) fmt

.PHONY: docs
docs: ## write the pages of docs/ that come from the rules
	go run ./internal/gendocs

.PHONY: docs-check
docs-check: docs ## fail if a page of docs/ is not what is committed
	@git diff --exit-code -- docs
	@new=$$(git ls-files --others --exclude-standard -- docs); \
	[ -z "$$new" ] || { printf 'not committed:\n%s\n' "$$new" >&2; exit 1; }

.PHONY: golden
golden: ## rewrite the goldens; read the diff before you commit it
	go test -count=1 -exec '"$(CURDIR)/tools/update-goldens"' $(PKG)

.PHONY: corpus
corpus: ## run over real Dockerfiles: make corpus CORPUS=dir
	@[ -n "$${CORPUS:-}" ] || { echo 'corpus: name a folder of Dockerfiles: make corpus CORPUS=dir' >&2; exit 2; }
	go run ./internal/corpus "$$CORPUS"

.PHONY: fuzz
fuzz: ## run each fuzz target of PKG for FUZZTIME (20s)
	@tools/fuzz $(FUZZTIME) $(PKG)

.PHONY: e2e
e2e: ## build and run real images before and after; needs root, Debian, some 20 minutes
	go test -tags e2e -count=1 -timeout 50m -v ./e2e

.PHONY: image
image: ## build the image of the program, dfharden; needs Docker with BuildKit
	CGO_ENABLED=0 GOOS=linux go build -trimpath -ldflags='-s -w' -o dist/image/linux/$$(go env GOARCH)/dfharden ./cmd/dfharden
	DOCKER_BUILDKIT=1 docker build --tag dfharden --file Dockerfile dist/image

.PHONY: pre-commit
pre-commit: ## try the hooks with the real pre-commit; needs Debian or pre-commit
	tools/try-pre-commit

.PHONY: cover
cover: ## test coverage by function and in total; the profile is PROFILE
	@mkdir -p "$(dir $(PROFILE))"
	go test -coverpkg=./... -coverprofile="$(PROFILE)" $(PKG)
	@go tool cover -func="$(PROFILE)"

.PHONY: bench
bench: ## run the benchmarks of PKG
	go test -run '^$$' -bench . -benchmem $(PKG)

.PHONY: ci
ci: ## what a submission has to pass
	.ci/run
