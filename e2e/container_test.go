//go:build e2e

package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// A container is one that was started, with its processes watched.
type container struct {
	e     *engine
	id    string
	watch *watch
}

// state is the part of the engine's account of a container that is read.
type state struct {
	State struct {
		Running  bool
		Pid      int // in the host's numbering
		ExitCode int
		Error    string
		Health   *struct{ Status string }
	}
	Mounts []mount
}

type mount struct{ Type, Source, Destination string }

// start creates and starts a container without a network; args go before the image.
// A container that cannot be started is removed, and the error says why.
func (e *engine) start(ctx context.Context, c *testCase, image string, args ...string) (*container, error) {
	create := []string{"create", "--label=" + label, "--network=none"}
	for name, value := range c.Env {
		create = append(create, "--env="+name+"="+value)
	}
	for _, dir := range c.Volumes {
		create = append(create, "--volume="+dir)
	}
	create = append(append(create, args...), image)
	out, err := e.docker(ctx, append(create, c.Cmd...)...)
	if err != nil {
		return nil, err
	}
	k := &container{e: e, id: strings.TrimSpace(last(out, 1))}
	k.watch = watchContainer(k.id)
	if out, err := e.docker(ctx, "start", k.id); err != nil {
		k.remove()
		return nil, fmt.Errorf("does not start: %s", strings.TrimSpace(out))
	}
	return k, nil
}

// inspect asks the engine about the container.
func (k *container) inspect(ctx context.Context) (*state, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://docker/containers/"+k.id+"/json", http.NoBody)
	if err != nil {
		return nil, err
	}
	resp, err := k.e.api.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("inspect %s: %s", k.id, resp.Status)
	}
	var s state
	return &s, json.NewDecoder(resp.Body).Decode(&s)
}

// logs are what the container printed, to both outputs.
func (k *container) logs(ctx context.Context) string {
	out, err := k.e.docker(ctx, "logs", k.id)
	if err != nil {
		return err.Error()
	}
	return out
}

// remove ends the container with its volumes. It works after the test's context too.
func (k *container) remove() {
	k.watch.stop()
	_, _ = k.e.docker(context.Background(), "rm", "--force", "--volumes", k.id) // sweep takes what stays
}
