package lsp

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dfharden/dfharden/source"
)

const service = "FROM debian:bookworm-slim\nWORKDIR /app\nCOPY server /app/\nCMD [\"/app/server\"]\n"

// TestLifecycle: initialize comes first and once, shutdown ends all but exit.
func TestLifecycle(t *testing.T) {
	s := start(t)
	if code := s.raw("textDocument/hover", nil); code != -32002 {
		t.Errorf("a request before initialize gives %d", code)
	}
	var got initializeResult
	s.call("initialize", map[string]any{"capabilities": map[string]any{}}, &got)
	if got.Capabilities.PositionEncoding != "utf-16" || got.ServerInfo != (serverInfo{"dfharden", "v1"}) {
		t.Errorf("initialize gives %+v", got)
	}
	if code := s.raw("initialize", map[string]any{"capabilities": map[string]any{}}); code == 0 {
		t.Error("initialize comes twice")
	}
	if code := s.raw("textDocument/rename", map[string]any{}); code != -32601 {
		t.Errorf("an unknown method gives %d", code)
	}
	s.notify("$/progress", map[string]any{}) // unknown notifications are dropped
	s.call("shutdown", nil, new(any))
	if code := s.raw("textDocument/hover", map[string]any{}); code != -32600 {
		t.Errorf("a request after shutdown gives %d", code)
	}
	s.notify("exit", nil)
	if err := s.end(); err != nil {
		t.Errorf("Serve: %v", err)
	}
}

// TestExitWithoutShutdown is an error; a stream that ends is none.
func TestExitWithoutShutdown(t *testing.T) {
	s := start(t, "utf-16")
	s.notify("exit", nil)
	if err := s.end(); !errors.Is(err, ErrNoShutdown) {
		t.Errorf("Serve: %v", err)
	}
	s = start(t, "utf-16")
	_ = s.client.Close()
	if err := s.end(); err != nil {
		t.Errorf("the end of the stream gives %v", err)
	}
}

// TestDiagnostics: as one types, and none when the file is closed.
func TestDiagnostics(t *testing.T) {
	s := start(t, "utf-16")
	got := s.open(service)
	if s.checker.name != "/work/a b/Dockerfile" {
		t.Errorf("the file's name is %q", s.checker.name)
	}
	if len(got.Diagnostics) != 2 || got.Version != 1 || got.URI != uri {
		t.Fatalf("got %+v", got)
	}
	d := got.Diagnostics[0]
	want := textRange{position{0, 0}, position{0, 25}}
	if d.Code != "root-user" || d.Severity != severityError || d.Range != want || !strings.HasSuffix(d.CodeDescription.Href, "/root-user.md") {
		t.Errorf("got %+v", d)
	}
	s.notify("textDocument/didChange", map[string]any{
		"textDocument":   map[string]any{"uri": uri, "version": 2},
		"contentChanges": []any{map[string]any{"text": "FROM debian:bookworm-slim\nRUNN true\n"}},
	})
	got = s.next()
	if len(got.Diagnostics) != 1 || got.Version != 2 || got.Diagnostics[0].Range.Start.Line != 1 || got.Diagnostics[0].Code != "" {
		t.Errorf("a file that does not parse gives %+v", got)
	}
	s.notify("textDocument/didClose", map[string]any{"textDocument": map[string]any{"uri": uri}})
	if got = s.next(); len(got.Diagnostics) != 0 {
		t.Errorf("a closed file keeps %+v", got)
	}
}

// apply does what an editor does with the edits of an action.
func apply(t *testing.T, text string, encoding string, edit workspaceEdit) string {
	t.Helper()
	d := &document{src: []byte(text), lines: splitLines([]byte(text)), utf8: encoding == "utf-8"}
	var edits []source.Edit
	for _, e := range edit.Changes[uri] {
		edits = append(edits, source.Replace(source.Span{Start: d.offset(e.Range.Start), End: d.offset(e.Range.End)}, e.NewText))
	}
	if len(edits) == 0 || len(edit.Changes) != 1 {
		t.Fatalf("no edits of the document: %+v", edit)
	}
	return string(source.Apply([]byte(text), edits))
}

