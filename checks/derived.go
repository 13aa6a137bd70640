package checks

import (
	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// keepDerived gives the stages that are built FROM the image the user back that the
// image had: they are other images, and nobody asked to change them.
func (p *Pass) keepDerived(pl *plan) {
	spec := pl.stage.End().User.Spec
	if spec == "" {
		spec = "0"
	}
	for _, d := range pl.stage.Derived() {
		if !setsUser(d) {
			pl.edits = append(pl.edits, p.File.InsertAfter(d.From, "# This stage is another image: it goes on as root.", "USER "+spec)...)
			pl.said = append(pl.said, "keep stage "+d.Label()+" as it is")
		}
	}
}

// setsUser reports whether a stage begins with a USER of its own.
func setsUser(s *stage.Stage) bool {
	for _, in := range s.Instructions {
		switch in.Name {
		case "arg", "label":
		default:
			return in.Name == "user"
		}
	}
	return false
}

// indifferent are programs that root may run in a stage built from the image, whoever
// owns the image's files and however many accounts there are. Not npm before 9 and not
// git, which look at owners; not what makes accounts, whose names and ids may be taken.
var indifferent = map[string]bool{
	"apt-get": true, "apt": true, "apk": true, "dnf": true, "microdnf": true, "yum": true, "pip": true, "pip3": true, "gem": true,
	"mkdir": true, "rm": true, "cp": true, "mv": true, "ln": true, "touch": true, "chmod": true, "chown": true, "echo": true, "printf": true,
	"cat": true, "sed": true, "curl": true, "wget": true, "tar": true, "unzip": true, "set": true, "export": true, "cd": true, "true": true,
}

// derivedAccounts finds a RUN that makes an account in a stage built FROM the image,
// where the image is to get one: the names or the numbers may be the same.
func (p *Pass) derivedAccounts(pl *plan, s *stage.Stage) *Reason {
	for _, d := range s.Derived() {
		for _, in := range d.Instructions {
			if in.Name != "run" || !pl.who.Create {
				continue
			}
			for _, c := range d.Calls(in) {
				switch c.Name {
				case "adduser", "addgroup", "useradd", "groupadd":
					return reason(baseImage, in, "stage %s is built from this one, and line %d makes an account there that may have the same name or number", d.Label(), in.Line).
						with("create the account in the stage that ships, and name it in USER at its end")
				}
			}
		}
		if r := p.derivedAccounts(pl, d); r != nil {
			return r
		}
	}
	return nil
}

// derivedDoubt finds a RUN in a stage that is built FROM the image which may care for
// the account and the owners of files that the image has now.
func (p *Pass) derivedDoubt(s *stage.Stage) *Reason {
	for _, d := range s.Derived() {
		for _, in := range d.Instructions {
			if in.Name == "run" && !p.indifferent(d, in) {
				return reason(baseImage, in, "stage %s in line %d is built from this one: its RUN in line %d sees the account and other owners of files", d.Label(), d.From.Line, in.Line).
					with("read that step; if it does not care who owns the files, use --unsafe-fixes")
			}
		}
		if r := p.derivedDoubt(d); r != nil {
			return r
		}
	}
	return nil
}

func (p *Pass) indifferent(s *stage.Stage, in *parser.Instruction) bool {
	if !s.Readable(in) {
		return false
	}
	for _, c := range s.Calls(in) {
		if !indifferent[c.Name] && (c.Name != "npm" || !p.newNpm()) {
			return false
		}
	}
	return true
}

// taken reports whether another stage of the file takes something from this one.
func (p *Pass) taken(s *stage.Stage) bool {
	for _, other := range p.Graph.Stages {
		if other.Base == s {
			return true
		}
		for _, e := range other.Edges {
			if e.To == s {
				return true
			}
		}
	}
	return false
}
