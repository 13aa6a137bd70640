package checks

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/source"
	"github.com/dfharden/dfharden/stage"
)

func init() {
	register(&Rule{
		ID:       "secret-in-env",
		Summary:  "a secret is in ENV or ARG",
		Control:  Secrets,
		Severity: Error,
		Why: "ENV is part of the image's configuration, and ARG of its history: `docker inspect` and `docker history` show both to everybody who can pull the image, and every process in the container has the\n" +
			"environment. A secret that the build needs is mounted for the one RUN that needs it:\n\n" +
			"```dockerfile\nRUN --mount=type=secret,id=npm_token,env=NPM_TOKEN npm ci\n```\n\n" +
			"One that the service needs is given when the container starts.",
		Silent: "The words are those of BuildKit's own check (apikey, auth, credential, key, password, passwd, pword, secret, token), with its exceptions: public, file, version. Also silent: an empty value in ENV;\n" +
			"a path, a switch (`true`, `0`) or a URL without a password as the value; names that say something about a secret (`…_TYPE`, `…_URL`, `…_LENGTH`); fingerprints of public keys (`GPG_KEY`). An ARG without a\n" +
			"default is a warning, since only the build says whether it gets one. In stages that the image is not built from only values count that have the form of a known credential.",
		Refs: []string{
			"Docker: https://docs.docker.com/build/building/secrets/", "BuildKit: SecretsUsedInArgOrEnv", "CIS Docker Benchmark 1.6: 4.10 Ensure secrets are not stored in Dockerfiles",
			"trivy: DS-0031", "KICS: c3e1b6ae-d92c-44b3-8ed5-1f5442bab6a4", "tally: secrets-in-code, buildkit/SecretsUsedInArgOrEnv",
		},
		Run: secretInEnv,
	})
}

// The words of BuildKit's check, as whole parts of a name. Source: getSecretsRegex in
// frontend/dockerfile/dockerfile2llb/validations.go of github.com/moby/buildkit.
var (
	secretName = regexp.MustCompile(`(?i)(?:_|^)(?:apikey|auth|credential|credentials|key|password|pword|passwd|secret|token)(?:_|$)`)
	publicName = regexp.MustCompile(`(?i)(?:_|^)(?:public|file|version)(?:_|$)`)
	// aboutName ends names that say something about a secret, or are for public keys.
	aboutName     = regexp.MustCompile(`(?i)_(?:type|method|mode|ur[il]|endpoint|host|port|name|dir|path|length|size|bits|ttl|alg|algorithm|provider|enabled?|disabled?|required|timeout|issuer|audience|server|realm|scheme|header|prefix|user|username|expiry|expiration|commit|sha\d*|checksum|ref|tag|branch|repo)$|__\d+__key$|(?:^|_)(?:gpg|pgp|signing)_?key`)
	harmlessValue = regexp.MustCompile(`(?i)^(?:true|false|yes|no|on|off|none|null|enabled?|disabled?|\d{1,5}|[./~$][\w./$~{}-]*/[\w./${}-]*|/[\w./-]*|[\w./${}-]+\.(?:key|pem|crt|json|ya?ml|txt|conf|sh|py|p12|jks))$`)
	plainURL      = regexp.MustCompile(`^[a-z][a-z0-9+.-]*://[^@]*$`)
)

// credentials are values whose form says what they are. Sources: AWS IAM "unique
// identifiers"; GitHub "about authentication", token formats; GitLab "token
// overview"; Slack "token types"; Google Cloud "API keys"; Stripe "API keys"; npm
// "about access tokens"; PyPI's help, "API tokens"; Docker "personal access tokens";
// SendGrid "API keys"; Hugging Face "user access tokens"; RFC 7468; RFC 3986 3.2.1.
var credentials = []struct {
	what  string
	marks string // of which a value has one, so that others need not be matched
	form  *regexp.Regexp
}{
	{"an AWS access key", "AKIA ASIA", regexp.MustCompile(`\b(?:AKIA|ASIA)[A-Z0-9]{16}\b`)},
	{"a GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_", regexp.MustCompile(`\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_[A-Za-z0-9_]{50,}\b`)},
	{"a GitLab token", "glpat-", regexp.MustCompile(`\bglpat-[\w-]{20,}`)},
	{"a Slack token", "xox xapp-", regexp.MustCompile(`\bxox[abprs]-[\w-]{10,}|\bxapp-\d-[\w-]{10,}`)},
	{"a Google API key", "AIza", regexp.MustCompile(`\bAIza[\w-]{35}\b`)},
	{"a Stripe key", "_live_", regexp.MustCompile(`\b[rs]k_live_[A-Za-z0-9]{16,}\b`)},
	{"an npm token", "npm_", regexp.MustCompile(`\bnpm_[A-Za-z0-9]{36}\b`)},
	{"a PyPI token", "pypi-", regexp.MustCompile(`\bpypi-AgEIcHlwaS5vcmc[\w-]{20,}`)},
	{"a Docker Hub token", "dckr_pat_", regexp.MustCompile(`\bdckr_pat_[\w-]{20,}`)},
	{"a SendGrid key", "SG.", regexp.MustCompile(`\bSG\.[\w-]{16,}\.[\w-]{16,}`)},
	{"a Hugging Face token", "hf_", regexp.MustCompile(`\bhf_[A-Za-z0-9]{30,}\b`)},
	{"a private key", "PRIVATE", regexp.MustCompile(`-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----`)},
	{"a URL with a password", "://", regexp.MustCompile(`\b[a-z][a-z0-9+.-]*://[^\s/:@$]+:[^\s/:@$]+@[\w$.\[{-]`)},
}

