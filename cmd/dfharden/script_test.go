package main

import (
	"errors"
	"flag"
	"os"
	"os/exec"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite the goldens")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"dfharden": main})
}

// TestScript runs the scripts of testdata/script against the program. Besides
// testscript's own commands there are
//
//	code N PROGRAM ARG...   runs a program, which has to exit with N
//	fill FILE SIZE          writes a file of SIZE zero bytes
//	registry                starts a registry on loopback, $REGISTRY
//	image WHERE NAME CONFIG [ROOTFS]
//	                        makes an image in it, or in an OCI layout or an archive
//	[!] asked               whether the registry was asked anything since the last time
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "../../testdata/script",
		UpdateScripts: *update,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"code": runCode, "fill": fillFile, "registry": startRegistry, "image": makeImage, "asked": asked,
		},
		Setup: func(env *testscript.Env) error {
			env.Values[requests{}] = new(atomic.Int64)
			return nil
		},
	})
}

func runCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N PROGRAM ARG...")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		code = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}

func fillFile(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: fill FILE SIZE")
	}
	size, err := strconv.Atoi(args[1])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), make([]byte, size), 0o666))
}