// TestActions: a quick fix gives what its rule's fix gives, "harden this file" what
// a rewrite gives, in both encodings and with what is hard to count.
func TestActions(t *testing.T) {
	texts := map[string]string{
		"plain":  service,
		"crlf":   strings.ReplaceAll(service, "\n", "\r\n"),
		"wide":   strings.Replace(service, "COPY", "LABEL who=\"é😀\"\nCOPY", 1),
		"astral": strings.Replace(service, "COPY server", "COPY 😀server", 1),
	}
	for _, encoding := range []string{"utf-16", "utf-8"} {
		for name, text := range texts {
			t.Run(encoding+" "+name, func(t *testing.T) {
				s := start(t, encoding)
				s.open(text)
				var actions []codeAction
				place := map[string]any{"start": position{0, 3}, "end": position{0, 3}}
				s.call("textDocument/codeAction", map[string]any{"textDocument": map[string]any{"uri": uri}, "range": place, "context": map[string]any{}}, &actions)
				var titles []string
				for _, a := range actions {
					titles = append(titles, a.Kind+" "+strings.SplitN(a.Title, " (", 2)[0])
				}
				want := []string{"quickfix Create the account boot", "source.fixAll.dfharden Harden this file", "source.dfharden.unsafe Harden this file, unsafe fixes too"}
				if diff := cmp.Diff(want, titles); diff != "" {
					t.Fatalf("-want +got:\n%s", diff)
				}
				edits, err := s.checker.Harden("Dockerfile", []byte(text), false)
				if err != nil {
					t.Fatal(err)
				}
				hard := string(source.Apply([]byte(text), edits))
				if got := apply(t, text, encoding, actions[1].Edit); got != hard {
					t.Errorf("harden this file gives\n%s\nnot\n%s", got, hard)
				}
				fix := s.checker.Check("Dockerfile", []byte(text)).Findings[0].Fix
				if got, want := apply(t, text, encoding, actions[0].Edit), string(source.Apply([]byte(text), fix.Edits)); got != want {
					t.Errorf("the quick fix gives\n%s\nnot\n%s", got, want)
				}
			})
		}
	}
}

// TestOnly: an editor that applies fixes on save asks for them alone, and never
// gets the unsafe ones so.
func TestOnly(t *testing.T) {
	s := start(t, "utf-16")
	s.open(service)
	for only, want := range map[string]int{"source.fixAll": 1, "quickfix": 1, "source": 2, "refactor": 0} {
		var actions []codeAction
		place := map[string]any{"start": position{0, 0}, "end": position{0, 0}}
		s.call("textDocument/codeAction", map[string]any{"textDocument": map[string]any{"uri": uri}, "range": place, "context": map[string]any{"only": []string{only}}}, &actions)
		if len(actions) != want {
			t.Errorf("%s gives %d actions", only, len(actions))
		}
		for _, a := range actions {
			if only == "source.fixAll" && a.Kind != kindFixAll {
				t.Errorf("%s gives %s", only, a.Kind)
			}
		}
	}
}

// TestHover: FROM tells the image and the rules of its findings, another place
// nothing.
func TestHover(t *testing.T) {
	s := start(t, "utf-16")
	s.open(service)
	ask := func(line int) *hover {
		var h *hover
		s.call("textDocument/hover", map[string]any{"textDocument": map[string]any{"uri": uri}, "position": position{line, 1}}, &h)
		return h
	}
	h := ask(0)
	if h == nil {
		t.Fatal("nothing on FROM")
	}
	for _, part := range []string{"**debian:bookworm-slim**", "- distribution: debian bookworm", "- user: root", "**root-user**", "/docs/rules/root-user.md"} {
		if !strings.Contains(h.Contents.Value, part) {
			t.Errorf("%q is not in\n%s", part, h.Contents.Value)
		}
	}
	if h := ask(3); h != nil {
		t.Errorf("CMD has %+v", h)
	}
}

// TestPositions holds both directions against each other at every byte that
// begins a character.
func TestPositions(t *testing.T) {
	const text = "a\r\nbé😀\rc\n\n\xffz"
	for _, utf8 := range []bool{true, false} {
		d := &document{src: []byte(text), lines: splitLines([]byte(text)), utf8: utf8}
		if len(d.lines) != 5 {
			t.Fatalf("%d lines", len(d.lines))
		}
		for i := range text {
			if text[i] == '\n' && i > 0 && text[i-1] == '\r' {
				continue // in a line's end
			}
			if got := d.offset(d.position(i)); got != i {
				t.Errorf("utf8 %v: offset %d is %+v, which is %d", utf8, i, d.position(i), got)
			}
		}
	}
	d := &document{src: []byte(text), lines: splitLines([]byte(text))}
	if got := d.position(strings.Index(text, "\rc")); got != (position{1, 4}) {
		t.Errorf("behind the astral character is %+v", got)
	}
}
