package registry

import (
	"context"
	"sync"

	"github.com/dfharden/dfharden/image"
)

// Pins is a Lookup that answers as below does and adds what a tag stands for:
// Facts.Digest. It asks about references that a fix could pin: those without a tag
// or with the tag latest, and with all set every one without a digest. That costs
// one request, which registries do not count as a pull.
func (c *Client) Pins(below image.Lookup, all bool) image.PlatformLookup { return pins{c, below, all} }

type pins struct {
	*Client
	below image.Lookup
	all   bool
}

func (p pins) Lookup(ref string) image.Facts { return p.LookupPlatform(ref, "") }

func (p pins) LookupPlatform(ref, platform string) image.Facts {
	f := image.LookupPlatform(p.below, ref, platform)
	_, tag, digest, err := image.Normalise(ref)
	if err != nil || digest != "" || tag != "latest" && (!p.all || tag == "") {
		return f
	}
	p.mu.Lock()
	at := image.Rename(ref, p.mirrors)
	ask := p.digests[at]
	if ask == nil {
		ask = sync.OnceValue(func() string { return p.digest(ref) })
		p.digests[at] = ask
	}
	p.mu.Unlock()
	f.Digest = ask()
	return f
}

// anyPlatform stands in the cache for a reference as a whole.
const anyPlatform = "*"

// digest asks what a tag stands for; "" if nobody says.
func (c *Client) digest(ref string) (digest string) {
	for _, l := range c.o.Local {
		if i, ok := l.find(ref); ok {
			return i.digest
		}
	}
	if !c.o.Remote {
		return ""
	}
	at := c.question(ref, "").at
	if at == nil {
		return "" // Over says so of those that count
	}
	for _, platform := range []string{"", anyPlatform} {
		if p, ok := c.o.Cache.pointer(at.Name(), platform); ok {
			return p.Digest
		}
	}
	host := hostOf(at)
	if c.isGone(host) {
		return ""
	}
	err := c.within(c.o.Config, func(ctx context.Context) error {
		d, err := c.puller.Head(ctx, at)
		if err == nil {
			digest = d.Digest.String()
		}
		return err
	})
	if err != nil {
		c.failed(ref, host, err, "its digest is not known")
		return ""
	}
	c.o.Cache.putPointer(pointer{Ref: at.Name(), Platform: anyPlatform, Digest: digest, Image: digest})
	return digest
}
