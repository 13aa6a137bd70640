package rewrite

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	bk "github.com/moby/buildkit/frontend/dockerfile/parser"

	"github.com/google/go-cmp/cmp"

	"github.com/dfharden/dfharden/checks"
	"github.com/dfharden/dfharden/parser"
	"github.com/dfharden/dfharden/source"
)

// seeds are the folders with the Dockerfiles that the project started from: our
// own-written twins, and the originals where they lie beside the project.
func seeds(t *testing.T) []string {
	t.Helper()
	dirs := []string{"../testdata/seed"}
	if _, err := os.Stat("../../shared/seed/Dockerfile.lpr"); err == nil {
		dirs = append(dirs, "../../shared/seed")
	}
	return dirs
}

func seed(t *testing.T, dir, kind string, named bool) (*parser.File, Result) {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(dir, "Dockerfile."+kind))
	if err != nil {
		t.Fatal(err)
	}
	f, err := parser.Parse("Dockerfile."+kind, src)
	if err != nil {
		t.Fatal(err)
	}
	o := testOptions()
	o.Check.NamedUser = named
	holds(t, src, checks.Default(false), o)
	r, err := Rewrite(f, checks.Default(false), o)
	if err != nil {
		t.Fatal(err)
	}
	return f, r
}

// hardened is what the basic file becomes, below its first stage.
const hardened = `FROM openjdk:17-alpine
# Remove the apk package manager, so that nothing can be installed at run time.
RUN rm -rf /sbin/apk /etc/apk /lib/apk /usr/share/apk /var/lib/apk
# Create the account boot with a fixed UID and GID.
RUN addgroup -g 1337 boot && adduser -D -u 1337 -G boot -h /home/boot -s /sbin/nologin boot
# Run as boot; by number, so that Kubernetes can verify runAsNonRoot.
USER 1337:1337
WORKDIR /home/boot
COPY --chown=1337:1337 --from=STAGE JAR /home/boot/APP.jar
EXPOSE 8080
CMD java -jar /home/boot/APP.jar`

var copied = regexp.MustCompile(`--from=(\S+) (\S+) /(\S+)\.jar`)

func TestSeedBasic(t *testing.T) {
	for _, dir := range seeds(t) {
		f, r := seed(t, dir, "basic", false)
		m := copied.FindSubmatch(f.Src)
		want := strings.NewReplacer("STAGE", string(m[1]), "JAR", string(m[2]), "APP", string(m[3])).Replace(hardened)
		at := bytes.Index(f.Src, []byte("FROM openjdk"))
		if diff := cmp.Diff(string(f.Src[:at])+want, string(r.Src)); diff != "" {
			t.Errorf("%s: -want +got:\n%s", dir, diff)
		}
	}
}

// TestSeedNamed compares with the hardened original, as BuildKit parses both. The
// spellings of rm, addgroup and the login shell differ, and are compared apart.
func TestSeedNamed(t *testing.T) {
	for _, dir := range seeds(t) {
		_, r := seed(t, dir, "basic", true)
		lpr, err := os.ReadFile(filepath.Join(dir, "Dockerfile.lpr"))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(instructionList(t, lpr), instructionList(t, r.Src)); diff != "" {
			t.Errorf("%s: -lpr +got:\n%s", dir, diff)
		}
	}
}

func instructionList(t *testing.T, src []byte) []string {
	t.Helper()
	r, err := bk.Parse(bytes.NewReader(src))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, n := range r.AST.Children {
		text := strings.Join(strings.Fields(n.Original), " ")
		switch {
		case strings.HasPrefix(text, "RUN rm"):
			text = "RUN rm " + strings.Join(regexp.MustCompile(`/\S*apk\b`).FindAllString(text, -1), " ")
		case strings.HasPrefix(text, "RUN addgroup"):
			text = "RUN addgroup " + strings.Join(regexp.MustCompile(`\b1337\b|/home/boot`).FindAllString(text, -1), " ")
			text = strings.Replace(text, "1337 /home/boot 1337", "1337 1337 /home/boot", 1)
		}
		out = append(out, text)
	}
	return out
}

// TestSeedHalf gets the rest only: its own lines stay, and apk is not removed
// twice.
func TestSeedHalf(t *testing.T) {
	for _, dir := range seeds(t) {
		f, r := seed(t, dir, "asr", false)
		if n := bytes.Count(r.Src, []byte("/usr/share/apk")); n != 1 {
			t.Errorf("%s: apk is removed %d times", dir, n)
		}
		at := bytes.Index(f.Src, []byte("COPY --from"))
		if !bytes.HasPrefix(r.Src, f.Src[:at]) {
			t.Errorf("%s: what stands above the boundary was changed:\n%s", dir, source.Unified("Dockerfile", f.Src, r.Edits))
		}
		for _, want := range []string{"\nUSER 1337:1337\nWORKDIR /home/boot\nCOPY --chown=1337:1337 "} {
			if !bytes.Contains(r.Src, []byte(want)) {
				t.Errorf("%s: %q is missing in\n%s", dir, want, r.Src)
			}
		}
	}
}

// TestSeedHardened is the pattern itself: neither an error nor a warning. The name in
// USER is replaced; that CMD is in shell form is left to say, as an info.
func TestSeedHardened(t *testing.T) {
	for _, dir := range seeds(t) {
		f, r := seed(t, dir, "lpr", false)
		want := bytes.Replace(f.Src, []byte("USER boot"), []byte("USER 1337:1337"), 1)
		if diff := cmp.Diff(string(want), string(r.Src)); diff != "" {
			t.Errorf("%s: -want +got:\n%s", dir, diff)
		}
		if len(r.Applied) != 1 || r.Applied[0].Rule.ID != "non-numeric-user" || r.Applied[0].Severity != checks.Info ||
			len(r.Left) != 1 || r.Left[0].Rule.ID != "shell-form-command" || r.Left[0].Severity != checks.Info {
			t.Errorf("%s: applied %v, left %v", dir, r.Applied, r.Left)
		}
	}
}
