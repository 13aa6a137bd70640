package checks

import (
	"path"

	"github.com/dfharden/dfharden/stage"
)

func init() {
	register(&Rule{
		ID:       "context-not-filtered",
		Summary:  "the whole build context is copied, and nothing is left out of it",
		Control:  Secrets,
		Severity: Info,
		Why: "`COPY .` brings all that lies in the folder on the machine that builds: the git history, .env files, credentials, the results of other builds. A .dockerignore beside the context keeps them out of the\n" +
			"image, and out of the builder.",
		Silent: "The context has a .dockerignore, or the Dockerfile one of its own (`<name>.dockerignore`). The context cannot be read. The copy names what it leaves out (`--exclude`), or stands in a build stage.",
		Refs:   []string{"Docker: https://docs.docker.com/build/concepts/context/#dockerignore-files", "Docker: https://docs.docker.com/build/building/best-practices/#exclude-with-dockerignore"},
		Run: func(p *Pass) {
			if p.Graph.HasIgnoreFile() != stage.No {
				return
			}
			for _, t := range p.transfers() {
				if t.From != "" || hasFlag(t.In, "exclude") {
					continue
				}
				for _, src := range t.Sources {
					if text, known := t.State.Expand(src); known && !remote(text) && path.Clean("/"+text) == "/" {
						p.Report(Finding{Span: p.first(t.In), Message: "the whole build context is copied, and there is no .dockerignore: .git, .env and whatever else lies there is in the image"})
						break
					}
				}
			}
		},
	})
}
