//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
)

// parentImage is the name that an image is given for a Dockerfile built from it.
const parentImage = "dfharden-e2e-parent"

// build writes the Dockerfile in its context's place and builds it, so that a
// COPY of the whole context copies the version that is built.
func (t *trial) build(ctx context.Context, kind string, src []byte) (image, out string, err error) {
	file := filepath.Join(t.dir, "Dockerfile")
	if err := os.WriteFile(file, src, 0o644); err != nil {
		return "", "", err
	}
	image = fmt.Sprintf("dfharden-e2e/%s:%s-%s-%s", t.c.Name, t.b.name, kind, filepath.Base(t.dir))
	out, err = t.b.build(ctx, t.e, request{context: t.dir, file: file, target: t.c.Target, tag: image})
	if err != nil {
		err = fmt.Errorf("%w\nof\n%s", err, src)
	}
	return image, out, err
}

// child builds and discards what a case has for an image to be built from its own.
func (t *trial) child(ctx context.Context, image string) bool {
	if t.c.Forced == nil || t.c.Forced.Child == "" {
		return true
	}
	if _, err := t.buildChild(ctx, image); err != nil {
		t.problem("nothing can be built from the original: %v", err)
		return false
	}
	return true
}

var parent sync.Mutex

func (t *trial) buildChild(ctx context.Context, image string) (string, error) {
	parent.Lock() // there is one tag for all cases
	defer parent.Unlock()
	if out, err := t.e.docker(ctx, "tag", image, parentImage); err != nil {
		return out, err
	}
	defer t.discard(parentImage)
	tag := image + "-child"
	out, err := t.b.build(ctx, t.e, request{context: t.dir, file: filepath.Join(t.dir, t.c.Forced.Child), tag: tag})
	if err == nil {
		t.discard(tag)
	}
	return out, err
}

// discard removes an image; its layers stay as long as the engine's cache wants them.
func (t *trial) discard(image string) {
	classicImages.Lock()
	defer classicImages.Unlock()
	_, _ = t.e.docker(context.Background(), "image", "rm", "--force", "--no-prune", image) // the next build replaces what stays
}

// size is the image's size in bytes with its base, 0 if unknown.
func (e *engine) size(ctx context.Context, image string) int64 {
	out, err := e.docker(ctx, "image", "inspect", "--format={{.Size}}", image)
	if err != nil {
		return 0
	}
	n, err := strconv.ParseInt(strings.TrimSpace(out), 10, 64)
	if err != nil {
		return 0
	}
	return n
}
