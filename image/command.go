package image

import (
	"slices"
	"strings"
)

// prompts are programs that, alone, wait for somebody to type: the value says
// what an image that starts nothing else is.
var prompts = map[string]Command{
	"sh": ShellCmd, "bash": ShellCmd, "ash": ShellCmd, "dash": ShellCmd, "zsh": ShellCmd, "ksh": ShellCmd, "fish": ShellCmd,
	"busybox": ShellCmd, "pwsh": ShellCmd, "powershell": ShellCmd, "cmd": ShellCmd, "login": ShellCmd,
	"python": Interpreter, "ipython": Interpreter, "pypy": Interpreter, "node": Interpreter, "deno": Interpreter, "bun": Interpreter,
	"irb": Interpreter, "ruby": Interpreter, "perl": Interpreter, "php": Interpreter, "jshell": Interpreter, "java": Interpreter,
	"dotnet": Interpreter, "csharp": Interpreter, "lua": Interpreter, "luajit": Interpreter, "tclsh": Interpreter, "R": Interpreter,
	"julia": Interpreter, "ghci": Interpreter, "stack": Interpreter, "erl": Interpreter, "iex": Interpreter, "elixir": Interpreter,
	"scala": Interpreter, "groovy": Interpreter, "groovysh": Interpreter, "kotlin": Interpreter, "clojure": Interpreter, "clj": Interpreter,
	"racket": Interpreter, "sbcl": Interpreter, "guile": Interpreter, "gosh": Interpreter, "swift": Interpreter, "octave": Interpreter,
}

// CommandOf says what an image with this ENTRYPOINT and CMD starts. A prompt in
// CMD counts whatever the entrypoint is: most only prepare something and then run
// what they are given.
func CommandOf(entrypoint, cmd []string) Command {
	words := cmd
	if len(words) == 0 {
		words = entrypoint
	}
	if len(words) == 0 {
		return NoCommand
	}
	if len(words) == 3 && words[1] == "-c" && promptOf(words[:1]) == ShellCmd { // the shell form
		words = strings.Fields(strings.TrimPrefix(words[2], "exec "))
	}
	if prompt := promptOf(words); prompt != "" {
		return prompt
	}
	return Program
}

// promptOf says what a program is that is given nothing but options, "" if it is
// no prompt.
func promptOf(words []string) Command {
	isOption := func(w string) bool { return strings.HasPrefix(w, "-") || len(w) == 2 && w[0] == '/' } // cmd has /S
	if len(words) == 0 || slices.ContainsFunc(words[1:], func(w string) bool { return !isOption(w) }) {
		return ""
	}
	name := words[0][strings.LastIndexAny(words[0], `/\`)+1:]
	if prompt := prompts[name]; prompt != "" {
		return prompt // R is no r
	}
	name = strings.TrimSuffix(strings.ToLower(name), ".exe")
	return prompts[strings.TrimRight(name, "0123456789.-")]
}
