package lsp

import (
	"context"
	"encoding/json"
	"io"
	"testing"
	"time"

	"github.com/creachadair/jrpc2"
	"github.com/creachadair/jrpc2/channel"

	"github.com/dfharden/dfharden/checks"
	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/report"
	"github.com/dfharden/dfharden/rewrite"
	"github.com/dfharden/dfharden/source"
	"github.com/dfharden/dfharden/stage"
)

// plain checks with the rules' own defaults, and remembers the name it was given.
type plain struct{ name string }

func (c *plain) Check(name string, src []byte) *report.File {
	c.name = name
	f, err := parser.Parse(name, src)
	if err != nil {
		return &report.File{Path: name, Err: err}
	}
	g, err := stage.Build(f, stage.Options{})
	if err != nil {
		return &report.File{Path: name, Err: err}
	}
	return &report.File{Path: name, Original: f, Graph: g, Findings: checks.Run(g, rules(), options())}
}

func (c *plain) Harden(name string, src []byte, unsafe bool) ([]source.Edit, error) {
	f, err := parser.Parse(name, src)
	if err != nil {
		return nil, err
	}
	r, err := rewrite.Rewrite(f, rules(), rewrite.Options{Check: options(), Unsafe: unsafe})
	return r.Edits, err
}

// rules are those that the tests speak of.
func rules() []*checks.Rule {
	return []*checks.Rule{checks.Get("root-user"), checks.Get("copy-without-chown")}
}

func options() checks.Options {
	return checks.Options{User: "boot", UID: 1337, GID: 1337, Home: "/home/boot"}
}

// session is an editor that talks to a server over pipes.
type session struct {
	*testing.T
	client  *jrpc2.Client
	checker *plain
	told    chan publishDiagnosticsParams
	done    chan error
}

const uri = "file:///work/a%20b/Dockerfile"

func start(t *testing.T, encodings ...string) *session {
	t.Helper()
	toServer, fromClient := io.Pipe()
	toClient, fromServer := io.Pipe()
	s := &session{T: t, checker: &plain{}, told: make(chan publishDiagnosticsParams, 16), done: make(chan error, 1)}
	go func() {
		err := Serve(toServer, fromServer, s.checker, "v1")
		_ = fromServer.Close() // the client sees the end
		s.done <- err
	}()
	s.client = jrpc2.NewClient(channel.LSP(toClient, fromClient), &jrpc2.ClientOptions{
		OnNotify: func(r *jrpc2.Request) {
			var p publishDiagnosticsParams
			if err := r.UnmarshalParams(&p); err != nil {
				t.Errorf("%s: %v", r.Method(), err)
			}
			s.told <- p
		},
	})
	t.Cleanup(func() { _ = s.client.Close() })
	if encodings == nil {
		return s
	}
	var got initializeResult
	s.call("initialize", map[string]any{"capabilities": map[string]any{"general": map[string]any{"positionEncodings": encodings}}}, &got)
	s.notify("initialized", map[string]any{})
	return s
}

func (s *session) call(method string, params, result any) {
	s.Helper()
	if err := s.client.CallResult(s.Context(), method, params, result); err != nil {
		s.Fatalf("%s: %v", method, err)
	}
}

func (s *session) notify(method string, params any) {
	s.Helper()
	if err := s.client.Notify(s.Context(), method, params); err != nil {
		s.Fatalf("%s: %v", method, err)
	}
}

// open opens a document and returns what the server says of it.
func (s *session) open(text string) publishDiagnosticsParams {
	s.Helper()
	s.notify("textDocument/didOpen", map[string]any{"textDocument": map[string]any{"uri": uri, "languageId": "dockerfile", "version": 1, "text": text}})
	return s.next()
}

func (s *session) next() publishDiagnosticsParams {
	s.Helper()
	select {
	case p := <-s.told:
		return p
	case <-time.After(time.Minute): // a hang, not a pace
		s.Fatal("the server says nothing")
	}
	return publishDiagnosticsParams{}
}

// end is what Serve returned.
func (s *session) end() error {
	s.Helper()
	select {
	case err := <-s.done:
		return err
	case <-time.After(time.Minute):
		s.Fatal("the server does not end")
	}
	return nil
}

// raw is the error of a call, as a code; 0 for none.
func (s *session) raw(method string, params any) jrpc2.Code {
	var result json.RawMessage
	return jrpc2.ErrorCode(s.client.CallResult(context.Background(), method, params, &result))
}
