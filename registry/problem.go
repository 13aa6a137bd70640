package registry

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// slow is the cause with which an image's requests are given up.
type slow struct{ after time.Duration }

func (e *slow) Error() string { return fmt.Sprintf("gave up after %s", e.after) }

// Timeout makes a slow registry a timeout like any other.
func (e *slow) Timeout() bool { return true }

// problem says in a clause why a registry told nothing. gone is true if it need
// not be asked about other images in this run.
func problem(host string, err error) (msg string, gone bool) {
	var (
		wait    *busy
		status  *transport.Error
		timeout interface{ Timeout() bool }
		dial    *net.OpError
		dns     *net.DNSError
		unknown x509.UnknownAuthorityError
		invalid x509.CertificateInvalidError
		name    x509.HostnameError
	)
	switch {
	case errors.As(err, &wait):
		return host + ": " + wait.Error() + "; docker login may raise the limit", true
	case errors.As(err, &unknown), errors.As(err, &invalid), errors.As(err, &name):
		return host + ": its certificate is not trusted", true
	case errors.As(err, &status):
		return answered(host, status)
	case errors.As(err, &dns) && dns.IsNotFound:
		return host + ": no such host", true
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, context.DeadlineExceeded):
		msg := host + " does not answer"
		if late := (*slow)(nil); errors.As(err, &late) {
			msg += ": " + late.Error()
		}
		return msg, true
	case errors.As(err, &dial):
		return fmt.Sprintf("%s cannot be reached: %s", host, dial.Err), true
	case errors.Is(err, io.ErrUnexpectedEOF):
		return host + " broke off its answer", false
	case errors.Is(err, context.Canceled):
		return "stopped", true
	}
	if request := (*url.Error)(nil); errors.As(err, &request) {
		err = request.Err
	}
	return host + ": " + oneLine(err.Error()), false
}

// answered is about an answer that is an error.
func answered(host string, err *transport.Error) (msg string, gone bool) {
	switch code := err.StatusCode; code {
	case http.StatusUnauthorized, http.StatusForbidden:
		return fmt.Sprintf("%s wants a login, or has no such image (%d); docker login %[1]s", host, code), false
	case http.StatusNotFound:
		return host + " has no such image or tag (404)", false
	case http.StatusTooManyRequests:
		return host + " limits requests (429); docker login may raise the limit", true
	default:
		return fmt.Sprintf("%s answers with an error (%d %s)", host, code, http.StatusText(code)), code >= http.StatusInternalServerError
	}
}

// oneLine is a text of another program in a message: one line, and not long.
func oneLine(text string) string {
	const most = 200
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + " …"
	}
	return text
}
