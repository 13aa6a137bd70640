//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// label marks the containers that the harness made, so that a run can clear
// away what an interrupted one left.
const label = "dfharden-e2e"

// The clients are named by their places: another docker may come first on PATH.
const (
	dockerBin  = "/usr/bin/docker"
	dockerdBin = "/usr/sbin/dockerd"
)

// An engine is a dockerd of the harness's own, with its data in the cache folder
// and no network but the host's or none. The machine's daemon is never used: the
// stand-ins take names like alpine:3.20.
type engine struct {
	cache   string   // absolute; everything that outlives a run
	locked  *os.File // held open, because closing it ends the lock
	storage string   // overlay2, or vfs where overlay cannot be mounted
	daemon  *exec.Cmd
	ended   chan error // receives once, when daemon has ended
	api     *http.Client
}

// cacheFolder is where stand-ins, engine and tools are kept between runs.
func cacheFolder() (string, error) {
	base, err := os.UserCacheDir() // XDG_CACHE_HOME, or ~/.cache
	if err != nil {
		return "", err
	}
	return filepath.Join(base, "dfharden-e2e"), nil
}

func (e *engine) path(elem ...string) string {
	return filepath.Join(append([]string{e.cache}, elem...)...)
}

func (e *engine) socket() string { return e.path("run", "docker.sock") }

// startEngine installs what is missing, waits for other runs that use the same
// cache, and starts dockerd unless one answers at its socket already.
func startEngine() (*engine, error) {
	cache, err := cacheFolder()
	if err != nil {
		return nil, err
	}
	e := &engine{cache: cache, storage: "overlay2"}
	for _, dir := range []string{"run", "log", "bin", "tmp", "client"} {
		if err := os.MkdirAll(e.path(dir), 0o755); err != nil {
			return nil, err
		}
	}
	// No registry's credentials are looked for in the home folder.
	if err := os.WriteFile(e.path("client", "config.json"), []byte("{}\n"), 0o600); err != nil {
		return nil, err
	}
	registries := "unqualified-search-registries = [\"docker.io\"]\n"
	if err := os.WriteFile(e.path("registries.conf"), []byte(registries), 0o644); err != nil {
		return nil, err
	}
	if err := install(); err != nil {
		return nil, err
	}
	if err := e.lock(); err != nil {
		return nil, err
	}
	e.api = &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", e.socket())
		},
	}}
	if !e.answers() {
		if err := e.launch(); err != nil {
			return nil, err
		}
	}
	return e, e.sweep()
}

// lock holds the cache folder until the process ends.
func (e *engine) lock() error {
	f, err := os.OpenFile(e.path("lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return err
	}
	e.locked = f
	if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
		return nil
	}
	fmt.Fprintln(os.Stderr, "e2e: another run uses", e.cache, "- waiting for it")
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
}

func (e *engine) answers() bool {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://docker/_ping", http.NoBody)
	if err != nil {
		return false
	}
	resp, err := e.api.Do(req)
	if err != nil {
		return false
	}
	resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

// launch starts dockerd and waits until it answers. It dies with the test
// process, also when that is killed.
func (e *engine) launch() error {
	if !overlayMounts(e.path("tmp")) {
		e.storage = "vfs"
	}
	// Nothing answers, and the lock is held: what a daemon that was killed left is
	// stale, but would keep the next one from starting if its number was given again.
	_ = os.Remove(e.path("run", "docker.pid"))
	_ = os.RemoveAll(e.path("run", "docker", "containerd"))
	log, err := os.Create(e.path("log", "dockerd.log"))
	if err != nil {
		return err
	}
	cmd := exec.Command(dockerdBin, "--iptables=false", "--ip6tables=false", "--bridge=none",
		"--storage-driver="+e.storage, "--data-root="+e.path("docker"), "--exec-root="+e.path("run", "docker"),
		"--host=unix://"+e.socket(), "--pidfile="+e.path("run", "docker.pid"))
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM, Setpgid: true}
	started := make(chan error, 1)
	e.ended = make(chan error, 1)
	go func() {
		runtime.LockOSThread() // Pdeathsig is sent when this thread ends
		err := cmd.Start()
		started <- err
		if err == nil {
			e.ended <- cmd.Wait()
		}
	}()
	if err := <-started; err != nil {
		return fmt.Errorf("dockerd: %w", err)
	}
	e.daemon = cmd
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if e.answers() {
			return nil
		}
		select {
		case err := <-e.ended:
			e.ended <- err
			return fmt.Errorf("dockerd ended: %w\n%s", err, tail(log.Name()))
		default:
		}
	}
	e.stop()
	return fmt.Errorf("dockerd does not answer within a minute\n%s", tail(log.Name()))
}

// stop ends the daemon that launch started, and no other.
func (e *engine) stop() {
	if e.daemon == nil {
		return
	}
	_ = e.daemon.Process.Signal(syscall.SIGTERM)
	select {
	case <-e.ended:
	case <-time.After(30 * time.Second):
		_ = e.daemon.Process.Kill()
		<-e.ended
	}
	e.daemon = nil
}

// sweep removes the containers of a run that was interrupted, Buildah's too.
func (e *engine) sweep() error {
	if out, err := e.buildah(context.Background(), "rm", "--all"); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	ids, err := e.docker(context.Background(), "ps", "--all", "--quiet", "--filter", "label="+label)
	if err != nil || strings.TrimSpace(ids) == "" {
		return err
	}
	_, err = e.docker(context.Background(), append([]string{"rm", "--force", "--volumes"}, strings.Fields(ids)...)...)
	return err
}

// docker runs the client and returns both its outputs.
func (e *engine) docker(ctx context.Context, args ...string) (string, error) {
	return e.run(ctx, nil, dockerBin, args...)
}

// run runs a program against the engine; env is added to the environment.
func (e *engine) run(ctx context.Context, env []string, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), "DOCKER_HOST=unix://"+e.socket(), "DOCKER_CONFIG="+e.path("client"), "TMPDIR="+e.path("tmp"))
	cmd.Env = append(cmd.Env, env...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		return out.String(), fmt.Errorf("%s %s: %w\n%s", filepath.Base(name), strings.Join(args, " "), err, last(out.String(), 40))
	}
	return out.String(), nil
}
