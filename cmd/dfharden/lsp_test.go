package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// frame is a message as it goes over the wire.
func frame(t *testing.T, method string, id int, params any) string {
	t.Helper()
	msg := map[string]any{"jsonrpc": "2.0", "method": method, "params": params}
	if id > 0 {
		msg["id"] = id
	}
	body, err := json.Marshal(msg)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body)
}

// frames cuts an output into its messages.
func frames(t *testing.T, out []byte) []map[string]any {
	t.Helper()
	var all []map[string]any
	for len(out) > 0 {
		head, rest, ok := bytes.Cut(out, []byte("\r\n\r\n"))
		if !ok {
			t.Fatalf("no header: %q", out)
		}
		n := -1
		for _, line := range strings.Split(string(head), "\r\n") {
			if value, ok := strings.CutPrefix(line, "Content-Length: "); ok {
				n, _ = strconv.Atoi(value)
			}
		}
		if n < 0 || n > len(rest) {
			t.Fatalf("bad header %q", head)
		}
		var msg map[string]any
		if err := json.Unmarshal(rest[:n], &msg); err != nil {
			t.Fatal(err)
		}
		all, out = append(all, msg), rest[n:]
	}
	return all
}

// TestLSP drives the program over standard input and output, byte for byte, with
// a configuration beside the file.
func TestLSP(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "Dockerfile")
	if err := os.WriteFile(filepath.Join(dir, ".dfharden.yaml"), []byte("user: {name: app, uid: 4242, gid: 4242}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	uri := "file://" + filepath.ToSlash(file)
	doc := map[string]any{"uri": uri}
	text := "FROM debian:bookworm-slim\nWORKDIR /app\nCOPY server /app/\nCMD [\"/app/server\"]\n"
	talk := frame(t, "initialize", 1, map[string]any{"capabilities": map[string]any{}}) +
		frame(t, "initialized", 0, map[string]any{}) +
		frame(t, "textDocument/didOpen", 0, map[string]any{"textDocument": map[string]any{"uri": uri, "languageId": "dockerfile", "version": 7, "text": text}}) +
		frame(t, "textDocument/codeAction", 2, map[string]any{
			"textDocument": doc, "context": map[string]any{"only": []string{"source.fixAll"}},
			"range": map[string]any{"start": map[string]any{"line": 0, "character": 0}, "end": map[string]any{"line": 0, "character": 0}},
		}) +
		strings.Replace(frame(t, "$/alive", 0, nil), `{"js`, `{"id":null,"js`, 1) + // wrong, and no reason to hang
		frame(t, "shutdown", 3, nil) + frame(t, "exit", 0, nil)
	talk = strings.Replace(talk, "Content-Length: "+strconv.Itoa(len(`{"jsonrpc":"2.0","method":"$/alive","params":null}`)), "Content-Length: "+strconv.Itoa(len(`{"id":null,"jsonrpc":"2.0","method":"$/alive","params":null}`)), 1)
	var stdout, stderr bytes.Buffer
	if code := run([]string{"lsp"}, io.NopCloser(strings.NewReader(talk)), &stdout, &stderr); code != 0 || stderr.Len() > 0 {
		t.Errorf("exit code %d, %s", code, stderr.String())
	}
	answers := map[string]string{}
	for _, msg := range frames(t, stdout.Bytes()) {
		body, err := json.Marshal(msg)
		if err != nil {
			t.Fatal(err)
		}
		key, ok := msg["method"].(string)
		if !ok {
			key = fmt.Sprint(msg["id"])
		}
		answers[key] = string(body)
	}
	for key, want := range map[string]string{
		"1":                               `"name":"dfharden"`,
		"textDocument/publishDiagnostics": `"code":"root-user"`,
		"2":                               `USER 4242:4242`,
		"3":                               `"result":null`,
	} {
		if !strings.Contains(answers[key], want) {
			t.Errorf("%s: %q is not in %s", key, want, answers[key])
		}
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("the server wrote the file")
	}
}
