package parser

import (
	"strings"
	"testing"
)

func TestErrors(t *testing.T) {
	long := strings.Repeat("x", maxLine)
	for _, test := range []struct{ name, src, want string }{
		{"empty", "", "f: the file is empty: a Dockerfile needs at least a FROM instruction"},
		{"blank", " \n\n", "f: the file is empty: a Dockerfile needs at least a FROM instruction"},
		{"comments only", "# a\n", "f:1: file with no instructions"},
		{"binary", "\x7fELF\x02\x01\x01\nFROM x\n", "f: the file is binary data: this is no Dockerfile"},
		{"NUL", "FROM x\nRUN \x00\n", "f:2: the file holds a NUL byte: it is binary or UTF-16; save it as UTF-8 text"},
		{
			"long line", "FROM x\nRUN " + long + "\n",
			"f:2: the line is 65540 bytes long, more than the 65535 that BuildKit reads: break it with continuations or move it to a file",
		},
		{"unknown instruction", "FROM x\nRUNN a\n", "f:2: unknown instruction: RUNN (did you mean RUN?)"},
		{"trailing comment", "FROM x # y\n", "f:1: FROM requires either one or three arguments"},
		{"before FROM", "RUN a\nFROM x\n", "f:1: no build stage in current context: only ARG may stand before the first FROM"},
		{"no FROM", "ARG A\n", "f: dockerfile contains no stages to build: a FROM instruction is missing"},
		{"open heredoc", "FROM x\nRUN <<E\na\n", "f:2: unterminated heredoc"},
		{"escape", "# escape=x\nFROM x\n", "f:1: invalid escape token 'x': it must be ` or \\"},
		{"directive twice", "# syntax=a\n# syntax=b\nFROM x\n", "f:2: only one syntax parser directive can be used"},
		{"flag", "FROM x\n\nCOPY --user=a b c\n", "f:3: unknown flag: --user"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Parse("f", []byte(test.src))
			if err == nil || err.Error() != test.want {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestAccepted has files that look wrong but that BuildKit builds.
func TestAccepted(t *testing.T) {
	for _, src := range []string{
		"FROM x\nRUN " + strings.Repeat("x", maxLine-len("RUN ")) + "\n",
		"FROM x\nRUN " + strings.Repeat("x", maxLine-len("RUN ")),
		"ARG A\n# check=skip=all\nFROM x\n# check=skip=all\nRUN a\n",
		"FROM x\nRUN --security=insecure --network=host --device=vendor/dev a\n",
		"FROM x\nCOPY --parents --exclude=*.md --link a b\nADD --keep-git-dir=true --checksum=sha256:0 --unpack a b\n",
		"FROM a AS x\nFROM b AS x\n",
		"FROM x\nRUN a \\",
	} {
		if _, err := Parse("f", []byte(src)); err != nil {
			t.Errorf("%.80q: %v", src, err)
		}
	}
}
