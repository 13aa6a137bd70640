package checks

import (
	"path"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/source"
	"github.com/dfharden/dfharden/stage"
)

func init() {
	register(&Rule{
		ID:       "add-instead-of-copy",
		Summary:  "ADD of local files does what COPY does, and more",
		Control:  SupplyChain,
		Severity: Warning,
		Safety:   Safe,
		Why: "ADD unpacks archives and fetches URLs: what it does depends on what a file turns out to be. Whoever can put an archive in the place of a file writes anywhere below the destination, with the\n" +
			"owners and links that the archive has. COPY copies.",
		Silent:    "A source is a URL, a git repository, or an archive that ADD unpacks. A source that comes from a variable without a value.",
		FixSafety: "*Safe*: ADD becomes COPY, which takes the same arguments and flags. *Unsafe* where a source's name does not tell whether it is an archive, and it cannot be read.",
		Refs: []string{
			"Docker: https://docs.docker.com/build/building/best-practices/#add-or-copy", "CIS Docker Benchmark 1.6: 4.9 Ensure that COPY is used instead of ADD in Dockerfiles",
			"hadolint: DL3020", "trivy: DS-0005", "KICS: 9513a694-aa0d-41d8-be61-3271e056f36b", "checkov: CKV_DOCKER_4", "tally: hadolint/DL3020",
		},
		Run: func(p *Pass) {
			p.image(func(s *stage.Stage, in *parser.Instruction) {
				if c, ok := in.Cmd.(*instructions.AddCommand); ok {
					p.addsFiles(s, in, c)
				}
			})
		},
	})
}

// addsFiles reports an ADD that COPY can do.
func (p *Pass) addsFiles(s *stage.Stage, in *parser.Instruction, c *instructions.AddCommand) {
	unsure := ""
	for _, src := range c.SourcePaths {
		text, known := s.Before(in).Expand(src)
		if !known || remote(text) {
			return
		}
		switch p.isArchive(text) {
		case stage.Yes:
			return
		case stage.Unknown:
			unsure = text
		}
	}
	f := Finding{Span: p.first(in), Message: "ADD of local files: COPY does the same, and does not unpack what turns out to be an archive"}
	for _, flag := range in.Flags {
		if flag.Name != "chown" && flag.Name != "chmod" && flag.Name != "link" && flag.Name != "exclude" {
			return // made for what COPY cannot do
		}
	}
	e, ok := in.ReplaceKeyword("copy")
	if !ok {
		p.Report(f)
		return
	}
	f.Fix = &Fix{Message: "write COPY", Safety: Safe, Edits: []source.Edit{e}}
	if unsure != "" {
		f.Fix.Safety = Unsafe
		f.Fix.Reason = reason(perhapsArchive, in, "%s may be an archive, which ADD unpacks: its name does not tell", unsure)
	}
	p.Report(f)
}

// remote reports whether a source is fetched: a URL or a git repository.
func remote(src string) bool {
	return strings.Contains(src, "://") || strings.HasPrefix(src, "git@") || strings.HasPrefix(src, "github.com/")
}

// archiveEnds are endings of archives that ADD unpacks, or of files that may be one.
var archiveEnds = wordSet(`.tar .tgz .tbz .tbz2 .txz .tzst .tlz .gz .bz2 .xz .zst .lzma .Z .z`)

// imageEnds are endings that say nothing about what is in a file.
var imageEnds = wordSet(`.img .bin .layer .rootfs .dat .data .raw .iso .pkg .dump .bak .out`)

// isArchive says whether a source is an archive: by its first bytes if the build
// context has it, else by its name.
func (p *Pass) isArchive(src string) stage.Tri {
	base := path.Base(src)
	ext := path.Ext(base)
	if archiveEnds[ext] || strings.HasSuffix(base, ".*") {
		return stage.Yes
	}
	if strings.HasSuffix(src, "/") || src == "." || src == "/" {
		return stage.No // a directory's files are copied as they are
	}
	if packed, ok := p.Graph.SourcePacked(src); ok {
		return packed
	}
	switch {
	case base == "*" || strings.HasSuffix(base, "*"):
		return stage.Unknown
	case ext == "" || ext == base && !dotFiles[base] || imageEnds[ext] || isNumber(strings.TrimPrefix(ext, ".")):
		if plainNames[base] {
			return stage.No
		}
		return stage.Unknown
	}
	return stage.No
}

// dotFiles and plainNames are names without an ending that are never archives.
var (
	dotFiles   = wordSet(`.env .npmrc .yarnrc .babelrc .eslintrc .bashrc .profile .gitconfig .dockerignore .htaccess`)
	plainNames = wordSet(`Makefile Dockerfile Gemfile Rakefile Procfile Pipfile Caddyfile Jenkinsfile LICENSE README Vagrantfile gradlew mvnw`)
)
