package checks

import (
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/source"
	"github.com/dfharden/dfharden/stage"
)

func init() {
	register(&Rule{
		ID:       "tls-check-disabled",
		Summary:  "a program is told not to check certificates",
		Control:  SupplyChain,
		Severity: Warning,
		Why: "Without the check whoever is on the way between the build and the server answers in its place, and what they answer is installed or run. Set in ENV it holds for the process in the container, too.\n" +
			"A missing certificate is added (`update-ca-certificates`, `--cacert`, `NODE_EXTRA_CA_CERTS`), not overlooked. All stages count.",
		Silent: "Calls to the container itself (`curl -k https://localhost`), as health checks make them; in a health check a place that is not known counts as the container. Values that come from a variable without a value.",
		Refs: []string{
			"OWASP: A02:2021 Cryptographic Failures",
			"checkov: CKV2_DOCKER_2, CKV2_DOCKER_3, CKV2_DOCKER_4, CKV2_DOCKER_5, CKV2_DOCKER_6, CKV2_DOCKER_12, CKV2_DOCKER_13, CKV2_DOCKER_14, CKV2_DOCKER_15, CKV2_DOCKER_16",
		},
		Run: func(p *Pass) {
			p.file(func(s *stage.Stage, in *parser.Instruction) {
				switch c := in.Cmd.(type) {
				case *instructions.EnvCommand:
					for _, kv := range c.Env {
						if uncheckedVariables[kv.Key] == nil {
							continue
						}
						if value, known := s.Before(in).Expand(kv.Value); known {
							p.unchecked(p.keySpan(in, kv.Key), uncheckedVariable(kv.Key, value))
						}
					}
				case *instructions.ArgCommand:
					for _, a := range c.Args {
						if a.Value != nil {
							p.unchecked(p.keySpan(in, a.Key), uncheckedVariable(a.Key, *a.Value))
						}
					}
				default:
					if (p.says(in, uncheckedWords) || p.says(in, curl) && dashK(p.lower[in])) && in.Script() != nil {
						p.uncheckedCalls(s, in)
					}
				}
			})
		},
	})
}

func (p *Pass) unchecked(span source.Span, what string) {
	if what != "" {
		p.Report(Finding{Span: span, Message: what + " turns the check of certificates off: whoever is on the way can answer instead; add the missing certificate"})
	}
}

// keySpan is the place of a variable that ENV or ARG sets.
func (p *Pass) keySpan(in *parser.Instruction, key string) source.Span {
	for _, a := range in.Args {
		if a.Text == key || strings.HasPrefix(a.Text, key+"=") {
			return source.Span{Start: a.Span.Start, End: min(a.Span.End, a.Span.Start+len(key))}
		}
	}
	return p.first(in)
}

// uncheckedWords are found in every text that uncheckedCalls has something to say of,
// so that others need not be parsed.
var uncheckedWords = strings.Fields(`
	--no-check-certificate check_certificate insecure trusted-host trusted_host strict-ssl strict_ssl strictssl
	reject_unauthorized httpsverify ssl_no_verify sslverify ssl-verify ssl_verify verify-peer disable-tls
`)

var curl = []string{"curl"}

// dashK reports whether a text has a word of joined options with a k.
func dashK(text string) bool {
	for {
		i := strings.Index(text, " -")
		if i < 0 {
			return false
		}
		text = text[i+2:]
		end := strings.IndexAny(text, " \t\n")
		if end < 0 {
			end = len(text)
		}
		if !strings.HasPrefix(text, "-") && strings.IndexByte(text[:end], 'k') >= 0 {
			return true
		}
	}
}

// uncheckedVariables turn the check off with the values that the functions tell. Sources:
// Node.js' and git's documentation of environment variables, PEP 493, npm's
// config(7), pip's user guide, Go's `go help environment`.
var uncheckedVariables = map[string]func(string) bool{
	"NODE_TLS_REJECT_UNAUTHORIZED": func(v string) bool { return v == "0" },
	"PYTHONHTTPSVERIFY":            func(v string) bool { return v == "0" },
	"GIT_SSL_NO_VERIFY":            func(v string) bool { return v != "" && v != "0" && v != "false" },
	"NPM_CONFIG_STRICT_SSL":        falsy,
	"npm_config_strict_ssl":        falsy,
	"YARN_ENABLE_STRICT_SSL":       falsy,
	"PIP_TRUSTED_HOST":             func(v string) bool { return v != "" },
	"GOINSECURE":                   func(v string) bool { return v != "" },
}

func falsy(v string) bool { return v == "false" || v == "0" || v == "no" }

// uncheckedVariable describes a variable that turns the check off, "" if it does not.
func uncheckedVariable(name, value string) string {
	if off := uncheckedVariables[name]; off != nil && off(strings.Trim(value, `"'`)) {
		return name + "=" + strings.Trim(value, `"'`)
	}
	return ""
}

// uncheckedCalls reports what a script calls and sets.
func (p *Pass) uncheckedCalls(s *stage.Stage, in *parser.Instruction) {
	for _, cmd := range in.Script().Commands {
		for _, a := range cmd.Assigns {
			if value, known := a.Value.Lit(); known {
				p.unchecked(a.Span, uncheckedVariable(a.Name, value))
			}
		}
	}
	for _, c := range s.Calls(in) {
		if !toItself(c) && (in.Name != "healthcheck" || from(c) != "") {
			p.unchecked(c.Span, uncheckedCall(c))
		}
	}
}

// toItself reports whether a call is to the container that makes it.
func toItself(c stage.Call) bool {
	for _, a := range c.Args {
		for _, host := range []string{"localhost", "127.0.0.1", "[::1]"} {
			if i := strings.Index(a.Text, host); i == 0 || i > 0 && strings.HasSuffix(a.Text[:i], "//") {
				return true
			}
		}
	}
	return false
}
