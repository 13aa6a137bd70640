package checks

import (
	"strings"

	"github.com/dfharden/dfharden/stage"
)

// homeTools are installers that put what a program loads into the home of who calls
// them. Sources: docs.julialang.org (DEPOT_PATH), quicklisp.org/beta,
// docs.racket-lang.org/pkg (scopes), huggingface.co/docs/huggingface_hub (HF_HOME),
// nltk.org/data.html, docs.deno.com/runtime/reference/env_variables (DENO_DIR),
// dart.dev/tools/pub/environment-variables (PUB_CACHE), github.com/mkristian/jbundler
// (jars stay in Maven's repository); of the tools from "aws" on,
// their manuals, where they say what keeps settings and plugins.
var homeTools = []struct {
	program, says string // a call of the program, with an argument that has these words
	unless        string // an argument has one of them, or a variable of that name is set
}{
	{"jbundle", "install", "M2_REPO"},
	{"jruby", "jbundle", "M2_REPO"},
	{"julia", "Pkg", "JULIA_DEPOT_PATH"},
	{"dart", "pub get", "PUB_CACHE"},
	{"dart", "pub upgrade", "PUB_CACHE"},
	{"dart", "pub add", "PUB_CACHE"},
	{"sbcl", "quicklisp-quickstart:install", ":path"},
	{"raco", "install", "installation -i PLTADDONDIR"},
	{"huggingface-cli", "download", "--local-dir --cache-dir HF_HOME HF_HUB_CACHE XDG_CACHE_HOME"},
	{"hf", "download", "--local-dir --cache-dir HF_HOME HF_HUB_CACHE XDG_CACHE_HOME"},
	{"python", "nltk.download(", "download_dir NLTK_DATA"},
	{"python3", "nltk.download(", "download_dir NLTK_DATA"},
	{"deno", "cache", "DENO_DIR"},
	{"deno", "install", "DENO_DIR"},
	{"aws", "configure", "AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE"},
	{"az", "extension add", "AZURE_EXTENSION_DIR AZURE_CONFIG_DIR"},
	{"gh", "extension install", "XDG_DATA_HOME"},
	{"grype", "db update", "GRYPE_DB_CACHE_DIR"},
	{"helm", "plugin install", "HELM_PLUGINS HELM_DATA_HOME XDG_DATA_HOME"},
	{"helm", "repo add", "HELM_REPOSITORY_CONFIG HELM_CONFIG_HOME XDG_CONFIG_HOME"},
	{"huggingface-cli", "login", "HF_HOME HF_TOKEN_PATH"},
	{"jupyter", "--generate-config", "JUPYTER_CONFIG_DIR"},
	{"jupyter", "install --user", "JUPYTER_DATA_DIR"},
	{"kubectl", "config", "KUBECONFIG --kubeconfig"},
	{"nuclei", "-update-templates", "-ud"},
	{"packer", "plugins install", "PACKER_PLUGIN_PATH PACKER_CONFIG_DIR"},
	{"pm2", "install", "PM2_HOME"},
	{"pulumi", "plugin install", "PULUMI_HOME"},
	{"rclone", "config", "RCLONE_CONFIG --config"},
	{"steampipe", "plugin install", "STEAMPIPE_INSTALL_DIR --install-dir"},
	{"tflint", "--init", "TFLINT_PLUGIN_DIR"},
	{"trivy", "--download-db-only", "TRIVY_CACHE_DIR --cache-dir"},
	{"wandb", "login", "NETRC"},
}

// homeTool is such an installer, with what it is told; "" if a call is none, or is
// told of another place.
func (p *Pass) homeTool(c stage.Call) string {
	if c.Name == "" {
		return ""
	}
	for _, t := range homeTools {
		if c.Name != t.program {
			continue
		}
		if text := strings.Join(texts(c), " "); strings.Contains(text, t.says) && !p.saysElse(text, t.unless) {
			return strings.TrimSuffix(c.Name+" "+t.says, "(")
		}
	}
	return ""
}

func (p *Pass) saysElse(text, words string) bool {
	for _, w := range strings.Fields(words) {
		if _, set := p.Graph.Final().End().Env(w); set || strings.Contains(text, w) {
			return true
		}
	}
	return false
}

// gitSetting is the setting that a call of git makes for its user alone, and that
// counts when the program calls git; those that only say how to fetch are for the
// build.
func gitSetting(c stage.Call) string {
	ops := c.Operands()
	if c.Name != "git" || len(ops) < 2 || ops[0].Text != "config" || !c.Has("--global") {
		return ""
	}
	switch section, _, _ := strings.Cut(ops[1].Text, "."); section {
	case "url", "http", "https", "advice":
		return ""
	}
	return ops[1].Text
}
