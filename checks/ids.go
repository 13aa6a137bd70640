package checks

import (
	"fmt"
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/source"
	"github.com/dfharden/dfharden/stage"
)

// giveIDs finds the numbers of an account, and the edits that fix those which
// its creation leaves to chance: an option behind the name of the program. It
// says no where the account's creation cannot be edited.
func (p *Pass) giveIDs(a *stage.Account) (uid, gid int, edits []source.Edit, ok bool) {
	uid, gid = p.freeIDs(a)
	switch {
	case a.UID.Known:
		uid = a.UID.N
	case a.UID.Given:
		return 0, 0, nil, false // by a variable, which is not ours to replace
	default:
		c := p.creating(a, "useradd", "adduser")
		if c == nil || c.Func != "" {
			return 0, 0, nil, false
		}
		edits = append(edits, option(c, 'u', "uid", uid))
	}
	switch {
	case a.GID.Known:
		gid = a.GID.N
	case a.GID.Given:
		return 0, 0, nil, false
	default:
		c, exists := p.creatingGroup(a.Group)
		if a.Group == a.Name && !exists {
			gid = uid // its own group takes the same number
			break
		}
		if c == nil || c.Func != "" {
			return 0, 0, nil, false
		}
		edits = append(edits, option(c, 'g', "gid", gid))
	}
	return uid, gid, edits, true
}

// freeIDs are the configured numbers, or the next that no other account has.
func (p *Pass) freeIDs(a *stage.Account) (uid, gid int) {
	st := p.Graph.Final().End()
	uid, gid = p.Options.UID, p.Options.GID
	for !a.UID.Known && st.IDTaken(uid) || !a.GID.Known && st.IDTaken(gid) {
		uid, gid = uid+1, gid+1
	}
	return uid, gid
}

// creating finds the call that creates an account.
func (p *Pass) creating(a *stage.Account, programs ...string) *stage.Call {
	if a.At == nil {
		return nil
	}
	for _, c := range p.calls(a.At) {
		for _, name := range programs {
			if c.Name == name && c.Always && last(c) == a.Name && p.asWritten(a.At, c) {
				return &c
			}
		}
	}
	return nil
}

// creatingGroup finds the call that creates a group of that name; nil if there is
// none, or none that can be edited.
func (p *Pass) creatingGroup(group string) (call *stage.Call, exists bool) {
	for _, in := range p.runs() {
		for _, c := range p.calls(in) {
			if (c.Name == "groupadd" || c.Name == "addgroup") && c.Always && last(c) == group {
				if p.asWritten(in, c) {
					return &c, true
				}
				exists = true
			}
		}
	}
	return nil, exists
}

// asWritten reports whether an option can be put behind the name of a program: it
// stands in the file as it reads, and not in exec form.
func (p *Pass) asWritten(in *parser.Instruction, c stage.Call) bool {
	return !in.JSON && string(p.File.Src[c.Word.Start:c.Word.End]) == c.Path
}

// last is the operand that names what a call creates: with options before it
// the last, else the first word.
func last(c stage.Call) string {
	ops := c.Operands()
	if len(ops) == 0 {
		return ""
	}
	if len(c.Args) > 0 && c.Args[0].Known && !strings.HasPrefix(c.Args[0].Text, "-") {
		return c.Args[0].Text
	}
	return ops[len(ops)-1].Text
}

// option is the edit that puts an option with a number behind a program's name.
func option(c *stage.Call, letter byte, long string, n int) source.Edit {
	text := fmt.Sprintf(" -%c %d", letter, n)
	for _, a := range c.Args {
		if strings.HasPrefix(a.Text, "--") && len(a.Text) > 2 {
			text = fmt.Sprintf(" --%s %d", long, n)
			break
		}
	}
	return source.Insert(c.Word.End, text)
}
