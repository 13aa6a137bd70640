package checks

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/dfharden/dfharden/stage"
)

// configured is a setting that turns the check off, in a configuration file.
var configured = regexp.MustCompile(`(?im)\b(strict-ssl\s*[= ]\s*false|sslverify\s*=\s*(0|false|no)\b|check[-_]certificate\s*=\s*off|ssl_verify\s*[:=]\s*(false|no)\b)`)

// uncheckedCall describes a call that does not check certificates, "" if it does.
func uncheckedCall(c stage.Call) string {
	switch c.Name {
	case "curl":
		if hasLetter(c, 'k', "--insecure") && curlInsecure(c) {
			return "curl -k"
		}
	case "wget":
		return optionOf(c, "--no-check-certificate")
	case "pip", "pip3", "pip2", "python", "python3":
		if o := optionOf(c, "--trusted-host"); o != "" {
			return "pip " + strings.TrimPrefix(o, c.Name+" ")
		}
	case "git":
		for _, a := range c.Args {
			if strings.EqualFold(a.Text, "http.sslVerify=false") || strings.EqualFold(a.Text, "http.sslVerify") && c.Has("false", "0") {
				return "git's http.sslVerify false"
			}
		}
	case "npm", "yarn", "pnpm":
		if text := joined(c); configured.MatchString(strings.ReplaceAll(text, "--", "")) || c.Has("strict-ssl", "enableStrictSsl") && c.Has("false") {
			return c.Name + "'s strict-ssl false"
		}
	case "apt", "apt-get":
		for _, a := range c.Args {
			if t := strings.ToLower(a.Text); strings.Contains(t, "verify-peer=") && (strings.HasSuffix(t, "false") || strings.HasSuffix(t, "0")) {
				return c.Name + " " + a.Text
			}
		}
	case "composer":
		if c.Has("disable-tls") && c.Has("true") {
			return "composer's disable-tls"
		}
	}
	if m := configured.FindString(joined(c)); m != "" {
		return fmt.Sprintf("%q", strings.Join(strings.Fields(m), " "))
	}
	return ""
}

// curlInsecure reports whether a letter k among joined options is -k, and not part of
// the value of one: in -ok the file is called k.
func curlInsecure(c stage.Call) bool {
	for _, a := range c.Args {
		if a.Text == "--insecure" {
			return true
		}
		if strings.HasPrefix(a.Text, "--") || !strings.HasPrefix(a.Text, "-") {
			continue
		}
		if i := strings.IndexByte(a.Text, 'k'); i > 0 && !strings.ContainsAny(a.Text[1:i], "ACDEFHKPQTUXYbcdehmortuwxyz") {
			return true
		}
	}
	return false
}

// joined is what a call says: its arguments, and the heredocs that it reads.
func joined(c stage.Call) string {
	text := strings.Join(texts(c), " ")
	for _, r := range c.Redirects {
		text += "\n" + r.Heredoc
	}
	return text
}

// optionOf is a call with an option that it has, as people speak of it; "" without.
func optionOf(c stage.Call, option string) string {
	if c.Has(option) || hasPrefix(c, option+"=") {
		return c.Name + " " + option
	}
	return ""
}
