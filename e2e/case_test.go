//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A testCase is one application: what its Dockerfile should come to, and how
// one sees that it works. README.md tells the fields to those who write cases.
type testCase struct {
	Name string `json:"-"`
	Dir  string `json:"-"`

	Why     string   `json:"why"`     // what it proves
	Verdict string   `json:"verdict"` // safe, unsafe, withheld
	Reason  string   `json:"reason"`  // the code of an unsafe or withheld fix
	Args    []string `json:"args"`    // for dfharden
	Target  string   `json:"target"`  // for the builders

	HTTP   *httpProbe `json:"http"`   // one of these four shows that it works
	TCP    *tcpProbe  `json:"tcp"`    //
	Log    string     `json:"log"`    // appears while it runs
	Output string     `json:"output"` // of a program that ends, with Exit
	Exit   int        `json:"exit"`

	Env     map[string]string `json:"env"`
	Cmd     []string          `json:"cmd"`
	Volumes []string          `json:"volumes"` // mounted fresh at each start
	Old     []string          `json:"old"`     // whose volumes a container of the original fills, for one of the hardened image
	Modes   map[string]string `json:"modes"`   // of files in the context: git keeps only one bit
	Git     bool              `json:"git"`     // the context is a git repository of one commit
	Health  bool              `json:"health"`

	User     string   `json:"user"`     // uid:gid of every process once hardened
	Writable []string `json:"writable"` // what it owns then; all else must be refused
	APK      bool     `json:"apk"`      // apk must be gone
	ROFS     string   `json:"rofs"`     // yes, or why it needs volumes for a read-only root

	Builders    []string `json:"builders"`
	WhyBuilders string   `json:"why-builders"`
	Forced      *forced  `json:"forced"`
	Network     string   `json:"network"` // containers never have one; read for those who run a case by hand
	Varies      string   `json:"varies"`  // why answers differ from run to run; else they must be equal
}

type httpProbe struct {
	Port int    `json:"port"`
	Path string `json:"path"`
	Want string `json:"want"`
}

type tcpProbe struct {
	Port int    `json:"port"`
	Send string `json:"send"`
	Want string `json:"want"`
}

// A forced fix is what was withheld, done all the same. It must break, and say so.
type forced struct {
	User   string `json:"user"`   // USER at the end of the file
	Lines  string `json:"lines"`  // or these lines there
	Unsafe bool   `json:"unsafe"` // or what --unsafe-fixes does
	Child  string `json:"child"`  // what breaks is an image built from this one, by this Dockerfile
	Breaks string `json:"breaks"` // what is seen then: output of the build or the container, or what came for an answer
	Wait   int    `json:"wait"`   // seconds until a container that gives no answer counts as broken; else 8
}

// loadCases reads every folder of root, and refuses a case that could not fail.
func loadCases(root string) ([]*testCase, error) {
	files, err := filepath.Glob(filepath.Join(root, "*", "case.json"))
	if err != nil {
		return nil, err
	}
	var all []*testCase
	for _, file := range files {
		c, err := loadCase(filepath.Dir(file))
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

func loadCase(dir string) (*testCase, error) {
	f, err := os.Open(filepath.Join(dir, "case.json"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	c := &testCase{Name: filepath.Base(dir), Dir: dir}
	d := json.NewDecoder(f)
	d.DisallowUnknownFields()
	if err := d.Decode(c); err != nil {
		return nil, fmt.Errorf("%s: %w", f.Name(), err)
	}
	if err := c.validate(); err != nil {
		return nil, fmt.Errorf("%s: %w", f.Name(), err)
	}
	return c, nil
}

func (c *testCase) validate() error {
	probes := 0
	for _, given := range []bool{c.HTTP != nil, c.TCP != nil, c.Log != "", c.Output != ""} {
		if given {
			probes++
		}
	}
	hardens := c.Verdict == "safe" || c.Verdict == "unsafe" && c.Forced == nil
	switch {
	case c.Why == "":
		return fmt.Errorf("why is missing")
	case probes != 1:
		return fmt.Errorf("one of http, tcp, log and output is needed, not %d", probes)
	case !slices.Contains([]string{"safe", "unsafe", "withheld"}, c.Verdict):
		return fmt.Errorf("verdict %q", c.Verdict)
	case (c.Reason == "") != (c.Verdict == "safe"):
		return fmt.Errorf("a reason goes with unsafe and withheld, and only with them")
	case hardens && (c.User == "" || c.ROFS == ""):
		return fmt.Errorf("user and rofs are missing")
	case c.Verdict == "withheld" && c.Forced == nil:
		return fmt.Errorf("what is withheld must be forced, and break")
	case c.Forced != nil && c.Forced.Breaks == "":
		return fmt.Errorf("forced: breaks is missing")
	case len(c.Builders) < len(builders) && c.WhyBuilders == "":
		return fmt.Errorf("why-builders is missing")
	}
	return c.compile()
}

// compile checks the regular expressions, so that they can be used without errors.
func (c *testCase) compile() error {
	patterns := []string{c.Log, c.Output}
	if c.HTTP != nil {
		patterns = append(patterns, c.HTTP.Want)
	}
	if c.TCP != nil {
		patterns = append(patterns, c.TCP.Want)
	}
	if c.Forced != nil {
		patterns = append(patterns, c.Forced.Breaks)
	}
	for _, pattern := range patterns {
		if _, err := regexp.Compile(pattern); err != nil {
			return err
		}
	}
	if c.User == "" {
		return nil
	}
	_, err := parseIdentity(c.User)
	return err
}

// An identity is a user and a group by number.
type identity struct{ uid, gid int }

func parseIdentity(s string) (identity, error) {
	uid, gid, _ := strings.Cut(s, ":")
	u, err := strconv.Atoi(uid)
	if err != nil {
		return identity{}, fmt.Errorf("user %q is not uid:gid", s)
	}
	g, err := strconv.Atoi(gid)
	if err != nil {
		return identity{}, fmt.Errorf("user %q is not uid:gid", s)
	}
	return identity{u, g}, nil
}

// lay copies the case's files into a fresh folder, with the modes that the case asks for.
func (c *testCase) lay(to string) error {
	if err := os.CopyFS(to, os.DirFS(c.Dir)); err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(to, "case.json")); err != nil {
		return err
	}
	for name, mode := range c.Modes {
		bits, err := strconv.ParseUint(mode, 8, 32)
		if err != nil {
			return fmt.Errorf("modes: %s: %w", name, err)
		}
		if err := os.Chmod(filepath.Join(to, name), os.FileMode(bits)); err != nil {
			return err
		}
	}
	if c.Git {
		return commit(to)
	}
	return nil
}

// commit makes a git repository of a folder.
func commit(dir string) error {
	for _, args := range [][]string{{"init", "-q"}, {"add", "."}, {"-c", "user.name=e2e", "-c", "user.email=e2e@localhost", "commit", "-q", "-m", "context"}} {
		cmd := exec.Command("git", append([]string{"-C", dir}, args...)...)
		cmd.Env = append(os.Environ(), "GIT_AUTHOR_DATE=2024-01-01T00:00:00Z", "GIT_COMMITTER_DATE=2024-01-01T00:00:00Z", "GIT_CONFIG_GLOBAL=/dev/null")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("git %s: %w: %s", args[0], err, out)
		}
	}
	return nil
}
