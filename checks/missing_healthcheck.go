package checks

func init() {
	register(&Rule{
		ID:       "missing-healthcheck",
		Summary:  "no HEALTHCHECK",
		Control:  RunTime,
		Severity: Info,
		Pedantic: true,
		Why:      "With HEALTHCHECK Docker and Swarm see that a process which still runs does not answer any more. Kubernetes does not look at it; there the pod's liveness and readiness probes say the same.",
		Silent:   "HEALTHCHECK is there, in the stage or in one that it is built from; `HEALTHCHECK NONE` says that it is not wanted.",
		Refs: []string{
			"Docker: https://docs.docker.com/reference/dockerfile/#healthcheck", "CIS Docker Benchmark 1.6: 4.6 Ensure that HEALTHCHECK instructions have been added to container images",
			"hadolint: DL3057", "trivy: DS-0026", "KICS: b03a748a-542d-44f4-bb86-9199ab4fd2d5", "checkov: CKV_DOCKER_2", "tally: hadolint/DL3057",
		},
		Run: func(p *Pass) {
			s := p.Graph.Final()
			if s.End().Start.Healthcheck == nil {
				p.Report(Finding{Span: p.first(s.From), Message: "no HEALTHCHECK: Docker cannot tell whether the service still answers (Kubernetes uses probes instead)"})
			}
		},
	})
}
