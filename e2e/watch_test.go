//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// A process is what the kernel says of one, as seen from the host.
type process struct {
	name   string
	uids   []int // real, effective, saved, file system
	gids   []int
	groups []int
	caps   map[string]uint64 // CapEff, CapPrm and CapAmb
}

// A watch samples the processes of a container from before its start to its end,
// so that one that lives for a few milliseconds is seen too. It cannot see one
// that is gone between two samples; a container of which nothing was seen is red.
type watch struct {
	files []string // where the container's cgroup may list its processes
	done  chan struct{}
	ended sync.WaitGroup
	once  sync.Once

	mu   sync.Mutex
	seen map[string]*process // by pid and identity: a process may change its own
}

// interval is short against a process's life and long against a sample's cost.
const interval = 2 * time.Millisecond

func watchContainer(id string) *watch {
	w := &watch{done: make(chan struct{}), seen: map[string]*process{}}
	for _, dir := range []string{"pids", "devices", "memory", "", "unified"} { // cgroup v1, v2
		w.files = append(w.files, filepath.Join("/sys/fs/cgroup", dir, "docker", id, "cgroup.procs"))
	}
	w.files = append(w.files, filepath.Join("/sys/fs/cgroup/system.slice", "docker-"+id+".scope", "cgroup.procs"))
	w.ended.Go(w.run)
	return w
}

func (w *watch) stop() {
	w.once.Do(func() { close(w.done) })
	w.ended.Wait()
}

func (w *watch) run() {
	// A busy machine must not put off a sample: the thread goes before all others, and ends here.
	runtime.LockOSThread()
	_ = syscall.Setpriority(syscall.PRIO_PROCESS, syscall.Gettid(), -20) // without it, more starts are needed
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		w.sample()
		select {
		case <-w.done:
			return
		case <-tick.C:
		}
	}
}

func (w *watch) sample() {
	for _, file := range w.files {
		b, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		for _, pid := range strings.Fields(string(b)) {
			w.look(pid)
		}
		return
	}
}

// look notes a process, unless it is runc on its way to become one: that is
// root until the last moment, and its program is the host's.
func (w *watch) look(pid string) {
	program, err := os.Readlink("/proc/" + pid + "/exe")
	if err != nil || strings.HasPrefix(filepath.Base(program), "runc") || strings.HasPrefix(program, "/memfd:runc") {
		return
	}
	b, err := os.ReadFile("/proc/" + pid + "/status")
	if err != nil {
		return
	}
	p, err := parseStatus(string(b))
	if err != nil || strings.HasPrefix(p.name, "runc") {
		return
	}
	p.name += " (" + program + ")"
	key := fmt.Sprint(pid, p.name, p.uids, p.gids, p.groups, p.caps)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen[key] = p
}

// processes are all that was seen so far.
func (w *watch) processes() []*process {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []*process
	for _, p := range w.seen {
		all = append(all, p)
	}
	return all
}

// parseStatus reads /proc/PID/status.
func parseStatus(text string) (*process, error) {
	p := &process{caps: map[string]uint64{}}
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		value = strings.TrimSpace(value)
		var err error
		switch key {
		case "Name":
			p.name = value
		case "Uid":
			p.uids, err = numbers(value)
		case "Gid":
			p.gids, err = numbers(value)
		case "Groups":
			p.groups, err = numbers(value)
		case "CapEff", "CapPrm", "CapAmb":
			p.caps[key], err = strconv.ParseUint(value, 16, 64)
		}
		if err != nil {
			return nil, err
		}
	}
	if len(p.uids) != 4 || len(p.gids) != 4 || len(p.caps) != 3 {
		return nil, fmt.Errorf("not a status: %q", text)
	}
	return p, nil
}

func numbers(s string) ([]int, error) {
	var out []int
	for _, word := range strings.Fields(s) {
		n, err := strconv.Atoi(word)
		if err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, nil
}

// foreign says what of a process is not as the fixed identity wants it: four
// times the user, four times the group, no other group, no capability.
func (p *process) foreign(who identity) []string {
	var problems []string
	for _, uid := range p.uids {
		if uid != who.uid {
			problems = append(problems, fmt.Sprintf("process %s runs as uid %v, not %d", p.name, p.uids, who.uid))
			break
		}
	}
	for _, gid := range p.gids {
		if gid != who.gid {
			problems = append(problems, fmt.Sprintf("process %s runs as gid %v, not %d", p.name, p.gids, who.gid))
			break
		}
	}
	if slices.ContainsFunc(p.groups, func(gid int) bool { return gid != who.gid }) {
		problems = append(problems, fmt.Sprintf("process %s is in groups %v", p.name, p.groups))
	}
	for name, bits := range p.caps {
		if bits != 0 {
			problems = append(problems, fmt.Sprintf("process %s has capabilities: %s %x", p.name, name, bits))
		}
	}
	return problems
}