// credential names the kind of a value that has the form of one, "".
func credential(value string) string {
	if len(value) < 12 || strings.Contains(value, "EXAMPLE") {
		return ""
	}
	for _, c := range credentials {
		for _, mark := range strings.Fields(c.marks) {
			if strings.Contains(value, mark) && c.form.MatchString(value) {
				return c.what
			}
		}
	}
	return ""
}

func secretInEnv(p *Pass) {
	inImage := map[*parser.Instruction]bool{}
	p.image(func(_ *stage.Stage, in *parser.Instruction) { inImage[in] = true })
	for _, in := range p.File.Instructions {
		switch c := in.Cmd.(type) {
		case *instructions.EnvCommand:
			for i, kv := range c.Env {
				key, value := p.pairSpans(in, i, len(c.Env))
				p.secret("ENV", kv.Key, strings.Trim(kv.Value, `"'`), true, inImage[in], key, value)
			}
		case *instructions.ArgCommand:
			for _, a := range c.Args {
				key := p.keySpan(in, a.Key)
				value := source.Span{Start: min(key.End+1, in.Span.End), End: p.tokenEnd(in, key)}
				text := ""
				if a.Value != nil {
					text = strings.Trim(*a.Value, `"'`)
				}
				p.secret("ARG", a.Key, text, a.Value != nil && text != "", inImage[in], key, value)
			}
		}
	}
}

// pairSpans are the places of the nth key and value of an ENV.
func (p *Pass) pairSpans(in *parser.Instruction, n, of int) (key, value source.Span) {
	if len(in.Args) < 3*of {
		return p.first(in), p.first(in)
	}
	return in.Args[3*n].Span, in.Args[3*n+1].Span
}

// tokenEnd is the end of the argument that begins with a span.
func (p *Pass) tokenEnd(in *parser.Instruction, key source.Span) int {
	for _, a := range in.Args {
		if a.Span.Start == key.Start {
			return a.Span.End
		}
	}
	return in.Span.End
}

// secret reports one variable. given says that it has a value in the file.
func (p *Pass) secret(what, name, value string, given, inImage bool, key, at source.Span) {
	f := Finding{Span: key}
	if given && at.Len() > 0 {
		f.Secrets = []source.Span{at}
	}
	instead := fmt.Sprintf("use RUN --mount=type=secret,id=%s,env=%s for the step that needs it, and give it to the container when it starts", strings.ToLower(name), name)
	kind := credential(value)
	switch {
	case kind != "":
		f.Message = fmt.Sprintf("the value of %s %s has the form of %s: whoever reads the file or the image has it; revoke it, and %s", what, name, kind, instead)
	case !inImage || !secretName.MatchString(name) || publicName.MatchString(name) || aboutName.MatchString(name):
		return
	case !given && what == "ENV" || value == "" && what == "ENV":
		return
	case given && (harmlessValue.MatchString(value) || plainURL.MatchString(value)):
		return
	case !given:
		f.Severity = Warning
		f.Message = fmt.Sprintf("ARG %s: the value that the build gives it stays in the image's history; use RUN --mount=type=secret,id=%s,env=%s for the step that needs it", name, strings.ToLower(name), name)
	case what == "ARG":
		f.Message = fmt.Sprintf("ARG %s keeps its value in the file and in the image's history: %s", name, instead)
	default:
		f.Message = fmt.Sprintf("ENV %s keeps its value in the image, for everybody who can pull it: %s", name, instead)
	}
	p.Report(f)
}
