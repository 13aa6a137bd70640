package checks

import (
	"regexp"
	"strings"

	"github.com/dfharden/dfharden/stage"
)

// sedArgs takes the arguments of `sed -i` apart. It says no to options besides
// -e, -E, -r and -i, and to what is not known.
func sedArgs(c stage.Call) (scripts []string, files []stage.Arg, extended, ok bool) {
	inPlace, given := false, false
	for i := 0; i < len(c.Args); i++ {
		switch a := c.Args[i]; {
		case !a.Known:
			return nil, nil, false, false
		case a.Text == "-e" || a.Text == "--expression":
			if i++; i == len(c.Args) {
				return nil, nil, false, false
			}
			scripts, given = append(scripts, c.Args[i].Text), true
		case a.Text == "-i" || strings.HasPrefix(a.Text, "-i.") || strings.HasPrefix(a.Text, "--in-place"):
			inPlace = true
		case a.Text == "-E" || a.Text == "-r":
			extended = true
		case a.Text == "-ri" || a.Text == "-Ei":
			extended, inPlace = true, true
		case strings.HasPrefix(a.Text, "-"):
			return nil, nil, false, false
		default:
			files = append(files, a)
		}
	}
	if !given && len(files) > 0 {
		scripts, files = []string{files[0].Text}, files[1:]
	}
	for _, script := range scripts[:max(0, len(scripts)-1)] {
		if changesLine.MatchString(script) {
			return nil, nil, false, false // those behind it do not see the new line
		}
	}
	return scripts, files, extended, inPlace && len(scripts) > 0 && len(files) > 0
}

// changesLine is the command c behind an address.
var changesLine = regexp.MustCompile(`^/.*/c`)

// sedApply does what a script of s, d and c commands, one a line or between
// semicolons, does to a text. It says no to all other commands.
func sedApply(script, text string, extended bool) (string, bool) {
	for script = strings.TrimLeft(script, "; \n\t"); script != ""; script = strings.TrimLeft(script, "; \n\t") {
		cmd, rest, ok := sedCommand(script, extended)
		if !ok {
			return "", false
		}
		lines := strings.Split(text, "\n")
		kept := lines[:0]
		for _, line := range lines {
			if line, keep := cmd(line); keep {
				kept = append(kept, line)
			}
		}
		text, script = strings.Join(kept, "\n"), rest
	}
	return text, true
}

// sedCommand reads one s, /…/d or /…/c command; c takes the rest of its line.
func sedCommand(script string, extended bool) (cmd func(string) (string, bool), rest string, ok bool) {
	if pattern, after, found := sedPart(strings.TrimPrefix(script, "/"), '/'); script[0] == '/' && found && strings.HasPrefix(after, "d") {
		re, ok := sedRegexp(pattern, extended, false)
		return func(line string) (string, bool) { return line, !re.MatchString(line) }, after[1:], ok
	}
	if pattern, after, found := sedPart(strings.TrimPrefix(script, "/"), '/'); script[0] == '/' && found && strings.HasPrefix(after, "c") && !strings.HasPrefix(after, `c\`) {
		re, ok := sedRegexp(pattern, extended, false)
		text, rest, more := strings.Cut(after[1:], "\n") // a command behind it does not see the new line
		return func(line string) (string, bool) {
			if re.MatchString(line) {
				line = strings.TrimLeft(text, " \t")
			}
			return line, true
		}, rest, ok && !more
	}
	if len(script) < 2 || script[0] != 's' || script[1] == '\\' || script[1] == '\n' {
		return nil, "", false
	}
	pattern, after, ok1 := sedPart(script[2:], script[1])
	replacement, after, ok2 := sedPart(after, script[1])
	flags := after[:len(after)-len(strings.TrimLeft(after, "gI"))]
	rest = after[len(flags):]
	re, ok3 := sedRegexp(pattern, extended, strings.Contains(flags, "I"))
	to, ok4 := sedReplacement(replacement)
	if !ok1 || !ok2 || !ok3 || !ok4 || rest != "" && !strings.ContainsAny(rest[:1], "; \n") {
		return nil, "", false
	}
	return func(line string) (string, bool) { return replace(re, line, to, strings.Contains(flags, "g")), true }, rest, true
}

func replace(re *regexp.Regexp, line, to string, all bool) string {
	if all {
		return re.ReplaceAllString(line, to)
	}
	m := re.FindStringSubmatchIndex(line)
	if m == nil {
		return line
	}
	return line[:m[0]] + string(re.ExpandString(nil, to, line, m)) + line[m[1]:]
}

// sedPart cuts a text at the next delimiter that has no backslash in front.
func sedPart(text string, delimiter byte) (part, rest string, ok bool) {
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\' && i+1 < len(text):
			if i++; text[i] != delimiter {
				out.WriteByte('\\')
			}
			out.WriteByte(text[i])
		case text[i] == delimiter:
			return out.String(), text[i+1:], true
		default:
			out.WriteByte(text[i])
		}
	}
	return "", "", false
}

// sedRegexp translates a POSIX regular expression. In a basic one the backslash
// makes operators of ( ) { } + ? |, in an extended one it takes that away.
func sedRegexp(pattern string, extended, fold bool) (*regexp.Regexp, bool) {
	var out strings.Builder
	if fold {
		out.WriteString("(?i)")
	}
	bracket := false
	for i := 0; i < len(pattern); i++ {
		ch := pattern[i]
		switch {
		case bracket:
			bracket = ch != ']'
			out.WriteByte(ch)
		case ch == '[':
			bracket = true
			out.WriteByte(ch)
		case ch == '\\' && i+1 < len(pattern):
			i++
			if strings.IndexByte("(){}+?|", pattern[i]) < 0 || extended {
				out.WriteByte('\\')
			}
			out.WriteByte(pattern[i])
		case strings.IndexByte("(){}+?|", ch) >= 0 && !extended:
			out.WriteByte('\\')
			out.WriteByte(ch)
		default:
			out.WriteByte(ch)
		}
	}
	re, err := regexp.Compile(out.String())
	return re, err == nil
}

// sedReplacement translates the right side of s: & and \1 to \9.
func sedReplacement(text string) (string, bool) {
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		switch ch := text[i]; {
		case ch == '&':
			out.WriteString("${0}")
		case ch == '$':
			out.WriteString("$$")
		case ch != '\\':
			out.WriteByte(ch)
		case i+1 == len(text):
			return "", false
		default:
			if i++; text[i] >= '1' && text[i] <= '9' {
				out.WriteString("${" + text[i:i+1] + "}")
			} else if text[i] == 'n' {
				out.WriteByte('\n')
			} else {
				out.WriteByte(text[i])
			}
		}
	}
	return out.String(), true
}
