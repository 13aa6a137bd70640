// Package registry asks registries what an image is: its user, its command and
// the rest of its configuration, and, where nothing else tells, its distribution
// and accounts, by files of its layers. Images in OCI layouts and in archives of
// `docker save` answer in the same way.
//
// It is the one library that uses the network and reads and writes files. Nothing
// of it happens before a Client that may is asked.
package registry

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"github.com/dfharden/dfharden/image"
)

// Options say who is asked, and how long that may take.
type Options struct {
	Remote bool     // ask registries; without it only Local answers
	Local  []*Local // asked first, in this order
	Cache  *Cache   // of what registries answered; nil: none

	Keychain  authn.Keychain    // nil: what docker login and podman login left
	Transport http.RoundTripper // nil: one that goes by HTTPS_PROXY and its like
	UserAgent string

	Answer time.Duration // until a registry begins an answer; 0: 10 seconds
	Config time.Duration // for all that it takes to read a configuration; 0: 30 seconds
	Layers time.Duration // for all layers of an image; 0: 2 minutes
}

// Client asks about images, about each once. It is safe for concurrent use.
type Client struct {
	*shared
	mirrors map[string]string
}

// shared is what clients with different mirrors have in common.
type shared struct {
	ctx    context.Context
	o      Options
	puller *remote.Puller

	mu       sync.Mutex
	answers  map[key]*answer
	digests  map[string]func() string // by reference
	gone     map[string]bool          // hosts that do not answer
	problems []string
}

// With is a client that asks in other places, as image.Rename has it. It knows
// what c has been told, and the other way round.
func (c *Client) With(mirrors map[string]string) *Client { return &Client{c.shared, mirrors} }

// New makes a client, which stops asking when ctx ends.
func New(ctx context.Context, o Options) (*Client, error) {
	inner := roundTripper(o.Transport, cmp.Or(o.Answer, 10*time.Second))
	return newClient(ctx, o, &retrier{inner: inner, sleep: sleep, now: time.Now})
}

func newClient(ctx context.Context, o Options, through http.RoundTripper) (*Client, error) {
	o.Config = cmp.Or(o.Config, 30*time.Second)
	o.Layers = cmp.Or(o.Layers, 2*time.Minute)
	if o.Keychain == nil {
		o.Keychain = authn.DefaultKeychain
	}
	c := &Client{shared: &shared{ctx: ctx, o: o, answers: map[key]*answer{}, digests: map[string]func() string{}, gone: map[string]bool{}}}
	var err error
	c.puller, err = remote.NewPuller(
		remote.WithTransport(through),
		remote.WithRetryBackoff(remote.Backoff{Steps: 1}), remote.WithRetryStatusCodes(), // retrier does that
		remote.WithAuthFromKeychain(patient{o.Keychain}),
		remote.WithUserAgent(o.UserAgent),
	)
	return c, err
}

// Problems says of whom nothing, or not everything, could be learnt, a line each.
func (c *Client) Problems() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	slices.Sort(c.problems)
	return slices.Clone(c.problems)
}

// problem notes a line about a reference.
func (c *Client) problem(ref, msg, consequence string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.problems = append(c.problems, ref+": "+msg+"; "+consequence)
}

// Over is a Lookup that asks about an image, and where the answer leaves
// something open, or there is none, goes by what below knows. The files of an
// image are fetched only where they are needed for the distribution, the account
// tools or the numbers of the user.
func (c *Client) Over(below image.Lookup) image.PlatformLookup { return over{c, below} }

type over struct {
	*Client
	below image.Lookup
}

func (o over) Lookup(ref string) image.Facts { return o.LookupPlatform(ref, "") }

func (o over) LookupPlatform(ref, platform string) image.Facts {
	below := image.LookupPlatform(o.below, ref, platform)
	if ref == "scratch" {
		return below
	}
	a := o.ask(o.question(ref, platform))
	r := a.record()
	if r == nil {
		return below
	}
	f := r.over(below)
	if r.lacks(f) {
		o.lookInside(a)
		r = a.record()
		f = r.over(below)
	}
	f.Listed, f.Ref = true, ref
	f.Name, f.Tag, _, _ = image.Normalise(ref)
	f.Digest, f.Source = a.digest, a.source
	f.Evidence = a.evidence
	if r.Files == nil && below.Distro != "" {
		f.Evidence += "; " + below.Evidence // the distribution is from there
	}
	return f
}

// shorten cuts a digest to what people compare.
func shorten(digest string) string {
	const shown = len("sha256:") + 12
	if algorithm, _, ok := strings.Cut(digest, ":"); ok && algorithm == "sha256" && len(digest) > shown {
		return digest[:shown] + "…"
	}
	return digest
}
