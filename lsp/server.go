// Package lsp speaks the Language Server Protocol (3.17) over a stream:
// diagnostics as a Dockerfile is typed, quick fixes, "harden this file", and
// hovers with a rule's page or an image's facts. What it says of a document comes
// from a Checker; the package itself reads no files.
package lsp

import (
	"context"
	"errors"
	"io"

	"github.com/creachadair/jrpc2"
	"github.com/creachadair/jrpc2/channel"
	"github.com/creachadair/jrpc2/handler"

	"github.com/dfharden/dfharden/report"
	"github.com/dfharden/dfharden/source"
)

// Checker answers for a document. name is its path, or its URI if that is not a
// file's; src is its text as the editor has it.
type Checker interface {
	// Check never fails: an error is in the result.
	Check(name string, src []byte) *report.File
	// Harden returns the edits of a rewrite; they must not overlap.
	Harden(name string, src []byte, unsafe bool) ([]source.Edit, error)
}

// ErrNoShutdown says that the client told the server to exit without asking it to
// shut down first, for which the protocol wants exit code 1.
var ErrNoShutdown = errors.New("told to exit without a shutdown request")

// server is one session with an editor.
type server struct {
	checker Checker
	version string
	rpc     *jrpc2.Server
	docs    map[string]*document // by URI
	utf8    bool                 // positions count bytes, not UTF-16 code units
	ready   bool                 // initialize was answered
	down    bool                 // shutdown was asked for
	exited  bool
}

// Serve answers an editor until it says exit, or the stream ends. version is that
// of the program, for the editor to show.
func Serve(in io.Reader, out io.WriteCloser, checker Checker, version string) error {
	s := &server{checker: checker, version: version, docs: map[string]*document{}}
	// One at a time: answers are about the text that was told before.
	s.rpc = jrpc2.NewServer(s, &jrpc2.ServerOptions{AllowPush: true, DisableBuiltin: true, Concurrency: 1})
	s.rpc.Start(newInOrder(channel.LSP(in, out)))
	err := s.rpc.Wait()
	switch {
	case s.exited && !s.down:
		return ErrNoShutdown
	case s.exited, errors.Is(err, io.EOF):
		return nil
	}
	return err
}

// Assign implements jrpc2.Assigner: the handler of a method, nil for one that is
// not known.
func (s *server) Assign(_ context.Context, method string) jrpc2.Handler {
	switch method {
	case "initialize":
		return handler.New(s.initialize)
	case "exit":
		return handler.New(s.exit)
	case "initialized", "textDocument/didSave", "$/cancelRequest", "$/setTrace", "workspace/didChangeConfiguration":
		return handler.New(func(context.Context) error { return nil })
	case "shutdown":
		return s.running(s.shutdown)
	case "textDocument/didOpen":
		return s.running(s.didOpen)
	case "textDocument/didChange":
		return s.running(s.didChange)
	case "textDocument/didClose":
		return s.running(s.didClose)
	case "textDocument/codeAction":
		return s.running(s.codeAction)
	case "textDocument/hover":
		return s.running(s.hover)
	}
	return nil
}

// running makes the handler of a method that works only between initialize and
// shutdown.
func (s *server) running(fn any) jrpc2.Handler {
	h := handler.New(fn)
	return func(ctx context.Context, r *jrpc2.Request) (any, error) {
		switch {
		case !s.ready:
			return nil, errNotInitialized
		case s.down:
			return nil, errShutDown
		}
		return h(ctx, r)
	}
}

// The errors that the protocol has numbers for.
var (
	errNotInitialized = jrpc2.Errorf(-32002, "initialize comes first")
	errShutDown       = jrpc2.Errorf(-32600, "the server was shut down")
)

func (s *server) initialize(_ context.Context, p *initializeParams) (*initializeResult, error) {
	if s.ready {
		return nil, jrpc2.Errorf(-32600, "initialize comes once")
	}
	s.ready = true
	encoding := "utf-16"
	for _, e := range p.Capabilities.General.PositionEncodings {
		if e == "utf-8" {
			s.utf8, encoding = true, e
		}
	}
	return &initializeResult{
		Capabilities: capabilities{
			PositionEncoding: encoding,
			TextDocumentSync: syncOptions{OpenClose: true, Change: syncFull},
			CodeAction:       codeActionOptions{CodeActionKinds: []string{kindQuickFix, kindFixAll, kindFixAllUnsafe}},
			Hover:            true,
		},
		ServerInfo: serverInfo{Name: "dfharden", Version: s.version},
	}, nil
}

func (s *server) shutdown(context.Context) (any, error) {
	s.down = true
	return nil, nil
}

// exit ends the session; it runs in a handler, so the server is stopped aside.
func (s *server) exit(context.Context) error {
	s.exited = true
	go s.rpc.Stop()
	return nil
}
