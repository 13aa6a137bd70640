package checks

import (
	"fmt"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/source"
	"github.com/dfharden/dfharden/stage"
)

func init() {
	register(&Rule{
		ID:       "chown-after-volume",
		Summary:  "chown below a volume that is declared earlier is lost with some builders",
		Control:  Ownership,
		Severity: Warning,
		Safety:   Safe,
		Why: "What a RUN changes below a VOLUME that stands above it is discarded by the classic builder, Kaniko and Buildah; BuildKit keeps it. So the directory is root's in one image and the\n" +
			"account's in the other, from the same file, and a process that is not root fails where it works elsewhere.",
		Silent: "The chown stands above VOLUME, or on paths outside of it. Windows.",
		FixSafety: "*Safe*: VOLUME moves behind the last RUN that changes an owner below it, which makes every builder do what BuildKit does. No fix where VOLUME belongs to the base image, is inherited from\n" +
			"another stage, or uses a variable or the working directory that changes in between.",
		Refs: []string{"Docker: https://docs.docker.com/reference/dockerfile/#notes-about-specifying-volumes", "moby/moby#28513", "podman-container-tools/podman#12261"},
		Run: func(p *Pass) {
			if p.windows() {
				return
			}
			p.image(func(s *stage.Stage, in *parser.Instruction) {
				for _, c := range s.Calls(in) {
					if v, dir := lostIn(s.Before(in).Volumes, c); v != nil {
						p.Report(p.lostChown(s, c, *v, dir))
					}
				}
			})
		},
	})
}

// lostIn finds a volume that a chown is lost in, and the path that it is for.
func lostIn(volumes []stage.Volume, c stage.Call) (*stage.Volume, string) {
	if c.Name != "chown" && c.Name != "chgrp" {
		return nil, ""
	}
	ops := c.Operands()
	for _, op := range ops[min(1, len(ops)):] {
		abs := strings.TrimSuffix(c.Abs(op), "/*")
		for i := range volumes {
			if within(abs, volumes[i].Path) || hasLetter(c, 'R', "--recursive") && below(volumes[i].Path, abs) {
				return &volumes[i], op.Text
			}
		}
	}
	return nil, ""
}

func (p *Pass) lostChown(s *stage.Stage, c stage.Call, v stage.Volume, dir string) Finding {
	f := Finding{Span: c.Span}
	if v.At == nil {
		f.Message = fmt.Sprintf("%s of %s stands behind the VOLUME %s of %s: the classic builder, Kaniko and Buildah drop it", c.Name, dir, v.Path, s.Called())
		return f
	}
	f.Message = fmt.Sprintf("%s of %s stands behind VOLUME %s in line %d: the classic builder, Kaniko and Buildah drop it", c.Name, dir, v.Path, v.At.Line)
	f.Related = []Related{{"the volume is declared here", p.first(v.At)}}
	last := lastChown(s, v.At)
	if r := p.volumeStays(s, v.At, last); r != nil {
		f.Withheld = r
		return f
	}
	remove, ok := p.File.Remove(v.At)
	insert := p.File.InsertAfter(last, p.text(v.At))
	if !ok || len(insert) == 0 {
		f.Withheld = reason(opaque, v.At, "VOLUME in line %d cannot be moved: move it by hand", v.At.Line)
		return f
	}
	f.Fix = &Fix{Message: fmt.Sprintf("move VOLUME behind line %d", last.EndLine), Safety: Safe, Edits: append([]source.Edit{remove}, insert...), After: "root-user"}
	return f
}

// lastChown is the last RUN of a stage that changes an owner below the volumes of an
// instruction.
func lastChown(s *stage.Stage, volume *parser.Instruction) *parser.Instruction {
	last := volume
	for _, in := range s.Instructions {
		var mine []stage.Volume
		for _, v := range s.Before(in).Volumes {
			if v.At == volume {
				mine = append(mine, v)
			}
		}
		for _, c := range s.Calls(in) {
			if v, _ := lostIn(mine, c); v != nil {
				last = in
			}
		}
	}
	return last
}

// volumeStays is the reason why a VOLUME cannot move behind an instruction.
func (p *Pass) volumeStays(s *stage.Stage, volume, last *parser.Instruction) *Reason {
	c, ok := volume.Cmd.(*instructions.VolumeCommand)
	if !ok || !hasInstruction(s, volume) {
		return reason(baseImage, volume, "VOLUME in line %d belongs to a stage that this one is built from: move it to the end of the image by hand", volume.Line)
	}
	if volume.Opaque != "" || volume.Line != volume.EndLine {
		return reason(opaque, volume, "VOLUME in line %d is more than a line: move it by hand", volume.Line)
	}
	text := strings.Join(c.Volumes, " ")
	relative := false
	for _, v := range c.Volumes {
		relative = relative || !strings.HasPrefix(v, "/")
	}
	for _, in := range s.Instructions {
		if in.Index <= volume.Index || in.Index >= last.Index {
			continue
		}
		if relative && in.Name == "workdir" || strings.Contains(text, "$") && (in.Name == "env" || in.Name == "arg") {
			return reason(buildArgument, in, "VOLUME in line %d depends on what line %d changes: move it by hand", volume.Line, in.Line)
		}
	}
	return nil
}

func hasInstruction(s *stage.Stage, in *parser.Instruction) bool {
	for _, other := range s.Instructions {
		if other == in {
			return true
		}
	}
	return false
}
