package registry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"
)

const (
	attempts  = 3                      // of a request, the first included
	firstWait = 500 * time.Millisecond // before the second; doubled before each further one
	maxWait   = 10 * time.Second       // the longest that a Retry-After is obeyed
)

// roundTripper is what the requests go through: the caller's, or one that goes
// by the proxy of the environment and waits no longer than answer for a registry
// to begin its answer.
func roundTripper(given http.RoundTripper, answer time.Duration) http.RoundTripper {
	if given != nil {
		return given
	}
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: answer}).DialContext,
		ForceAttemptHTTP2:     true,
		TLSHandshakeTimeout:   answer,
		ResponseHeaderTimeout: answer,
		IdleConnTimeout:       30 * time.Second,
		MaxIdleConnsPerHost:   4,
	}
}

// retrier repeats requests that failed for a passing reason.
type retrier struct {
	inner http.RoundTripper
	sleep func(context.Context, time.Duration) error
	now   func() time.Time
}

// busy says that a registry refuses requests for longer than is waited.
type busy struct{ wait time.Duration }

func (e *busy) Error() string {
	return fmt.Sprintf("it limits requests (429), and asks to come back in %s", e.wait.Round(time.Second))
}

// RoundTrip makes a request up to three times. Requests without a body only: it
// is sent by none that reads.
func (t *retrier) RoundTrip(req *http.Request) (*http.Response, error) {
	wait := firstWait
	for n := 1; ; n++ {
		resp, err := t.inner.RoundTrip(req)
		if n == attempts || !passing(resp, err) || req.Body != nil {
			return resp, err
		}
		pause := wait
		if resp != nil {
			_, _ = io.CopyN(io.Discard, resp.Body, 64<<10) // so that the connection can be used again
			_ = resp.Body.Close()
			if asked, ok := t.retryAfter(resp); ok && asked > maxWait {
				return nil, &busy{asked}
			} else if ok {
				pause = asked
			}
		}
		if err := t.sleep(req.Context(), pause); err != nil {
			return nil, err
		}
		wait *= 2
	}
}

// passing reports whether a failure may be over in a moment. A registry that did
// not answer in time is not asked again.
func passing(resp *http.Response, err error) bool {
	if err != nil {
		return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
	}
	switch resp.StatusCode {
	case http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// retryAfter is how long a registry asks to wait, in seconds or until a date.
func (t *retrier) retryAfter(resp *http.Response) (time.Duration, bool) {
	text := resp.Header.Get("Retry-After")
	if seconds, err := strconv.Atoi(text); err == nil && seconds >= 0 {
		return time.Duration(min(seconds, 24*3600)) * time.Second, true
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, at.Sub(t.now())), true
	}
	return 0, false
}

// sleep waits, or returns early with the error of ctx.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}
