package stage

import (
	"path"
	"slices"
	"strings"
)

// before lists the programs that start another one, with those of their options
// that take a value.
var before = map[string]string{
	"sudo": "-u -g -h -p -C -r -t -T -U", "doas": "-u -C", "env": "-u -C -S", "exec": "-a", "command": "", "builtin": "", "nohup": "", "time": "",
	"nice": "-n", "ionice": "-c -n", "busybox": "", "stdbuf": "-i -o -e", "eatmydata": "", "xvfb-run": "-n -s -f -e",
	"taskset": "", "numactl": "-N -m -C -i -p", "catchsegv": "", "scl": "", "cross-env": "", "cross-env-shell": "",
	"ddtrace-run": "", "opentelemetry-instrument": "", "dbus-run-session": "--config-file", "proxychains": "-f", "proxychains4": "-f",
	"tini": "-p -e", "tini-static": "-p -e", "dumb-init": "--rewrite -r", "catatonit": "", "timeout": "-s -k", "setsid": "", "unbuffer": "",
}

// Passed is the call that c makes of its arguments from the one with that index
// on: `bundle exec puma` of `puma`.
func (c Call) Passed(index int) Call {
	return unwrap(Call{Command: c.Command, Script: c.Script, Dir: c.Dir, Sudo: c.Sudo, Via: slices.Clip(c.Via)}, c.Args[min(index, len(c.Args)):])
}

// unwrap fills in the program that words start, and its arguments.
func unwrap(c Call, args []Arg) Call {
	for {
		c.Path, c.Name = "", ""
		if len(args) == 0 {
			return c
		}
		c.Word = args[0].Span
		if args[0].Known {
			c.Path = strings.TrimPrefix(args[0].Text, `\`)
			c.Name = path.Base(c.Path)
		}
		values, wraps := before[c.Name]
		rest := args[1:]
		if wraps {
			rest = skipOptions(rest, strings.Fields(values), c.Name)
		}
		if !wraps || len(rest) == 0 {
			c.Args = args[1:]
			return c
		}
		c.Sudo = c.Sudo || c.Name == "sudo" || c.Name == "doas"
		c.Via = append(c.Via, c.Name)
		args = rest
	}
}

// skipOptions drops the options of a wrapper, their values, the assignments of
// env and its like, and the words that some have in front of the program.
func skipOptions(args []Arg, values []string, name string) []Arg {
	for len(args) > 0 {
		text := args[0].Text
		switch {
		case text == "--":
			return args[1:]
		case strings.HasPrefix(text, "-") && len(text) > 1:
			args = args[1:]
			for _, v := range values {
				if v == text && len(args) > 0 {
					args = args[1:]
					break
				}
			}
		case (name == "env" || name == "sudo" || name == "cross-env" || name == "cross-env-shell") && strings.Contains(text, "=") && !strings.HasPrefix(text, "/"):
			args = args[1:]
		case name == "timeout", name == "taskset":
			return args[1:] // the duration, the processors
		case name == "scl":
			return collection(args)
		default:
			return args
		}
	}
	return nil
}

// collection drops what `scl enable` has in front of the program.
func collection(args []Arg) []Arg {
	for i, a := range args {
		if a.Text == "--" {
			return args[i+1:]
		}
	}
	if len(args) < 3 || args[0].Text != "enable" || strings.ContainsAny(args[2].Text, " \t") {
		return nil
	}
	return args[2:]
}
