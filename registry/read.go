package registry

import (
	"errors"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// maxConfig is the largest configuration that is read, in bytes. Real ones have a
// few thousand.
const maxConfig = 4 << 20

var (
	errNoImage = errors.New("it is not a container image")
	errOldForm = errors.New("its manifest has the old form, schema 1")
	errConfig  = errors.New("its configuration is larger than 4 MB")
)

// ofDescriptor returns what a registry has under a reference, for a platform.
func ofDescriptor(d *remote.Descriptor, platform string) (v1.Image, v1.Hash, error) {
	switch {
	case d.MediaType.IsSchema1():
		return nil, v1.Hash{}, errOldForm
	case d.MediaType.IsIndex():
		index, err := d.ImageIndex()
		if err != nil {
			return nil, v1.Hash{}, err
		}
		return choose(index, platform)
	}
	img, err := d.Image()
	return img, d.Digest, err
}

// readConfig reads the configuration of an image that has a manifest.
func readConfig(img v1.Image) (*record, error) {
	m, err := img.Manifest()
	if err != nil {
		return nil, err
	}
	switch t := m.Config.MediaType; {
	case t != types.OCIConfigJSON && t != types.DockerConfigJSON && t != "":
		return nil, errNoImage
	case m.Config.Size > maxConfig:
		return nil, errConfig
	}
	c, err := img.ConfigFile()
	if err != nil {
		return nil, err
	}
	return recordOf(c), nil
}
