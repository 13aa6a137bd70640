package checks

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/source"
	"github.com/dfharden/dfharden/stage"
)

func init() {
	register(&Rule{
		ID:       "secret-copied",
		Summary:  "a file with secrets is copied into the image",
		Control:  Secrets,
		Severity: Error,
		Why: "What a COPY brings is in a layer, for everybody who can pull the image; a later `rm` only hides it. Keys and tokens that the build needs are mounted for the one RUN that needs them:\n\n" +
			"```dockerfile\nRUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci\nRUN --mount=type=ssh git clone git@example.com:team/app.git\n```\n\n" +
			"Those that the service needs come from the orchestrator.",
		Silent: "The build context is there and does not have the file, or its ignore file excludes it. Public certificates and keys, by their names or by their content; an .npmrc without a token; samples\n" +
			"(`.env.example`). A build stage. Where a .pem, .key or .npmrc cannot be read the finding has low confidence, since only its content says whether it is secret.",
		Refs: []string{
			"Docker: https://docs.docker.com/build/building/secrets/", "CIS Docker Benchmark 1.6: 4.10 Ensure secrets are not stored in Dockerfiles",
			"trivy: DS-0031", "tally: secrets-in-code",
		},
		Run: func(p *Pass) {
			for _, t := range p.transfers() {
				for _, src := range t.Sources {
					if text, known := t.State.Expand(src); known && !remote(text) {
						p.secretFile(t, text, src)
					}
				}
			}
		},
	})
}

// secretFile reports one source of a copy.
func (p *Pass) secretFile(t transfer, src, written string) {
	what, sure := secretPath(src)
	if what == "" || t.From == "" && p.Graph.InContext(src) == stage.No && !strings.ContainsAny(src, "*?[") {
		return
	}
	f := Finding{Span: p.argSpan(t.In, written), Message: fmt.Sprintf("%s is %s, and is in the image for everybody who can pull it: use RUN --mount=type=secret for the step that needs it", src, what)}
	if !sure {
		data, read := []byte(nil), false
		if t.From == "" {
			data, read = p.Graph.SourceFile(src)
		}
		switch {
		case read && !holdsSecret(path.Base(src), string(data)):
			return
		case !read:
			f.Confidence = Low
			f.Message = fmt.Sprintf("%s may be %s (its content is not known), and is in the image for everybody who can pull it: use RUN --mount=type=secret for the step that needs it", src, what)
		}
	}
	p.Report(f)
}

var (
	envFile    = regexp.MustCompile(`^\.env(\.[\w.-]+)?$`)
	sampleFile = regexp.MustCompile(`(?i)\.(example|sample|template|dist|tmpl|defaults?)$`)
	privateKey = regexp.MustCompile(`^id_(rsa|dsa|ecdsa|ed25519)(_sk)?$`)
	// publicFile are names of certificates and public keys.
	publicFile = regexp.MustCompile(`(?i)(^|[-_.])(ca|cacerts?|certs?|certificates?|chain|fullchain|bundle|root|public|pub|crt|trust|signing|archive|keyring|repo|release|gpg|dhparams?|dh|jwks)([-_.\d]|$)`)
)

// secretPath says what a path is by its name, "" if nothing secret; sure is false
// where only the content tells.
func secretPath(src string) (what string, sure bool) {
	src = path.Clean("/" + src)
	base := path.Base(src)
	parent := path.Base(path.Dir(src))
	switch {
	case envFile.MatchString(base) && !sampleFile.MatchString(base):
		return "a file of environment variables", true
	case privateKey.MatchString(base):
		return "a private SSH key", true
	case base == ".netrc" || base == "_netrc":
		return "a file of passwords", true
	case base == ".aws" || parent == ".aws" && base == "credentials":
		return "AWS credentials", true
	case base == ".ssh":
		return "a folder of SSH keys", true
	case base == ".kube" || parent == ".kube" && base == "config":
		return "access to a Kubernetes cluster", true
	case parent == ".docker" && base == "config.json" || base == ".dockercfg":
		return "registry credentials", true
	case base == ".npmrc":
		return "npm's configuration with a token", false
	case (path.Ext(base) == ".pem" || path.Ext(base) == ".key") && !publicFile.MatchString(strings.TrimSuffix(base, path.Ext(base))):
		return "a private key", false
	}
	return "", false
}

var npmSecret = regexp.MustCompile(`(?m)^[^#;\n]*(_authToken|_auth|_password)\s*=\s*[^$\s]`)

// holdsSecret reports whether the content of a file is what its name suggests.
func holdsSecret(base, text string) bool {
	if base == ".npmrc" {
		return npmSecret.MatchString(text)
	}
	return strings.Contains(text, "PRIVATE KEY-----")
}

// argSpan is the place of an argument, by its text.
func (p *Pass) argSpan(in *parser.Instruction, written string) source.Span {
	for _, a := range in.Args {
		if a.Text == written {
			return a.Span
		}
	}
	return p.first(in)
}
