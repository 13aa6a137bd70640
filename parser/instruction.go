package parser

import (
	bk "github.com/moby/buildkit/frontend/dockerfile/parser"

	"github.com/dfharden/dfharden/source"
)

// Token is a piece of an instruction: its decoded text, and the bytes it was
// written with. The bytes may hold continuations and comment lines.
type Token struct {
	Text string
	Span source.Span
}

// Flag is a builder flag such as --chown=a:b.
type Flag struct {
	Name  string // without the dashes: "chown"
	Value string // decoded; "" for a bare flag
	Bare  bool   // there is no '='
	Token        // decoded as a whole, "--chown=a:b"
	// ValueSpan are the bytes behind the '=', quotes included; for a bare flag
	// it is empty, at the end of the token.
	ValueSpan source.Span
}

// Heredoc is a here-document of RUN, COPY or ADD.
type Heredoc struct {
	Name    string // the terminator
	Expand  bool   // the name was not quoted
	Chomp   bool   // <<-: leading tabs do not count
	Content string // the bytes of Body, tabs included
	Body    source.Span
	Span    source.Span // Body and the terminator's line, without its line end
}

// Instruction is one instruction of a Dockerfile.
type Instruction struct {
	Name  string   // the keyword in lower case
	Index int      // in File.Instructions; that of the ONBUILD for its Sub
	Node  *bk.Node // BuildKit's, not to be changed

	Keyword Token
	Flags   []Flag
	// Args has a token for each node of BuildKit's Next chain: ENV and LABEL have
	// a key, a value and a separator each, HEALTHCHECK its type first, the shell
	// form one token. ONBUILD has none, but Sub.
	Args     []Token
	Rest     Token // all behind the keyword and the flags
	JSON     bool  // exec form
	Heredocs []Heredoc
	Sub      *Instruction // what an ONBUILD holds, or nil

	// Span runs from the keyword to the end of the last physical line, heredocs
	// included, without its line end.
	Span          source.Span
	Line, EndLine int // 1-based physical lines, heredocs included

	// Cmd is what instructions.ParseInstruction makes of it: *instructions.Stage,
	// *instructions.CopyCommand, … Only for a Sub may it be nil.
	Cmd any
	// Opaque says why the instruction could not be mapped to bytes; "" if it
	// could. The spans of an opaque instruction are that of all its lines; it can
	// be reported by line, but not edited.
	Opaque string

	file   *File
	parent *Instruction // the ONBUILD of a Sub
	text   text         // joined
	rest   [2]int       // bounds of Rest in text
	shell  string       // the program that runs a shell form: "sh", or what SHELL says
	script lazyScript
}

// Flag returns the last flag of that name.
func (in *Instruction) Flag(name string) (Flag, bool) {
	for i := len(in.Flags) - 1; i >= 0; i-- {
		if in.Flags[i].Name == name {
			return in.Flags[i], true
		}
	}
	return Flag{}, false
}

// Arg returns the text of Args[i], "" if there are not as many.
func (in *Instruction) Arg(i int) string {
	if i < 0 || i >= len(in.Args) {
		return ""
	}
	return in.Args[i].Text
}
