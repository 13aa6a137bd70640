package project

import (
	"regexp"
	"strings"

	"github.com/dfharden/dfharden/internal/yamltree"
)

// workflowBuilds matches a workflow that is worth parsing.
var workflowBuilds = regexp.MustCompile(`docker/build-push-action|(docker|podman|buildah|nerdctl)[^\n]* (build|bud)\b`)

// workflow reads the builds of a GitHub workflow: steps that use
// docker/build-push-action, and "docker build" in what steps run.
// https://github.com/docker/build-push-action#inputs
func (r *reader) workflow(name string) {
	data := r.data(name)
	if !workflowBuilds.Match(data) {
		return
	}
	docs, err := yamltree.Parse(data)
	if err != nil {
		r.broken(name, err)
		return
	}
	if len(docs) == 0 {
		return
	}
	env := literals(nil, docs[0].Get("env"))
	for job := range docs[0].Get("jobs").Entries() {
		for _, matrix := range combinations(job.Value.Get("strategy", "matrix")) {
			j := workflowJob{reader: r, name: name, env: literals(env, job.Value.Get("env")), matrix: matrix}
			j.dir, _ = j.text(job.Value.Get("defaults", "run", "working-directory"))
			j.steps(job.Value.Get("steps").Items())
		}
	}
}

type workflowJob struct {
	*reader
	name   string
	env    map[string]string
	matrix map[string]string // "image.target": the values of one combination
	dir    string            // where its commands run, from the root of the repository
}

func (j workflowJob) steps(steps []yamltree.Node) {
	var pushed bool
	for _, step := range steps {
		run, _ := step.Get("run").Text()
		pushed = pushed || strings.Contains(run, "docker push") || strings.Contains(run, "podman push")
	}
	for _, step := range steps {
		in := j
		in.env = literals(j.env, step.Get("env"))
		uses, _ := step.Get("uses").Text()
		if strings.HasPrefix(uses, "docker/build-push-action@") {
			in.action(step)
		}
		if run := step.Get("run"); run.Present() {
			in.run(step, run, pushed)
		}
	}
}

// action reads a step that uses docker/build-push-action.
func (j workflowJob) action(step yamltree.Node) {
	with := step.Get("with")
	b := Build{By: stepName(step), Place: Place{j.name, step.Pos().Line}, Args: map[string]string{}}
	if push := with.Get("push"); push.Present() {
		if text, _ := push.Text(); text != "false" { // an expression: it is pushed at times
			b.Purpose = Production
		}
	}
	context, okContext := j.text(with.Get("context"))
	file, okFile := j.text(with.Get("file"))
	target, okTarget := j.text(with.Get("target"))
	if with.Get("target").Present() {
		b.Place.Line = with.Get("target").Pos().Line
	}
	b.Target = target
	tags, _ := with.Get("tags").Text()
	for tag := range strings.FieldsFuncSeq(tags, func(c rune) bool { return c == ',' || c == '\n' }) {
		tag, _ = j.evaluate(strings.TrimSpace(tag))
		b.Names = append(b.Names, tag)
	}
	args, _ := with.Get("build-args").Text()
	for line := range strings.Lines(args) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			if text, known := j.evaluate(value); known {
				b.Args[name] = text
			}
		}
	}
	rest, git := strings.CutPrefix(context, "{{defaultContext}}") // the repository itself, and a folder of it
	if git {
		context = strings.TrimPrefix(rest, ":")
	}
	dir := "" // a file is relative to the root of the repository
	if git || file == "" {
		dir = context
	}
	if file == "" {
		file = "Dockerfile"
	}
	if okContext && okFile && !okTarget {
		at, _ := join(j.reader.dir, dir)
		b.Dockerfile, _ = join(at, file)
	}
	if !okContext || !okFile || !okTarget {
		j.unknown(b, "%s: an expression names the build, so it is not known", b.By)
		return
	}
	j.resolveFrom(b, context, dir, file)
}

func stepName(step yamltree.Node) string {
	for _, key := range []string{"name", "id"} {
		if text, ok := step.Get(key).Text(); ok && !template(text) {
			return "step " + strings.TrimSpace(text)
		}
	}
	return "a step"
}

// text evaluates a value of a step; what is not there is empty.
func (j workflowJob) text(n yamltree.Node) (string, bool) {
	text, _ := n.Text()
	return j.evaluate(strings.TrimSpace(text))
}

var expression = regexp.MustCompile(`\$\{\{\s*([^}]*?)\s*\}\}`)

func template(text string) bool { return strings.Contains(text, "{{") }

// evaluate replaces expressions that are nothing but a variable of the environment or
// of the matrix; others are not known.
func (j workflowJob) evaluate(text string) (string, bool) {
	known := true
	text = expression.ReplaceAllStringFunc(text, func(e string) string {
		name := expression.FindStringSubmatch(e)[1]
		if name == "github.workspace" {
			return "."
		}
		for prefix, values := range map[string]map[string]string{"env.": j.env, "matrix.": j.matrix} {
			if key, ok := strings.CutPrefix(name, prefix); ok {
				if value, ok := values[key]; ok {
					return value
				}
			}
		}
		known = false
		return Unknown
	})
	return text, known
}

// literals adds the variables of an env mapping whose values are no expressions.
func literals(outer map[string]string, env yamltree.Node) map[string]string {
	all := make(map[string]string, len(outer))
	for k, v := range outer {
		all[k] = v
	}
	for e := range env.Entries() {
		if text, ok := e.Value.Text(); ok && !template(text) {
			all[e.Key] = text
		} else {
			delete(all, e.Key)
		}
	}
	return all
}

// combinations lists the values of a matrix, one map for each job that it makes; one
// empty map without a matrix. An entry of include joins the combinations that it does
// not contradict, else it is one of its own.
func combinations(matrix yamltree.Node) []map[string]string {
	all := []map[string]string{{}}
	for e := range matrix.Entries() {
		items := e.Value.Items()
		if e.Key == "include" || e.Key == "exclude" || len(items) == 0 || len(items)*len(all) > maxMatrix {
			continue
		}
		var next []map[string]string
		for _, have := range all {
			for _, item := range items {
				next = append(next, with(have, e.Key, item))
			}
		}
		all = next
	}
	first, bare := len(all), len(all) == 1 && len(all[0]) == 0
	for _, item := range matrix.Get("include").Items() {
		joined := false
		for i := 0; i < first && !bare; i++ {
			if extra := with(nil, "", item); compatible(all[i], extra, matrix) {
				joined = true
				for k, v := range extra {
					all[i][k] = v
				}
			}
		}
		if !joined && len(all) < maxMatrix {
			all = append(all, with(nil, "", item))
		}
	}
	if bare && len(all) > 1 {
		return all[1:]
	}
	return all
}

// compatible reports whether an include changes no value that the matrix itself lists.
func compatible(have, extra map[string]string, matrix yamltree.Node) bool {
	for k, v := range extra {
		if have[k] != v && matrix.Get(k).Present() {
			return false
		}
	}
	return true
}

// with adds a value under a name, those of a mapping under the names below it.
func with(have map[string]string, name string, value yamltree.Node) map[string]string {
	out := map[string]string{}
	for k, v := range have {
		out[k] = v
	}
	if text, ok := value.Text(); ok && !template(text) {
		out[name] = text
	}
	for e := range value.Entries() {
		if text, ok := e.Value.Text(); ok && !template(text) {
			out[strings.TrimPrefix(name+"."+e.Key, ".")] = text
		}
	}
	return out
}
