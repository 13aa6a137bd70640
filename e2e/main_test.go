//go:build e2e

package e2e

import (
	"flag"
	"os"
	"testing"
)

// theEngine and its error are made by the first test that asks, and ended by TestMain.
var (
	theEngine   *engine
	theEngineEr error
	asked       bool
)

// withEngine returns the engine with all stand-ins in it. It must not be called
// by two tests at once: only top-level tests call it, before they go parallel.
func withEngine(t *testing.T) *engine {
	t.Helper()
	if !asked {
		asked = true
		theEngine, theEngineEr = startEngine()
		if theEngineEr == nil {
			theEngineEr = theEngine.prepare()
		}
	}
	if theEngineEr != nil {
		t.Fatal(theEngineEr)
	}
	return theEngine
}

// lanes are the cases that run at a time, unless -parallel says otherwise: a
// case waits as often as it computes.
const lanes = "4"

func TestMain(m *testing.M) {
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "test.parallel" })
	if !given {
		if err := flag.Set("test.parallel", lanes); err != nil {
			panic(err)
		}
	}
	code := m.Run()
	if theEngine != nil {
		theEngine.stop()
	}
	os.Exit(code)
}
