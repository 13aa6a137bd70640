package checks

import (
	"path"
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// pytestDoubt is about an image that runs the project's tests. pytest keeps its cache
// in the working directory, and goes without where it may not; the tests themselves are
// read as the project's other sources are, if the command names their files. Source:
// docs.pytest.org, how-to/cache and junitxml.
func (p *Pass) pytestDoubt(c stage.Call, in *parser.Instruction) *Reason {
	work := p.Graph.Final().End().WorkDir
	if work.At == nil || !ownable(work.Path) {
		return reason(rootDirectory, in, "pytest keeps its cache, and tests leave files, in the working directory, which is %s and stays root's", work.Path).with("set a WORKDIR")
	}
	read := false
	for _, a := range c.Args {
		value := a.Text[strings.LastIndexByte(a.Text, '=')+1:]
		if strings.HasPrefix(value, "/") && !within(path.Clean(value), work.Path) {
			return reason(mountedFiles, in, "pytest is told of %s, which is root's or the host's: it may write there", value)
		}
		file, _, _ := strings.Cut(a.Text, "::")
		_, _, ok := p.Graph.ContextFile(c.Abs(stage.Arg{Text: file, Known: a.Known}))
		read = read || ok && strings.HasSuffix(file, ".py")
	}
	if !read {
		return reason(buildAtStart, in, "pytest runs tests that the command does not name: what they write is not known").with("name their files, or use --unsafe-fixes")
	}
	return nil
}

// startsTests reports whether the image runs the project's tests.
func (p *Pass) startsTests() bool { return p.startsProgram("pytest") }
