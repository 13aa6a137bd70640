package checks

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/dfharden/dfharden/image"
	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/source"
	"github.com/dfharden/dfharden/stage"
)

func init() {
	register(&Rule{
		ID:       "shell-form-command",
		Summary:  "CMD or ENTRYPOINT is in shell form",
		Control:  RunTime,
		Severity: Info,
		Safety:   Unsafe,
		Why: "In shell form `/bin/sh -c` is process 1 and the program its child, with most shells and all but the plainest commands: SIGTERM goes to the shell, which does not hand it on, and after the grace\n" +
			"period the program is killed in the middle of its work. In exec form the program gets the signal. An ENTRYPOINT in shell form also drops CMD and the arguments of `docker run`.",
		Silent: "The command needs a shell (a variable, a pipe, `&&`) and ends with `exec`, so that the program takes the shell's place. Windows.",
		FixSafety: "*Unsafe*: a command of plain words becomes a JSON array. As process 1 a program ignores the signals that it has no handler for, and has to reap orphans, which the shell did. No fix for what needs\n" +
			"a shell, nor where CMD and ENTRYPOINT would be joined otherwise than now.",
		Refs: []string{
			"Docker: https://docs.docker.com/reference/dockerfile/#shell-and-exec-form", "BuildKit: JSONArgsRecommended", "hadolint: DL3025", "KICS: b86987e1-6397-4619-81d5-8807f2387c79",
			"tally: buildkit/JSONArgsRecommended, hadolint/DL3025",
		},
		Run: func(p *Pass) {
			start := p.Graph.Final().End().Start
			if p.windows() {
				return
			}
			for _, in := range []*parser.Instruction{start.Entrypoint, start.Cmd} {
				if in != nil && !in.JSON {
					p.shellForm(in)
				}
			}
		},
	})
}

func (p *Pass) shellForm(in *parser.Instruction) {
	calls := p.calls(in)
	if n := len(calls); n > 0 && len(calls[n-1].Via) > 0 && calls[n-1].Via[0] == "exec" {
		return
	}
	program := "the program"
	if len(calls) == 1 && calls[0].Name != "" {
		program = calls[0].Name
	}
	f := Finding{Span: p.first(in), Message: fmt.Sprintf("%s in shell form: a shell is process 1, and signals may not reach %s", strings.ToUpper(in.Name), program)}
	words := p.plainWords(in)
	switch {
	case words == nil && len(calls) > 0:
		f.Message += "; it needs the shell, so put exec in front of the last command"
	case words != nil:
		p.execForm(&f, in, words)
	}
	p.Report(f)
}

// execForm offers a command of plain words as an array.
func (p *Pass) execForm(f *Finding, in *parser.Instruction, words []string) {
	start := p.Graph.Final().End().Start
	switch {
	case in.Name == "entrypoint" && (start.Cmd != nil || len(start.BaseCmd) > 0):
		f.Message += "; in exec form it would get CMD as its arguments"
		return
	case in.Name == "cmd" && (start.Entrypoint != nil || len(start.BaseEntry) > 0 && p.Graph.Final().Facts.Kind != image.Language):
		f.Message += "; in exec form its words would be arguments of the ENTRYPOINT"
		return
	}
	array, err := json.Marshal(words)
	if err != nil || in.Opaque != "" || in.Line != in.EndLine {
		return
	}
	text := strings.ReplaceAll(string(array), `","`, `", "`)
	r := reason(firstProcess, in, "as process 1 %s has to handle SIGTERM itself", words[0])
	if in.Name == "cmd" && len(start.BaseEntry) > 0 {
		r = reason(firstProcess, in, "%s, the base image's entrypoint, gets the words instead of a shell, and %s has to handle SIGTERM itself", start.BaseEntry[0], words[0])
	}
	if !start.Known {
		r = reason(unknownBase, in, "whether the base image has an ENTRYPOINT, to which the words would go, is not known")
	}
	f.Fix = &Fix{Message: "write " + strings.ToUpper(in.Name) + " " + text, Safety: Unsafe, Reason: r, Edits: []source.Edit{source.Replace(in.Rest.Span, text)}, After: "root-user"}
}

// What a shell hands on as it is: without special characters, or in quotes.
var (
	plainWord  = regexp.MustCompile(`^[\w./:=@%+,-]+$`)
	quotedWord = regexp.MustCompile(`^(?:"[\w./:=@%+,*;&|<>()?#-]*"|'[\w./:=@%+,*;&|<>()?#-]*')$`)
)

// builtins mean something else, or nothing, without a shell.
var builtins = wordSet(`cd exec export set eval source . : true false test [ read wait trap umask ulimit alias unset shift return exit local command type if for while case time`)

// plainWords are the words of a command that says the same without a shell; nil if it
// does not.
func (p *Pass) plainWords(in *parser.Instruction) []string {
	script := in.Script()
	st := p.startState(in)
	if script == nil || script.Err != nil || len(script.Commands) != 1 || st.Shell.Kind != stage.Posix {
		return nil
	}
	cmd := script.Commands[0]
	var words, raw []string
	for _, w := range cmd.Words {
		text, ok := w.Lit()
		if !ok || !plainWord.MatchString(w.Raw) && !quotedWord.MatchString(w.Raw) {
			return nil
		}
		words, raw = append(words, text), append(raw, w.Raw)
	}
	if len(words) == 0 || len(cmd.Redirects) > 0 || len(cmd.Assigns) > 0 || cmd.Piped || builtins[words[0]] || strings.Contains(words[0], "=") || strings.Join(raw, " ") != strings.Join(strings.Fields(in.Rest.Text), " ") {
		return nil
	}
	return words
}

// startState is the state in which an instruction of the image stands.
func (p *Pass) startState(in *parser.Instruction) stage.State {
	for _, s := range p.Graph.Chain() {
		if hasInstruction(s, in) {
			return s.Before(in)
		}
	}
	return p.Graph.Final().End()
}
