package checks

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/dfharden/dfharden/source"
	"github.com/dfharden/dfharden/stage"
)

func init() {
	register(&Rule{
		ID:       "untagged-base",
		Summary:  "FROM has no tag, or the tag latest",
		Control:  SupplyChain,
		Severity: Warning,
		Safety:   Safe,
		Why: "Without a tag, and with `latest`, the same file gives another image whenever the base image's makers publish one: another distribution, another major version, other accounts. Nothing in the\n" +
			"file says which it was. All stages count, since what a build stage makes goes into the image.",
		Silent: "A digest is given. scratch, and stages of the file. A tag that comes from a variable without a value. Where the whole name comes from a variable without a value, the finding has low confidence.",
		FixSafety: "*Safe*, with `--resolve` only: the digest that the registry has for the tag now, so that the image is the one that it would be. Something has to keep the digest up to date from then on\n" +
			"(Dependabot and Renovate do).",
		Refs: []string{
			"Docker: https://docs.docker.com/build/building/best-practices/#pin-base-image-versions",
			"hadolint: DL3006, DL3007", "trivy: DS-0001", "KICS: 9efb0b2d-89c9-41a3-91ca-dcc0aec911fd, f45ea400-6bbe-4501-9fc7-1c3d75c32067", "checkov: CKV_DOCKER_7", "tally: hadolint/DL3006, hadolint/DL3007",
		},
		Run: func(p *Pass) {
			for _, s := range p.Graph.Stages {
				if f := untagged(s); f.Message != "" {
					f.Span, f.Fix = p.first(s.From), p.pin(s)
					p.Report(f)
				}
			}
		},
	})
}

// hasTag is a name with a tag or a digest, variables in it or not.
var hasTag = regexp.MustCompile(`@|:[^/]*$`)

// untagged is the finding about one stage, without a message if there is none.
func untagged(s *stage.Stage) Finding {
	written := s.From.Arg(0)
	if s.Base != nil || s.Ref == "scratch" {
		return Finding{}
	}
	if !s.RefKnown || s.Ref == "" {
		if bare := defaults.ReplaceAllString(written, ""); hasTag.MatchString(bare) {
			return Finding{}
		}
		return Finding{Confidence: Low, Message: fmt.Sprintf("whether %s has a tag is not known: give the variable a default, or the tag in FROM", written)}
	}
	_, tag, tagged := strings.Cut(s.Ref[strings.LastIndexByte(s.Ref, '/')+1:], ":")
	switch {
	case strings.Contains(s.Ref, "@") || tagged && tag != "latest":
		return Finding{}
	case tagged:
		return Finding{Message: fmt.Sprintf("%s is whatever is published as latest on the day of the build: name a version, or a digest", s.Ref)}
	}
	return Finding{Message: fmt.Sprintf("%s has no tag, so it is whatever is published as latest on the day of the build: name a version, or a digest", s.Ref)}
}

// defaults are the expansions of a name; ${X:-a:b} holds a colon of its own.
var defaults = regexp.MustCompile(`\$\{[^}]*\}|\$\w+`)

// pin is the fix that adds the digest which a registry gave, nil if none did.
func (p *Pass) pin(s *stage.Stage) *Fix {
	written := s.From.Arg(0)
	if s.Facts.Digest == "" || strings.ContainsAny(written, "$@") {
		return nil
	}
	pinned := written
	if !hasTag.MatchString(written) {
		pinned += ":latest" // by which the image is known
	}
	pinned += "@" + s.Facts.Digest
	e, ok := s.From.ReplaceArg(0, pinned)
	if !ok {
		return nil
	}
	return &Fix{Message: "write FROM " + pinned, Safety: Safe, Edits: []source.Edit{e}}
}
