package project

import "github.com/dfharden/dfharden/internal/yamltree"

// skaffold reads the docker and kaniko artifacts of a skaffold.yaml, those of its
// profiles among them: build.artifacts[].{context, docker: {dockerfile, target,
// buildArgs}}. Paths are relative to the file, that of the Dockerfile to the context.
// https://skaffold.dev/docs/references/yaml/
func (r *reader) skaffold(name string) {
	docs, err := yamltree.Parse(r.data(name))
	if err != nil {
		r.broken(name, err)
		return
	}
	for _, doc := range docs {
		r.artifacts(name, "", doc.Get("build", "artifacts"))
		for _, profile := range doc.Get("profiles").Items() {
			text, _ := profile.Get("name").Text()
			r.artifacts(name, text, profile.Get("build", "artifacts"))
		}
	}
}

func (r *reader) artifacts(name, profile string, list yamltree.Node) {
	for _, a := range list.Items() {
		docker := a.Get("docker")
		if a.Get("kaniko").Present() {
			docker = a.Get("kaniko")
		}
		if !docker.Present() && anyOf(a, "bazel", "buildpacks", "custom", "jib", "ko") {
			continue
		}
		image, _ := a.Get("image").Text()
		b := Build{By: "artifact " + image, Place: Place{name, a.Pos().Line}, Args: map[string]string{}, Names: []string{image}}
		if profile != "" {
			b.By += " of profile " + profile
		}
		if named(profile, productionWords) {
			b.Purpose = Production
		}
		context, _ := a.Get("context").Text()
		file, ok := docker.Get("dockerfile").Text()
		if !ok {
			file = "Dockerfile"
		}
		if target := docker.Get("target"); target.Present() {
			b.Target, _ = target.Text()
			b.Place.Line = target.Pos().Line
		}
		for e := range docker.Get("buildArgs").Entries() {
			if text, ok := e.Value.Text(); ok && !template(text) {
				b.Args[e.Key] = text
			}
		}
		if template(b.Target) || template(file) || template(context) {
			r.problem(b.Place, "%s: a template names the build, so it is not known", b.By)
			continue
		}
		r.resolve(b, context, file)
	}
}

// resolve adds a build whose Dockerfile is given relative to its context.
func (r *reader) resolve(b Build, context, file string) { r.resolveFrom(b, context, context, file) }

// resolveFrom adds a build whose Dockerfile is given relative to another folder than
// its context.
func (r *reader) resolveFrom(b Build, context, dir, file string) {
	var okContext, okDir, okFile bool
	b.Context, okContext = join(r.dir, context)
	dir, okDir = join(r.dir, dir)
	b.Dockerfile, okFile = join(dir, file)
	if okContext && okDir && okFile {
		r.add(b)
	}
}

func anyOf(n yamltree.Node, keys ...string) bool {
	for _, key := range keys {
		if n.Get(key).Present() {
			return true
		}
	}
	return false
}
