package checks

import (
	"bytes"
	"path"
	"strings"

	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/stage"
)

// databaseEnd are endings of files that are downloaded to be written to.
var databaseEnd = wordSet(`.db .db3 .sqlite .sqlite3 .rdb .duckdb .log`)

// dataEnd are endings of files that are downloaded to be read, as a rule.
var dataEnd = wordSet(`.json .csv .tsv .txt .dat .yml .yaml .toml .ini .conf .xml .bin .pkl .parquet`)

// writtenDownload is the file below the working directory that a call downloads and
// that the process writes to, by its ending or by the project's own source; "" if
// there is none.
func (p *Pass) writtenDownload(c stage.Call) string {
	work := p.Graph.Final().End().WorkDir
	if c.Name != "curl" && c.Name != "wget" || work.At == nil || hasLetter(c, 'P', "--directory-prefix") || hasPrefix(c, "--output-dir") {
		return ""
	}
	name := output(c)
	abs := c.Abs(stage.Arg{Text: name, Known: !strings.ContainsAny(name, "$`*")})
	if name == "" || name == "-" || !ownable(work.Path) || !below(abs, work.Path) || !databaseEnd[path.Ext(abs)] && (!dataEnd[path.Ext(abs)] || !p.sourceWrites(path.Base(abs))) {
		return ""
	}
	return abs
}

// sourceWrites reports whether a line of the project's source names a file and writes.
func (p *Pass) sourceWrites(base string) (found bool) {
	source := func(name string) bool { return sourceEnds[path.Ext(name)] && !testFile.MatchString(name) }
	p.Graph.ProjectFiles(source, func(f stage.ProjectFile) bool {
		if !bytes.Contains(f.Data, []byte(base)) {
			return true
		}
		for _, line := range strings.Split(string(f.Data), "\n") {
			found = found || strings.Contains(line, base) && writesCode.MatchString(line)
		}
		return !found
	})
	return found
}

// keptDownloads takes in the files that a call downloads to be written to.
func (p *Pass) keptDownloads(t *traces, c stage.Call, in *parser.Instruction) {
	if name := p.writtenDownload(c); name != "" && !strings.Contains(in.Rest.Text, "||") { // what may fail makes no file
		t.made = append(t.made, touch{Path: name, At: in, File: true})
	}
}

// downloadDoubt finds a download that the process writes to, where nothing gives it to
// the account.
func (p *Pass) downloadDoubt(pl *plan, in *parser.Instruction, c stage.Call) *Reason {
	name := p.writtenDownload(c)
	if name == "" || givenItself(pl, name) || p.traces().owned(name) || p.traces().gone(touch{Path: name, At: in}) || p.openedTree(in, name) {
		return nil
	}
	return reason(rootWritten, in, "%s in line %d makes %s as root, and the process may have to write to it", c.Name, in.Line, name)
}
