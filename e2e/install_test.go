//go:build e2e

package e2e

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// errMissing says what a machine lacks for these tests.
var errMissing = errors.New("no engine can be had")

// needs are the programs that the harness runs, and the Debian packages that bring them.
var needs = []struct{ program, pkg string }{
	{dockerBin, "docker.io"},
	{dockerdBin, "docker.io"},
	{"buildah", "buildah"},
	{"debootstrap", "debootstrap"},
	{"tar", "tar"},
}

// machine are programs that no package is installed for: they come from the
// machine into the stand-ins.
var machine = []string{"go", "node", "npm"}

// install brings the packages of missing programs, and says what is missing if it cannot.
func install() error {
	if os.Geteuid() != 0 {
		return fmt.Errorf("%w: root is needed to start dockerd", errMissing)
	}
	for _, name := range machine {
		if _, err := exec.LookPath(name); err != nil {
			return fmt.Errorf("%w: the stand-ins need %s on PATH", errMissing, name)
		}
	}
	packages := missingPackages()
	if len(packages) == 0 {
		return nil
	}
	fmt.Fprintln(os.Stderr, "e2e: installing", strings.Join(packages, " "))
	steps := [][]string{{"update"}, append([]string{"install", "-y", "--no-install-recommends"}, packages...)}
	for _, args := range steps {
		cmd := exec.Command("apt-get", args...)
		cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%w: missing %s, and apt-get %s: %w\n%s", errMissing, strings.Join(packages, " "), args[0], err, last(string(out), 20))
		}
	}
	if packages := missingPackages(); len(packages) > 0 {
		return fmt.Errorf("%w: still missing after the install: %s", errMissing, strings.Join(packages, " "))
	}
	return nil
}

func missingPackages() []string {
	var packages []string
	for _, need := range needs {
		_, err := exec.LookPath(need.program)
		if err != nil && (len(packages) == 0 || packages[len(packages)-1] != need.pkg) {
			packages = append(packages, need.pkg)
		}
	}
	return packages
}
