//go:build e2e

package e2e

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// An answer is what a container gives to the outside.
type answer struct {
	Text   string // status and body, or what was received or printed
	Exit   int    // of a program that ends
	Health string // "" without a health check
}

// Patience with a container: a good one gets long, on a busy machine; one
// that is expected to fail does so within seconds, or answers.
const (
	patience   = 90 * time.Second
	impatience = 8 * time.Second
	wrongFor   = 3 * time.Second // an answer that stays wrong this long is wrong
)

// answer waits for what the case's probe wants and returns it. The error tells
// what came instead, with the container's output.
func (k *container) answer(ctx context.Context, c *testCase, wait time.Duration) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	var a answer
	var err error
	if c.Output != "" {
		a, err = k.finish(ctx, c)
	} else {
		a.Text, err = k.serve(ctx, c)
	}
	if err == nil && c.Health {
		a.Health, err = k.health(ctx)
	}
	if err != nil {
		return a, fmt.Errorf("%w\n%s", err, last(k.logs(context.WithoutCancel(ctx)), 30))
	}
	return a, nil
}

// finish waits for the end of a program and compares its output and exit code.
func (k *container) finish(ctx context.Context, c *testCase) (answer, error) {
	for {
		s, err := k.inspect(ctx)
		if err != nil {
			return answer{}, fmt.Errorf("does not end: %w", err)
		}
		if !s.State.Running {
			a := answer{Text: k.logs(ctx), Exit: s.State.ExitCode}
			if a.Exit != c.Exit || !regexp.MustCompile(c.Output).MatchString(a.Text) {
				return a, fmt.Errorf("exit code %d and output %q; wanted %d and %q", a.Exit, a.Text, c.Exit, c.Output)
			}
			return a, nil
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// serve asks until the wanted answer comes, the container ends, or the time is up.
func (k *container) serve(ctx context.Context, c *testCase) (string, error) {
	var wrong time.Time // since when an answer comes that is not the wanted one
	var got string
	err := errors.New("nothing answered")
	for {
		s, stateErr := k.inspect(ctx)
		if stateErr != nil { // mostly the end of the patience
			return got, fmt.Errorf("%w (%w)", err, stateErr)
		}
		if !s.State.Running {
			return got, fmt.Errorf("ended with exit code %d: %s", s.State.ExitCode, s.State.Error)
		}
		var want string
		switch {
		case c.HTTP != nil:
			want = c.HTTP.Want
			got, err = getHTTP(ctx, s.State.Pid, c.HTTP)
		case c.TCP != nil:
			want = c.TCP.Want
			got, err = talkTCP(ctx, s.State.Pid, c.TCP)
		default:
			want = c.Log
			got, err = k.logs(context.WithoutCancel(ctx)), nil
		}
		if err == nil {
			body := got[strings.Index(got, "\n")+1:]
			if c.HTTP == nil {
				body = got
			}
			if regexp.MustCompile(want).MatchString(body) {
				return got, nil
			}
			if wrong.IsZero() {
				wrong = time.Now()
			}
			err = fmt.Errorf("answered %q, not %q", got, want)
			if c.Log == "" && time.Since(wrong) > wrongFor {
				return got, err
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// health waits until the health check has said yes or no.
func (k *container) health(ctx context.Context) (string, error) {
	for {
		s, err := k.inspect(ctx)
		if err != nil {
			return "", fmt.Errorf("health does not get clear: %w", err)
		}
		if s.State.Health == nil {
			return "", errors.New("there is no health check")
		}
		if s.State.Health.Status != "starting" {
			return s.State.Health.Status, nil
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// getHTTP returns the status and, on the next line, the body.
func getHTTP(ctx context.Context, pid int, p *httpProbe) (string, error) {
	client := &http.Client{
		Timeout: 5 * time.Second,
		Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return dialInside(ctx, pid, p.Port)
		}},
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("http://127.0.0.1:%d%s", p.Port, p.Path), http.NoBody)
	if err != nil {
		return "", err
	}
	resp, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	return fmt.Sprintf("%d\n%s", resp.StatusCode, body), err
}

// talkTCP sends the text and reads until the other side closes or is silent.
func talkTCP(ctx context.Context, pid int, p *tcpProbe) (string, error) {
	conn, err := dialInside(ctx, pid, p.Port)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(2 * time.Second)); err != nil {
		return "", err
	}
	if _, err := io.WriteString(conn, p.Send); err != nil {
		return "", err
	}
	got, err := io.ReadAll(conn)
	if len(got) > 0 {
		err = nil
	}
	return string(got), err
}

// setns is the number of the system call, which package syscall lacks.
var setns = map[string]uintptr{"amd64": 308, "arm64": 268}[runtime.GOARCH]

// dialInside connects to 127.0.0.1 in the network namespace of a process: the
// containers have no network, so nothing else reaches them and ports never clash.
func dialInside(ctx context.Context, pid, port int) (net.Conn, error) {
	type result struct {
		conn net.Conn
		err  error
	}
	dialed := make(chan result, 1)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with its namespace
		ns, err := os.Open(fmt.Sprintf("/proc/%d/ns/net", pid))
		if err != nil {
			dialed <- result{err: err}
			return
		}
		defer ns.Close()
		if _, _, errno := syscall.RawSyscall(setns, ns.Fd(), syscall.CLONE_NEWNET, 0); errno != 0 {
			dialed <- result{err: errno}
			return
		}
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", port))
		dialed <- result{conn, err}
	}()
	r := <-dialed
	return r.conn, r.err
}
