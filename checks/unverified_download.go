package checks

import (
	"fmt"
	"path"
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

// programs that run what they read, without an argument or with "-".
var readers = wordSet(`sh bash ash dash zsh ksh python python2 python3 perl ruby node php`)

// runner is what runs the output of a download: the end of its pipe, or the shell
// that it is substituted into. "" if nothing does.
func runner(calls []stage.Call, i int) string {
	c := calls[i]
	if c.Subst {
		return substituted(calls[:i], c)
	}
	for ; calls[i].Piped && i+1 < len(calls); i++ {
		next := calls[i+1]
		if readers[next.Name] && readsInput(next) {
			return next.Name
		}
		if next.Subst {
			return ""
		}
	}
	return ""
}

// readsInput reports whether a shell or an interpreter reads its program from the
// standard input.
func readsInput(c stage.Call) bool {
	for i, a := range c.Args {
		switch {
		case a.Text == "-" || a.Text == "-s" || a.Text == "/dev/stdin" || a.Text == "--":
			return true
		case a.Text == "-c" || a.Text == "-m" || a.Text == "-e" || strings.HasPrefix(a.Text, "-n") || strings.HasPrefix(a.Text, "-p") || strings.HasPrefix(a.Text, "-r"):
			return false
		case !strings.HasPrefix(a.Text, "-") && !strings.HasPrefix(a.Text, "+") && (i == 0 || c.Args[i-1].Text != "-o"):
			return false
		}
	}
	return true
}

// substituted is the shell around a substitution that runs its result.
func substituted(outer []stage.Call, c stage.Call) string {
	for _, o := range outer {
		if !o.Span.Contains(c.Span) || o.Span == c.Span {
			continue
		}
		for k, a := range o.Args {
			process := strings.HasPrefix(a.Text, "<(") && (shellNames[o.Name] || readers[o.Name])
			code := o.Name == "eval" || k > 0 && strings.HasSuffix(o.Args[k-1].Text, "c") && strings.HasPrefix(o.Args[k-1].Text, "-") && readers[o.Name]
			if a.Span.Contains(c.Span) && (process || code) {
				return o.Name
			}
		}
	}
	return ""
}

// ranLater is what becomes of the file that a download makes, "" if it is not run.
func ranLater(later []stage.Call, c stage.Call) string {
	name := output(c)
	if name == "" || name == "-" || strings.HasPrefix(name, "/dev/") {
		return ""
	}
	name = path.Base(name)
	for _, l := range later {
		switch {
		case l.Path != "" && path.Base(l.Path) == name:
			return "run"
		case readers[l.Name] || l.Name == "source" || l.Name == ".":
			if ops := l.Operands(); len(ops) > 0 && path.Base(ops[0].Text) == name {
				return "run by " + l.Name
			}
		case l.Name == "chmod":
			if ops := l.Operands(); named(l, name) && (strings.HasPrefix(firstText(l), "+x") || len(ops) > 0 && makesRunnable(firstText(l))) {
				return "made executable"
			}
		case (l.Name == "dpkg" && l.Has("-i", "--install") || l.Name == "rpm" && hasLetter(l, 'i', "--install") || l.Name == "rpm" && hasLetter(l, 'U', "--upgrade")) && named(l, name):
			return "installed by " + l.Name
		}
	}
	return ""
}

func firstText(c stage.Call) string {
	for _, a := range c.Args {
		if !strings.HasPrefix(a.Text, "-") {
			return a.Text
		}
	}
	return ""
}

// makesRunnable reports whether a mode lets somebody execute.
func makesRunnable(mode string) bool {
	if octalMode.MatchString(mode) && len(mode) >= 3 {
		return (mode[len(mode)-3]-'0')&1 == 1
	}
	_, bits, ok := strings.Cut(mode, "+")
	return ok && strings.Contains(bits, "x")
}

// named reports whether a call has a file among its arguments, wherever it lies.
func named(c stage.Call, base string) bool {
	for _, a := range c.Args {
		if path.Base(a.Text) == base {
			return true
		}
	}
	return false
}

// output is the file that a download writes, "" for the standard output.
func output(c stage.Call) string {
	for _, r := range c.Redirects {
		if r.Op == ">" || r.Op == ">>" {
			return strings.Trim(r.Target.Raw, `"'`)
		}
	}
	url, letter, long := "", byte('o'), "--output"
	if c.Name == "wget" {
		letter, long = 'O', "--output-document"
	}
	for i, a := range c.Args {
		switch {
		case strings.HasPrefix(a.Text, long+"="):
			return a.Text[len(long)+1:]
		case a.Text == long || strings.HasPrefix(a.Text, "-") && !strings.HasPrefix(a.Text, "--") && a.Text[len(a.Text)-1] == letter:
			if i+1 < len(c.Args) {
				return strings.Trim(c.Args[i+1].Text, `"'`)
			}
		case strings.HasPrefix(a.Text, "-O") && c.Name == "wget" && len(a.Text) > 2:
			return a.Text[2:]
		case strings.HasPrefix(a.Text, "-o") && c.Name == "curl" && len(a.Text) > 2:
			return a.Text[2:]
		case strings.Contains(a.Text, "://"):
			url = strings.Trim(a.Text, `"'`)
		}
	}
	if c.Name == "wget" || hasLetter(c, 'O', "--remote-name") {
		url, _, _ = strings.Cut(url, "?")
		return path.Base(url)
	}
	return ""
}
