package checks

import (
	"path"
	"strings"

	"github.com/dfharden/dfharden/stage"
)

// readers run what they read, without an argument or with "-".
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
