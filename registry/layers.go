package registry

import (
	"errors"
	"fmt"
	"io"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// The most that is read of the layers of one image. A distribution with a run
// time on it has 30 to 100 MB.
const (
	maxFetched  = 128 << 20 // bytes as the registry stores them
	maxUnpacked = 1 << 30   // bytes of the archives in them
)

// tooLarge is the limit, in bytes, that the layers of an image go beyond.
type tooLarge int64

func (e tooLarge) Error() string {
	return fmt.Sprintf("its layers have more than the %d MB that are read", int64(e)>>20)
}

// layer is one layer of an image.
type layer struct {
	size int64                         // as stored; 0 where that is not known
	open func() (io.ReadCloser, error) // the archive, unpacked
}

// layersOf lists the layers of an image, the lowest first. Their sizes are known
// without reading them only where there is a manifest.
func layersOf(img v1.Image, sized bool) ([]layer, error) {
	found, err := img.Layers()
	if err != nil {
		return nil, err
	}
	layers := make([]layer, len(found))
	for i, l := range found {
		mediaType, err := l.MediaType()
		if err != nil {
			return nil, err
		}
		if !mediaType.IsDistributable() { // it may be on any server
			return nil, errors.New("a layer of it is not in the registry")
		}
		layers[i].open = l.Uncompressed
		if sized {
			if layers[i].size, err = l.Size(); err != nil {
				return nil, err
			}
		}
	}
	return layers, nil
}

// readLayers reads the files that tell the distribution and the accounts. It
// reads every layer to its end: any of them may change a file or take it away, and
// only at the end is it certain that a layer is what its digest says.
func readLayers(layers []layer) (*files, error) {
	var size int64
	for _, l := range layers {
		if size += l.size; l.size < 0 || size > maxFetched {
			return nil, tooLarge(maxFetched)
		}
	}
	t, left := tree{}, int64(maxUnpacked)
	for i, l := range layers {
		n, err := t.readLayer(l, left)
		if err != nil {
			return nil, fmt.Errorf("layer %d of %d: %w", i+1, len(layers), err)
		}
		left -= n
	}
	return t.files(), nil
}

// readLayer reads a layer of at most limit bytes, and returns how many it had.
func (t tree) readLayer(l layer, limit int64) (n int64, err error) {
	archive, err := l.open()
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, archive.Close()) }()
	r := &io.LimitedReader{R: archive, N: limit + 1}
	if err = t.layer(r); err == nil {
		_, err = io.Copy(io.Discard, r) // the padding behind the archive, and the check of the digest
	}
	if r.N <= 0 {
		return limit, tooLarge(maxUnpacked)
	}
	return limit + 1 - r.N, err
}
