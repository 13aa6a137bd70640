package project

import (
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Namesakes lists the Dockerfiles that lie where a project of many keeps the one of an
// image, seen from another Dockerfile: NAME.dockerfile and Dockerfile.NAME beside it,
// NAME/Dockerfile and NAME/TAG/Dockerfile in the folders above. It is a habit, which
// nothing in the project states. An image without an owner is Docker Hub's own,
// whatever a folder is called: it has none.
func (p *Project) Namesakes(dockerfile, repository, tag string) []string {
	name := path.Base(repository)
	if !strings.Contains(repository, "/") || strings.HasPrefix(repository, "library/") || !fs.ValidPath(name) || !fs.ValidPath(tag) {
		return nil
	}
	dir := path.Dir(dockerfile)
	candidates := []string{path.Join(dir, "Dockerfile."+name), path.Join(dir, "Containerfile."+name)}
	for _, end := range []string{".dockerfile", ".Dockerfile", ".containerfile", ".Containerfile"} {
		candidates = append(candidates, path.Join(dir, name+end))
	}
	if dir != "." {
		candidates = append(candidates, path.Join(path.Dir(dir), name, "Dockerfile"))
	}
	if up := path.Dir(dir); up != "." {
		candidates = append(candidates, path.Join(path.Dir(up), name, tag, "Dockerfile"))
	}
	return slices.DeleteFunc(candidates, func(file string) bool {
		info, err := fs.Stat(p.files, file)
		return file == dockerfile || err != nil || !info.Mode().IsRegular()
	})
}

// Folder is a folder of the project, nil if it is none of its.
func (p *Project) Folder(dir string) fs.FS {
	files, err := fs.Sub(p.files, dir)
	if err != nil {
		return nil
	}
	return files
}
