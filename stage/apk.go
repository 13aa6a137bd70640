package stage

import (
	"strings"

	"github.com/dfharden/dfharden/parser"
)

// ApkPaths are the paths of the control "package manager removed": the program,
// its configuration, its state and its keys.
var ApkPaths = []string{"/sbin/apk", "/etc/apk", "/lib/apk", "/usr/share/apk", "/var/lib/apk"}

// Apk says what of the apk package manager has been removed.
type Apk struct {
	Removed uint8               // bit i: ApkPaths[i]
	At      *parser.Instruction // that removed /sbin/apk
}

// Gone reports whether the program is removed.
func (a Apk) Gone() bool { return a.Removed&1 != 0 }

// Left lists the paths of the control that are not removed.
func (a Apk) Left() []string {
	var left []string
	for i, p := range ApkPaths {
		if a.Removed&(1<<i) == 0 {
			left = append(left, p)
		}
	}
	return left
}

// after is what has been removed after a call. Only what runs whenever the RUN
// succeeds counts.
func (a Apk) after(c Call, in *parser.Instruction) Apk {
	if !c.Always {
		return a
	}
	switch c.Name {
	case "rm", "unlink":
		for _, arg := range c.Args {
			a = a.without(c, arg, in)
		}
	case "apk":
		if c.Has("del") && c.Has("apk-tools") {
			a.Removed |= 1
			a.At = in
		} else if c.Has("add") && c.Has("apk-tools") {
			a.Removed &^= 1
		}
	case "find":
		if c.Has("-delete") && c.Has("apk") && len(c.Args) > 0 {
			a = a.without(c, Arg{Text: c.Args[0].Text + "/apk", Known: c.Args[0].Known}, in)
		}
	}
	return a
}

func (a Apk) without(c Call, arg Arg, in *parser.Instruction) Apk {
	if strings.HasPrefix(arg.Text, "-") {
		return a
	}
	target := c.Abs(arg)
	if !arg.Known && (strings.Contains(arg.Text, "which apk") || strings.Contains(arg.Text, "command -v apk")) {
		target = ApkPaths[0]
	}
	if target == "" {
		return a
	}
	for i, p := range ApkPaths {
		if covers(target, p) {
			a.Removed |= 1 << i
			if i == 0 {
				a.At = in
			}
		}
	}
	return a
}

// covers reports whether removing target removes p: p itself, a parent, or a
// glob that ends in "*" and takes p or all of its content in.
func covers(target, p string) bool {
	if target == p || strings.HasPrefix(p, target+"/") {
		return true
	}
	if stem, ok := strings.CutSuffix(target, "*"); ok {
		return strings.HasPrefix(p, stem) && !strings.Contains(p[len(stem):], "/") || stem == p+"/"
	}
	return false
}
