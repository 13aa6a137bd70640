package checks

import (
	"bytes"

	"github.com/dfharden/dfharden/stage"
)

// toolPrograms go with programs: tools of languages, and programs that a Dockerfile
// builds from somebody else's sources.
var toolPrograms = []program{
	{Names: "yq xq tomlq", Needs: nothing, Source: "github.com/mikefarah/yq Dockerfile: USER yq; kislyuk.github.io/yq: writes with -i only"},
	{Names: "phantomjs", Needs: nothing, Source: "github.com/wernight/docker-phantomjs Dockerfile: USER phantomjs"},
	{Names: "lynx", Needs: nothing, Source: "lynx(1), FILES; tried with Debian's package as another user"},
	{Names: "newrelic-daemon", Needs: nothing, Config: "-c", What: "collects what agents report", Source: "github.com/newrelic/newrelic-php-agent, daemon/cmd/daemon/main.go: no pid file and an abstract socket by default"},
	{Names: "itsi", Needs: data, Dirs: ".", What: "keeps its pid file", Source: "github.com/wouterken/itsi, gems/server/lib/itsi/server/config.rb, pid_file_path"},
	{Names: "treefrog", Needs: data, Data: "1", Dirs: ".", What: "keeps log and tmp", Source: "github.com/treefrogframework/treefrog-framework, tools/tfmanager/main.cpp and src/tsystemglobal.cpp"},
	{Names: "stress stress-ng", Needs: data, Dirs: ".", Temp: true, What: "keeps its temporary files", Source: "stress(1), --hdd; stress-ng(1), --temp-path"},
	{Names: "clair", Needs: nothing, Unless: "-cpu-profile --cpu-profile", Source: "github.com/quay/clair v2.1.4: it clones and unpacks in the directory for temporary files; its configuration names a database and the ports 6060 and 6061; Dockerfile of v4: USER nobody"},
	{Names: "mailcatcher", Needs: nothing, Source: "github.com/sj26/mailcatcher lib/mail_catcher/mail.rb: its mails are in memory; lib/mail_catcher.rb: no option names a file; ports 1025 and 1080"},
	{Names: "aiosmtpd", Needs: nothing, Only: "-n --nosetuid", Unless: "-c --class", Source: "aiosmtpd.aio-libs.org/en/latest/cli.html: without -n it changes its user, -c names what becomes of the mails; tried (Debian 12)"},
	{Names: "checkup", Needs: nothing, Config: "-c --config", Reads: "checkup.json", What: "checks sites", Source: "github.com/sourcegraph/checkup README: checkup.json, its storage is a directory, a database or GitHub"},
	{Names: "cloudapp", Needs: home, What: "keeps its credentials in ~/.netrc", Source: "README of github.com/cloudapp/cloudapp"},
	{Names: "nginx-prometheus-exporter", Needs: nothing, Source: "github.com/nginx/nginx-prometheus-exporter build/Dockerfile: USER 1001:1001"},
	{Names: "pgweb", Needs: nothing, Source: "github.com/sosedoff/pgweb Dockerfile: USER pgweb, without a home; port 8081"},
	{Names: "otelcol otelcol-contrib", Needs: nothing, Config: "--config", What: "collects telemetry", Source: "github.com/open-telemetry/opentelemetry-collector-releases distributions/otelcol/Dockerfile: USER 10001"},
	{Names: "opa", Needs: nothing, Only: "-s --server", Config: "-c --config-file", What: "answers to policy queries", Source: "github.com/open-policy-agent/opa Dockerfile: USER 1000:1000; without --server it opens a prompt, or reads files"},
	{Names: "dex", Needs: nothing, Config: "2", Only: "serve", What: "signs users in", Source: "github.com/dexidp/dex Dockerfile: USER dex:dex; its configuration names the ports and perhaps a database"},
	{Names: "blackbox_exporter", Needs: capability, What: "opens raw sockets for ICMP", Source: "github.com/prometheus/blackbox_exporter README, Permissions"},
	{Names: "konstraint tavern-ci certbot", Needs: files, What: "reads and writes files of whoever calls it", Source: "README of github.com/plexsystems/konstraint; tavern.readthedocs.io; eff-certbot.readthedocs.io: /etc/letsencrypt and /var/log/letsencrypt, as root or elsewhere"},
	{Names: "pomerium", Needs: nothing, Port: 443, Config: "-config --config", What: "is a proxy", Source: "pomerium.com/docs/reference/address: port 443 by default"},
	{Names: "perkeepd", Needs: home, What: "keeps its settings and its data in the home of its user", Source: "perkeep.org/doc/server-config"},
	{Names: "neoman pivman ykman-gui linapple termboy plexhometheater.sh kodi dosbox retroarch scummvm", Needs: session, What: "uses the display, the sound or the devices", Source: "github.com/jessfraz/dockerfiles, the docker run line of each; the manual of each"},
}

// namedPrograms have names that others may have, too: in is what the Dockerfile says
// where it is this one.
var namedPrograms = []struct {
	in string
	program
}{
	{"luismartingarcia/protocol", program{Names: "protocol", Needs: nothing, Source: "its source: prints, and reads a file with --file only"}},
	{"abs0/wargames", program{Names: "wargames", Needs: nothing, Source: "wargames.sh and wopr.c: reads keys, and prints"}},
	{"kellegous/go", program{Names: "go", Needs: data, Data: "--data $DATA", Dirs: "./data", What: "keeps its links", Source: "github.com/kellegous/go cmd/go/main.go: --data, or DATA, is data by default"}},
	{"mop-tracker/mop", program{Names: "mop", Needs: home, What: "keeps its settings in ~/.moprc", Source: "README of github.com/mop-tracker/mop"}},
	{"qicosmos/cinatra", program{Names: "benchmark", Needs: nothing, Source: "github.com/qicosmos/cinatra example/benchmark.cpp: answers on port 8090, and opens no file"}},
	{"ont/slacker", program{Names: "aiosmtpd", Needs: nothing, Only: "-n --nosetuid", Source: "github.com/ont/slacker handler.py: reads CONFIG, and sends to Slack"}},
	{"mattermost", program{Names: "platform", Needs: data, Dirs: ".", Brought: "config logs data", Unless: "-c -config --config", What: "keeps its settings, its log and its files", Source: "github.com/mattermost/mattermost utils/config.go up to 4.x: FindDir; a configuration that it cannot write is a warning; docs.mattermost.com, FileSettings.Directory: ./data/"}},
	{"fogleman/nes", program{Names: "nes", Needs: session, What: "uses the display and the sound", Source: "README of github.com/fogleman/nes"}},
	{"io-console t", program{Names: "t", Needs: home, What: "keeps its credentials in ~/.trc", Source: "README of github.com/sferik/t-ruby"}},
}

// known finds the program that a call starts in the tables: by its name, and by
// what the Dockerfile says where that is not enough.
func (p *Pass) known(c stage.Call) (program, bool) {
	for _, n := range namedPrograms {
		if n.Names == c.Name && bytes.Contains(p.File.Src, []byte(n.in)) {
			return n.program, true
		}
	}
	return known(c.Name)
}
