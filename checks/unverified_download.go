package checks

import (
	"fmt"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

func init() {
	register(&Rule{
		ID:       "unverified-download",
		Summary:  "a download is used without a check of what came",
		Control:  SupplyChain,
		Severity: Warning,
		Why: "What a URL gives today it need not give tomorrow: a server is taken over, a release replaced, a domain sold. A program that is downloaded and run while the image is built runs as root there, and its\n" +
			"result is in every container. A checksum in the file (`ADD --checksum=sha256:…`, `sha256sum -c`) or a signature makes the build fail instead.",
		Silent: "The same RUN checks a checksum or a signature (sha256sum, gpg, cosign, minisign …), or a later one does for ADD. A download that is only stored or unpacked by a RUN. Packages that a package manager\n" +
			"downloads. A build stage.",
		Refs: []string{
			"Docker: https://docs.docker.com/reference/dockerfile/#add---checksum", "SLSA: https://slsa.dev/spec/v1.0/threats",
		},
		Run: unverifiedDownload,
	})
}

func unverifiedDownload(p *Pass) {
	p.image(func(s *stage.Stage, in *parser.Instruction) {
		switch c := in.Cmd.(type) {
		case *instructions.AddCommand:
			if _, ok := in.Flag("checksum"); ok || p.verifiedLater(in) {
				return
			}
			for _, src := range c.SourcePaths {
				if isURL(src) && !isGit(src) {
					p.Report(Finding{Span: p.first(in), Message: fmt.Sprintf("ADD of %s without --checksum: the build takes whatever the server sends", src)})
					return
				}
			}
		case *instructions.RunCommand:
			if p.says(in, downloaders) {
				p.downloads(s.Calls(in))
			}
		}
	})
}

var downloaders = []string{"curl", "wget"}

func isURL(src string) bool {
	return strings.HasPrefix(src, "http://") || strings.HasPrefix(src, "https://")
}

// isGit reports whether BuildKit takes a URL for a git repository.
func isGit(src string) bool {
	name, _, _ := strings.Cut(src, "#")
	return strings.HasSuffix(name, ".git") || strings.Contains(src, "#")
}

// verifiers are programs that check a checksum or a signature.
var verifiers = wordSet(`
	sha1sum sha224sum sha256sum sha384sum sha512sum shasum sha256 sha512 md5sum b2sum b3sum cksum gpg gpg2 gpgv
	cosign minisign signify openssl slsa-verifier rpmkeys gh
`)

func verifies(calls []stage.Call) bool {
	for _, c := range calls {
		if verifiers[c.Name] {
			return true
		}
	}
	return false
}

// verifiedLater reports whether a RUN below an instruction checks something.
func (p *Pass) verifiedLater(in *parser.Instruction) bool {
	for _, run := range p.runs() {
		if run.Index > in.Index && verifies(p.calls(run)) {
			return true
		}
	}
	return false
}

// downloads reports what the calls of a RUN fetch and run.
func (p *Pass) downloads(calls []stage.Call) {
	if verifies(calls) {
		return
	}
	for i, c := range calls {
		if c.Name != "curl" && c.Name != "wget" {
			continue
		}
		use := ranLater(calls[i+1:], c)
		if by := runner(calls, i); by != "" {
			use = "run by " + by
		}
		if use != "" {
			p.Report(Finding{Span: c.Span, Message: fmt.Sprintf("what %s downloads%s is %s without a check: whoever controls the server decides what is in the image", c.Name, from(c), use)})
			return
		}
	}
}

// from names the place that a call downloads from, if it is known.
func from(c stage.Call) string {
	for _, a := range c.Args {
		if _, rest, ok := strings.Cut(a.Text, "://"); ok {
			host, _, _ := strings.Cut(rest, "/")
			if i := strings.LastIndexByte(host, '@'); i >= 0 {
				host = host[i+1:]
			}
			if host != "" && !strings.ContainsAny(host, "$`\"' ") {
				return " from " + host
			}
		}
	}
	return ""
}
