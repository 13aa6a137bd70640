package registry

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/dfharden/dfharden/image"
)

// answer is what came of a question.
type answer struct {
	once     sync.Once
	ref      string // as the first file has it
	digest   string // of the reference; "" for an archive, which does not know it
	manifest string // of the image
	source   string
	evidence string

	inside sync.Once
	find   func(context.Context) (v1.Image, error) // for its layers
	sized  bool                                    // the sizes of its layers are known
	host   string                                  // "" if it is on this machine

	mu sync.Mutex
	r  *record // nil: there is no answer
}

// record is what the image says of itself, as far as it is read.
func (a *answer) record() *record {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.r
}

func (a *answer) set(r *record) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.r = r
}

// question is what is asked for.
type question struct {
	ref      string         // as the file has it
	at       name.Reference // where it is asked for; nil: no registry takes the name
	platform string         // as FROM has it; "" if it has none
}

func (c *Client) question(ref, platform string) question {
	at, err := name.ParseReference(image.Rename(ref, c.mirrors))
	if err != nil {
		at = nil
	}
	return question{ref, at, platform}
}

// key is what questions with one answer have in common.
type key struct{ ref, platform string }

func (q question) key() key {
	if q.at == nil {
		return key{q.ref, q.platform}
	}
	return key{q.at.Name(), q.platform}
}

// ask returns the answer to a question. The first to ask gets it, others wait.
func (c *Client) ask(q question) *answer {
	c.mu.Lock()
	a := c.answers[q.key()]
	if a == nil {
		a = &answer{}
		c.answers[q.key()] = a
	}
	c.mu.Unlock()
	a.once.Do(func() {
		a.ref = q.ref
		if !c.fromLocal(q, a) && c.o.Remote {
			c.fromRegistry(q, a)
		}
		c.pinned(q, a)
	})
	return a
}

// pinned makes an answer that of the reference by digest too, which a fix may put
// into the file.
func (c *Client) pinned(q question, a *answer) {
	if q.at == nil || a.digest == "" {
		return
	}
	k := key{q.at.Context().Digest(a.digest).Name(), q.platform}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.answers[k] == nil {
		c.answers[k] = a
	}
}

// within runs a part of the work under a time limit. After an answer that broke
// off it runs it again, once.
func (c *Client) within(limit time.Duration, do func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(c.ctx)
	defer cancel(nil)
	defer time.AfterFunc(limit, func() { cancel(&slow{limit}) }).Stop()
	err := do(ctx)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = do(ctx)
	}
	if cause := context.Cause(ctx); err != nil && cause != nil {
		return cause
	}
	return err
}

// fromRegistry asks the cache and then the registry.
func (c *Client) fromRegistry(q question, a *answer) {
	ref := q.at
	if ref == nil {
		c.problem(q.ref, "no registry takes this name", without)
		return
	}
	a.host, a.sized = hostOf(ref), true
	if p, ok := c.o.Cache.pointer(ref.Name(), q.platform); ok {
		if r := c.o.Cache.image(p.Image); r != nil {
			a.found(ref, p.Digest, p.Image)
			a.find = func(ctx context.Context) (v1.Image, error) { return c.byDigest(ctx, ref, p.Image) }
			a.set(r)
			return
		}
	}
	if c.isGone(a.host) {
		c.problem(q.ref, a.host+" did not answer before, and is not asked again", without)
		return
	}
	if err := c.within(c.o.Config, func(ctx context.Context) error { return c.fetch(ctx, q, ref, a) }); err != nil {
		c.failed(q.ref, a.host, err, without)
	}
}

// without is what becomes of a check that gets no answer.
const without = "checked without it"

// failed notes why a registry told nothing.
func (c *Client) failed(ref, host string, err error, consequence string) {
	msg, gone := problem(host, err)
	c.problem(ref, msg, consequence)
	if gone {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.gone[host] = true
	}
}

func (c *Client) isGone(host string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.gone[host]
}

// fetch reads the configuration of an image from its registry.
func (c *Client) fetch(ctx context.Context, q question, ref name.Reference, a *answer) error {
	d, err := c.puller.Get(ctx, ref)
	if err != nil {
		return err
	}
	img, digest, err := ofDescriptor(d, q.platform)
	if err != nil {
		return err
	}
	r := c.o.Cache.image(digest.String()) // another tag may have had it
	if r == nil {
		if r, err = readConfig(img); err != nil {
			return err
		}
		c.o.Cache.putImage(digest.String(), r)
	}
	for _, spelling := range []string{ref.Name(), ref.Context().Digest(d.Digest.String()).Name()} {
		c.o.Cache.putPointer(pointer{Ref: spelling, Platform: q.platform, Digest: d.Digest.String(), Image: digest.String()})
	}
	a.found(ref, d.Digest.String(), digest.String())
	a.find = func(ctx context.Context) (v1.Image, error) { return c.byDigest(ctx, ref, a.manifest) }
	a.set(r)
	return nil
}

func (a *answer) found(ref name.Reference, digest, manifest string) {
	a.digest, a.manifest = digest, manifest
	a.source = strings.Replace(ref.Context().Digest(digest).Name(), name.DefaultRegistry, "docker.io", 1)
	a.evidence = "registry: " + shorten(digest)
}

// byDigest finds an image again, for its layers.
func (c *Client) byDigest(ctx context.Context, ref name.Reference, digest string) (v1.Image, error) {
	d, err := c.puller.Get(ctx, ref.Context().Digest(digest))
	if err != nil {
		return nil, err
	}
	return d.Image()
}

// lookInside reads the layers of an image, once.
func (c *Client) lookInside(a *answer) {
	a.inside.Do(func() {
		var found *files
		err := c.within(c.o.Layers, func(ctx context.Context) error {
			img, err := a.find(ctx)
			if err != nil {
				return err
			}
			layers, err := layersOf(img, a.sized)
			if err != nil {
				return err
			}
			found, err = readLayers(layers)
			return err
		})
		if err != nil {
			c.unread(a, err)
			return
		}
		r := *a.record()
		r.Files = found
		a.set(&r)
		if a.host != "" {
			c.o.Cache.putImage(a.manifest, &r)
		}
	})
}

// unread notes why the files of an image are not known.
func (c *Client) unread(a *answer, err error) {
	const consequence = "its distribution and accounts are not looked up"
	if large := tooLarge(0); errors.As(err, &large) || a.host == "" {
		c.problem(a.ref, oneLine(err.Error()), consequence)
		return
	}
	c.failed(a.ref, a.host, err, consequence)
}

// hostOf is the registry of a reference, as people call it.
func hostOf(ref name.Reference) string {
	if host := ref.Context().RegistryStr(); host != name.DefaultRegistry {
		return host
	}
	return "docker.io"
}

// patient is a keychain whose trouble is no reason not to ask: a public image
// needs no login, and of a private one the registry will say so.
type patient struct{ authn.Keychain }

// ResolveContext finds the credentials for a registry. It waits for a credential
// helper no longer than ctx.
func (p patient) ResolveContext(ctx context.Context, target authn.Resource) (authn.Authenticator, error) {
	found := make(chan authn.Authenticator, 1)
	go func() {
		auth, err := authn.Resolve(ctx, p.Keychain, target)
		if err != nil {
			auth = authn.Anonymous
		}
		found <- auth
	}()
	select {
	case auth := <-found:
		return auth, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}
