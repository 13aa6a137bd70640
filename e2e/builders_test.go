//go:build e2e

package e2e

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"strings"
	"sync"
)

// A request is one build: the context with the Dockerfile in it, and the name the image gets.
type request struct {
	context, file string
	target        string // "" is the last stage
	tag           string
}

// A builder makes an image in the engine and returns what it printed, which is
// what people see of a failure too.
type builder struct {
	name  string
	build func(context.Context, *engine, request) (string, error)
}

// builders are the three that the fixes promise to work with. BuildKit is the
// one in Debian's engine with a current frontend; Buildah runs in a chroot, keeps
// layers as podman does, and hands its image over as an archive.
var builders = []builder{
	{"buildkit", func(ctx context.Context, e *engine, r request) (string, error) {
		return e.dockerBuild(ctx, r, "1", "--progress=plain", "--build-arg=BUILDKIT_SYNTAX="+frontendImage)
	}},
	{"classic", func(ctx context.Context, e *engine, r request) (string, error) {
		classicImages.RLock()
		defer classicImages.RUnlock()
		return e.dockerBuild(ctx, r, "0", "--force-rm")
	}},
	{"buildah", buildahBuild},
}

// classicImages keeps a removal away from builds of the classic builder, whose cache
// is the images themselves: it fails if one goes meanwhile.
var classicImages sync.RWMutex

func (e *engine) dockerBuild(ctx context.Context, r request, buildkit string, args ...string) (string, error) {
	args = append([]string{"build", "--network=host", "--file=" + r.file, "--tag=" + r.tag}, args...)
	if r.target != "" {
		args = append(args, "--target="+r.target)
	}
	return e.run(ctx, []string{"DOCKER_BUILDKIT=" + buildkit}, dockerBin, append(args, r.context)...)
}

func buildahBuild(ctx context.Context, e *engine, r request) (string, error) {
	// The Docker format, because OCI's has no HEALTHCHECK, SHELL and ONBUILD.
	args := []string{"build", "--pull-never", "--layers", "--isolation=chroot", "--format=docker", "--network=host", "--file=" + r.file, "--tag=" + r.tag}
	if r.target != "" {
		args = append(args, "--target="+r.target)
	}
	buildahStore.RLock()
	out, err := e.buildah(ctx, append(args, r.context)...)
	buildahStore.RUnlock()
	if err != nil {
		return out, err
	}
	archive := e.path("tmp", strings.NewReplacer("/", "-", ":", "-").Replace(r.tag)+".tar")
	defer os.Remove(archive)
	steps := []func() (string, error){
		func() (string, error) { return e.buildah(ctx, "push", r.tag, "docker-archive:"+archive+":"+r.tag) },
		func() (string, error) { return e.buildahRemove(ctx, r.tag) },
		func() (string, error) { return e.docker(ctx, "load", "--input", archive) },
	}
	for _, step := range steps {
		if more, err := step(); err != nil {
			return out + more, err
		}
	}
	return out, nil
}

// buildahStore keeps a removal away from builds: Buildah looks through all images
// for layers that it can use again, and fails if one goes meanwhile.
var buildahStore sync.RWMutex

func (e *engine) buildahRemove(ctx context.Context, image string) (string, error) {
	buildahStore.Lock()
	defer buildahStore.Unlock()
	return e.buildah(ctx, "rmi", "--force", image)
}

// buildah runs it on a store of the harness's own.
func (e *engine) buildah(ctx context.Context, args ...string) (string, error) {
	driver := "overlay"
	if e.storage == "vfs" {
		driver = "vfs"
	}
	args = append([]string{"--root", e.path("buildah"), "--runroot", e.path("run", "buildah"), "--storage-driver", driver}, args...)
	return e.run(ctx, []string{"CONTAINERS_REGISTRIES_CONF=" + e.path("registries.conf")}, "buildah", args...)
}

func shortHash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])[:16]
}

// copyFile copies a file with its mode.
func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, info.Mode().Perm())
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}
