package stage

import "strings"

// writesText is the text that a call writes to a file: echo, printf and cat with a
// here-document by a redirection, and tee. Variables that are not known stand in it
// as they are written, as they would in a script.
func writesText(before []Call, c Call, name string) (text string, appends, ok bool) {
	if c.Name == "tee" {
		appends = c.Has("-a", "--append")
		if body, ok := heredoc(c); ok {
			return body, appends, true
		}
		if n := len(before); n > 0 && before[n-1].Piped {
			text, ok = printed(before[n-1])
		}
		return text, appends, ok
	}
	for _, r := range c.Redirects {
		target, lit := r.Target.Lit()
		if lit && (r.Op == ">" || r.Op == ">>" || r.Op == ">|") && (r.Fd == "" || r.Fd == "1") && c.Abs(Arg{Text: target, Known: true}) == name {
			text, ok = printed(c)
			return text, r.Op == ">>", ok
		}
	}
	return "", false, false
}

// printed is what a call prints.
func printed(c Call) (string, bool) {
	args := make([]string, len(c.Args))
	for i, a := range c.Args {
		args[i] = a.Text
		if !a.Known {
			args[i] = unquoted(a.Text)
		}
	}
	switch c.Name {
	case "cat":
		body, ok := heredoc(c)
		return body, ok && len(args) == 0
	case "echo":
		for len(args) > 0 && (args[0] == "-e" || args[0] == "-n" || args[0] == "-ne" || args[0] == "-en") {
			args = args[1:]
		}
		return unescaped(strings.Join(args, " ")) + "\n", true
	case "printf":
		return formatted(args)
	}
	return "", false
}

// formatted is what printf prints: a format without a conversion, or one that is all
// %s.
func formatted(args []string) (string, bool) {
	if len(args) == 0 {
		return "", false
	}
	format := unescaped(args[0])
	if !strings.Contains(strings.ReplaceAll(format, "%%", ""), "%") {
		return strings.ReplaceAll(format, "%%", "%"), true
	}
	if strings.Count(format, "%") != 1 || !strings.Contains(format, "%s") && !strings.Contains(format, "%b") {
		return "", false
	}
	var out strings.Builder
	for _, a := range args[1:] {
		out.WriteString(strings.NewReplacer("%s", a, "%b", unescaped(a)).Replace(format))
	}
	return out.String(), true
}

var escapes = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\t`, "\t", `\r`, "\r", `\"`, `"`)

// unescaped replaces the escapes that echo and printf know, whether this shell's echo
// does or not: a script in one line of text starts nothing.
func unescaped(text string) string { return escapes.Replace(text) }

// unquoted drops the double quotes around a word as it is written.
func unquoted(word string) string {
	if len(word) > 1 && word[0] == '"' && word[len(word)-1] == '"' {
		return shellEscapes.Replace(word[1 : len(word)-1])
	}
	return word
}

var shellEscapes = strings.NewReplacer(`\\`, `\`, `\$`, `$`, "\\`", "`", `\"`, `"`)

// heredoc is the text of a call's here-document.
func heredoc(c Call) (string, bool) {
	for _, r := range c.Redirects {
		if r.Heredoc == "" {
			continue
		}
		if strings.ContainsAny(r.Target.Raw, `'"\`) {
			return r.Heredoc, true
		}
		return bodyEscapes.Replace(r.Heredoc), true
	}
	return "", false
}

var bodyEscapes = strings.NewReplacer(`\\`, `\`, `\$`, `$`, "\\`", "`", "\\\n", "")
