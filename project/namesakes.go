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

// Ref is what a FROM of a Dockerfile names.
type Ref struct{ File, Repository, Tag string }

// maxNeighbours is how many folders are looked through for a Dockerfile's namesakes.
const maxNeighbours = 500

// Namesaked lists the FROMs whose image has a Dockerfile for its one namesake. Those
// that can have it lie beside the Dockerfile or its folder, or are as deep below the
// folder above that.
func (p *Project) Namesaked(dockerfile string) []Ref {
	dir := path.Dir(dockerfile)
	folders := []string{dir}
	if path.Base(dockerfile) == "Dockerfile" && dir != "." {
		folders = p.below(path.Dir(dir))
		if up := path.Dir(dir); up != "." {
			for _, folder := range p.below(path.Dir(up)) {
				folders = append(folders, p.below(folder)...)
			}
		}
	}
	slices.Sort(folders)
	folders = slices.Compact(folders)
	var refs []Ref
	for _, folder := range folders[:min(len(folders), maxNeighbours)] {
		for _, ref := range p.refs(folder) {
			if same := p.Namesakes(ref.File, ref.Repository, ref.Tag); len(same) == 1 && same[0] == dockerfile {
				refs = append(refs, ref)
			}
		}
	}
	return refs
}

// below lists the folders in a folder.
func (p *Project) below(dir string) []string {
	entries, err := fs.ReadDir(p.files, dir)
	if err != nil {
		return nil // there is none
	}
	var folders []string
	for _, e := range entries {
		if e.IsDir() && !skipped[e.Name()] {
			folders = append(folders, path.Join(dir, e.Name()))
		}
	}
	return folders
}

// refs lists what the Dockerfiles of a folder are built on, read once.
func (p *Project) refs(dir string) []Ref {
	p.mu.Lock()
	refs, ok := p.named[dir]
	p.mu.Unlock()
	if ok {
		return refs
	}
	r := &reader{files: p.files}
	for _, name := range r.names(dir, dockerfileName) {
		for _, m := range fromLine.FindAllSubmatch(r.data(name), -1) {
			repository, tag := splitName(string(m[1]))
			refs = append(refs, Ref{name, repository, tag})
		}
	}
	p.mu.Lock()
	p.named[dir] = refs
	p.mu.Unlock()
	return refs
}

// Folder is a folder of the project, nil if it is none of its.
func (p *Project) Folder(dir string) fs.FS {
	files, err := fs.Sub(p.files, dir)
	if err != nil {
		return nil
	}
	return files
}
