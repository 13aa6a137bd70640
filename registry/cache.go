package registry

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"time"
)

// Cache keeps answers of registries in a folder: what a tag stands for, for a
// limited time, and what an image says of itself, which never changes. Anything
// that is wrong with it, from a damaged file to a full disk, only means that the
// registry is asked again. Several processes may share it.
type Cache struct {
	dir    string
	maxAge time.Duration
	now    func() time.Time
	trim   sync.Once
}

const (
	maxEntry   = 4 << 20    // bytes of one file; larger ones are not kept
	maxEntries = 64 << 20   // bytes of all of them; the longest unused go first
	version    = "v1"       // of the form of the files
	dirMode    = 0o700      // an image's environment may hold what is not for everybody
	touchAfter = time.Hour  // a file that is used is marked so no more often than this
	tagPrefix  = "tag-"     // a file that says what a reference stands for
	imgPrefix  = "image-"   // a file that says what an image is
	tempPrefix = ".writing" // a file that is not complete
)

// NewCache uses a folder, which is made when it is needed. A tag's answer is good
// for maxAge.
func NewCache(dir string, maxAge time.Duration) *Cache {
	return &Cache{dir: filepath.Join(dir, version), maxAge: maxAge, now: time.Now}
}

// pointer is what a reference stands for.
type pointer struct {
	Ref      string    `json:"ref"`
	Platform string    `json:"platform"`
	Digest   string    `json:"digest"` // of the reference
	Image    string    `json:"image"`  // digest of the manifest for the platform
	Asked    time.Time `json:"asked"`
}

// pointer returns what is known of a reference and not too old. A reference by
// digest stays right.
func (c *Cache) pointer(ref, platform string) (pointer, bool) {
	var p pointer
	if c == nil || !c.get(tagPrefix+fileOf(ref, platform), &p) || p.Ref != ref || p.Platform != platform || p.Image == "" {
		return pointer{}, false
	}
	age := c.now().Sub(p.Asked)
	return p, strings.Contains(ref, "@") || age >= 0 && age < c.maxAge
}

// image returns what the image of a digest says of itself, nil if that is not
// known.
func (c *Cache) image(digest string) *record {
	var r record
	if c == nil || !c.get(imgPrefix+fileOf(digest), &r) || r.OS == "" {
		return nil
	}
	return &r
}

func (c *Cache) putPointer(p pointer) {
	if c != nil {
		p.Asked = c.now().UTC()
		c.put(tagPrefix+fileOf(p.Ref, p.Platform), p)
	}
}

func (c *Cache) putImage(digest string, r *record) {
	if c != nil {
		c.put(imgPrefix+fileOf(digest), r)
	}
}

// fileOf is a file name for texts of any content.
func fileOf(texts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(texts, "\n")))
	return hex.EncodeToString(sum[:16]) + ".json"
}

func (c *Cache) get(name string, v any) bool {
	path := filepath.Join(c.dir, name)
	info, err := os.Stat(path)
	if err != nil || info.Size() > maxEntry {
		return false
	}
	data, err := os.ReadFile(path)
	if err != nil || json.Unmarshal(data, v) != nil {
		return false
	}
	if now := c.now(); now.Sub(info.ModTime()) > touchAfter {
		_ = os.Chtimes(path, now, now) // what was used goes last
	}
	return true
}

// put writes an entry whole or not at all.
func (c *Cache) put(name string, v any) {
	data, err := json.Marshal(v)
	if err != nil || len(data) > maxEntry || os.MkdirAll(c.dir, dirMode) != nil {
		return
	}
	c.trim.Do(c.shrink)
	temp, err := os.CreateTemp(c.dir, tempPrefix)
	if err != nil {
		return
	}
	_, err = temp.Write(data)
	if err = errors.Join(err, temp.Close()); err == nil {
		err = os.Rename(temp.Name(), filepath.Join(c.dir, name))
	}
	if err != nil {
		_ = os.Remove(temp.Name())
	}
}

// shrink removes what has not been used for longest until the rest is within the
// limit, and what a process that was killed left behind.
func (c *Cache) shrink() {
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return
	}
	var infos []fs.FileInfo
	var size int64
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		if strings.HasPrefix(e.Name(), tempPrefix) && c.now().Sub(info.ModTime()) > touchAfter {
			_ = os.Remove(filepath.Join(c.dir, e.Name()))
			continue
		}
		infos, size = append(infos, info), size+info.Size()
	}
	sort.Slice(infos, func(i, j int) bool { return infos[i].ModTime().Before(infos[j].ModTime()) })
	for _, info := range infos {
		if size <= maxEntries {
			break
		}
		if os.Remove(filepath.Join(c.dir, info.Name())) == nil {
			size -= info.Size()
		}
	}
}
