//go:build e2e

package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
)

// A report is the part of dfharden's JSON that the harness reads.
type report struct {
	Files []struct {
		Error    *struct{ Message string } `json:"error"`
		Findings []finding                 `json:"findings"`
	} `json:"files"`
}

type finding struct {
	Rule, Severity, Message string
	Fix                     *struct {
		Safety string
		Reason *reason
	}
	Withheld *reason
}

type reason struct{ Code, Message string }

// A rewrite is one run of dfharden on a case.
type rewrite struct {
	src  []byte
	left []finding // what is left after it
	exit int
}

// buildTool compiles dfharden from this work tree.
func (e *engine) buildTool() (string, error) {
	name := e.path("bin", "dfharden")
	out, err := exec.Command("go", "build", "-C", "..", "-o", name, "./cmd/dfharden").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build ./cmd/dfharden: %w\n%s", err, out)
	}
	return name, nil
}

// harden runs dfharden in dir, the laid-out case. A finding's rewrite of exit
// code 1 is no error: it means that something is left.
func harden(tool, dir string, args ...string) (*rewrite, error) {
	args = append([]string{"check", "--rewrite", "--format=json", "Dockerfile"}, args...)
	cmd := exec.Command(tool, args...)
	cmd.Dir = dir
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) {
		return nil, fmt.Errorf("dfharden %s: %w\n%s", strings.Join(args, " "), err, stderr.String())
	}
	var r report
	if err := json.Unmarshal(stderr.Bytes(), &r); err != nil {
		return nil, fmt.Errorf("dfharden's JSON: %w\n%s", err, stderr.String())
	}
	if len(r.Files) != 1 || r.Files[0].Error != nil {
		return nil, fmt.Errorf("dfharden's report is not of one file that could be read:\n%s", stderr.String())
	}
	return &rewrite{src: stdout.Bytes(), left: r.Files[0].Findings, exit: cmd.ProcessState.ExitCode()}, nil
}

// unsafeCodes are the reasons for which a fix is left to --unsafe-fixes.
func (r *rewrite) unsafeCodes() []string {
	var codes []string
	for _, f := range r.left {
		if f.Fix != nil && f.Fix.Safety == "unsafe" && f.Fix.Reason != nil {
			codes = append(codes, f.Fix.Reason.Code)
		}
	}
	return codes
}

func (r *rewrite) withheldCodes() []string {
	var codes []string
	for _, f := range r.left {
		if f.Withheld != nil {
			codes = append(codes, f.Withheld.Code)
		}
	}
	return codes
}

// verdict compares what dfharden says with what the case states, and returns how they differ.
func (c *testCase) verdict(safe, unsafe *rewrite) []string {
	var problems []string
	switch c.Verdict {
	case "safe":
		if safe.exit != 0 {
			problems = append(problems, "the safe rewrite is not finished: "+describe(safe.left))
		}
	case "unsafe":
		if !slices.Contains(safe.unsafeCodes(), c.Reason) {
			problems = append(problems, fmt.Sprintf("no fix is unsafe for %s: %s", c.Reason, describe(safe.left)))
		}
		if unsafe.exit != 0 {
			problems = append(problems, "the unsafe rewrite is not finished: "+describe(unsafe.left))
		}
	case "withheld":
		if !slices.Contains(unsafe.withheldCodes(), c.Reason) {
			problems = append(problems, fmt.Sprintf("nothing is withheld for %s: %s", c.Reason, describe(unsafe.left)))
		}
	}
	return problems
}

// describe lists findings for a message.
func describe(left []finding) string {
	if len(left) == 0 {
		return "nothing is left"
	}
	var b strings.Builder
	for _, f := range left {
		fmt.Fprintf(&b, "\n\t%s %s", f.Severity, f.Rule)
		if f.Fix != nil && f.Fix.Reason != nil {
			fmt.Fprintf(&b, " (%s: %s)", f.Fix.Safety, f.Fix.Reason.Code)
		}
		if f.Withheld != nil {
			fmt.Fprintf(&b, " (withheld: %s)", f.Withheld.Code)
		}
		fmt.Fprintf(&b, ": %s", f.Message)
	}
	return b.String()
}
