package checks

// networkPrograms are the rows of the table for daemons of the network: proxies,
// brokers, trackers, media. What was tried was started as another user than root
// without capabilities.
var networkPrograms = []program{
	// Proxies that keep nothing: their addresses and their keys are options.
	{Names: "microsocks", Needs: nothing, Source: "github.com/rofl0r/microsocks sockssrv.c: it opens one socket; tried (Debian 12)"},
	{Names: "ss-server ss-local ss-tunnel", Needs: nothing, Config: "-c", Unless: "-f -a --plugin --acl", What: "is a proxy", Source: "shadowsocks-libev(8): -f a pid file, -a another user; tried (Debian 12)"},
	{Names: "ssserver sslocal ssservice", Needs: nothing, Config: "-c --config", Unless: "-d -a -u --user --daemonize --plugin --log-file --pid-file --log-config --acl", What: "is a proxy", Source: "github.com/shadowsocks/shadowsocks README: -d with a pid file and a log; github.com/shadowsocks/shadowsocks-rust README: -d, -u and --log-config"},
	{Names: "fteproxy fteproxy.bin", Needs: nothing, Source: "github.com/kpdyer/fteproxy conf.py and cli.py, from 0.2.17: its pid file is in the directory for temporary files, and only warns"},
	{Names: "wireproxy", Needs: nothing, Source: "github.com/pufferffish/wireproxy Dockerfile: distroless nonroot; WireGuard in the program itself, no device"},
	{Names: "piknik", Needs: nothing, Source: "github.com/jedisct1/piknik server.go: the clipboard is in memory, the configuration names keys and an address"},
	{Names: "obfsproxy", Needs: data, Data: "--data-dir", Unless: "--log-file managed --managed", What: "keeps its state", Source: "github.com/NullHypothesis/obfsproxy scramblesuit/state.py: below --data-dir"},
	{Names: "polipo", Needs: data, Dirs: "/var/cache/polipo", Config: "-c", Reads: "/etc/polipo/config", Quiet: true, Unless: "diskCacheRoot logFile pidFile daemonise", What: "keeps its cache", Source: "github.com/jech/polipo diskcache.c: /var/cache/polipo; log.c: to standard error unless it is a daemon"},
	{Names: "frps frpc", Needs: nothing, Config: "-c --config", Unless: "--log_file --log-file", What: "is a proxy", Source: "github.com/fatedier/frp conf/frps_full_example.toml: log.to, vhostHTTPPort"},
	{Names: "v2ray", Needs: nothing, Config: "-c -config --config -confdir", Reads: "/etc/v2ray/config.json", What: "is a proxy", Source: "github.com/v2fly/v2ray-core v2ray.service: User=nobody; log.access and log.error name files"},
	{Names: "xray", Needs: nothing, Config: "-c -config --config -confdir", Reads: "/etc/xray/config.json", What: "is a proxy", Source: "github.com/XTLS/Xray-core, its configuration is V2Ray's"},
	{Names: "outline-ss-server", Needs: nothing, Config: "-config --config", What: "is a proxy", Source: "github.com/Jigsaw-Code/outline-ss-server README: the configuration names the ports"},
	{Names: "rinetd", Needs: nothing, Config: "-c --conf-file", Reads: "/etc/rinetd.conf", What: "forwards ports", Source: "rinetd(8): the configuration names ports and a log"},
	{Names: "sniproxy", Needs: nothing, Config: "-c", Reads: "/etc/sniproxy.conf", What: "forwards ports", Source: "sniproxy.conf(5): user, pidfile, listener"},
	{Names: "stunnel stunnel4", Needs: nothing, Config: "1", Reads: "/etc/stunnel/stunnel.conf", What: "forwards ports", Source: "stunnel(8): setuid, chroot, pid, output"},
	{Names: "dnscrypt-proxy", Needs: nothing, Port: 53, Config: "-config --config", What: "answers to DNS queries", Source: "github.com/DNSCrypt/dnscrypt-proxy example-dnscrypt-proxy.toml: listen_addresses 127.0.0.1:53"},
	{Names: "nextdns", Needs: nothing, Port: 53, Config: "-config-file --config-file", What: "answers to DNS queries", Source: "github.com/nextdns/nextdns run.go: localhost:53 by default"},
	{Names: "proxydetox", Needs: home, What: "reads its settings from ~/.config/proxydetox", Source: "github.com/kiron1/proxydetox README"},

	// Brokers, trackers, members of a cluster.
	{Names: "bittorrent-tracker", Needs: nothing, Source: "github.com/webtorrent/bittorrent-tracker bin/cmd.js, server.js: they open no file"},
	{Names: "serf", Needs: nothing, Config: "-config-file -config-dir", Unless: "-snapshot -keyring-file -tags-file", What: "is a member of a cluster", Source: "serf.io/docs/agent/options: files are written with -snapshot, -keyring-file and -tags-file only"},
	{Names: "nats-server gnatsd", Needs: nothing, Config: "-c --config -config", Unless: "-js --jetstream -jetstream -sd --store_dir -P --pid -l --log", What: "is a message broker", Source: "docs.nats.io/running-a-nats-service/introduction/flags: it keeps data with -js only; ports 4222, 6222, 8222"},
	{Names: "qpidd", Needs: nothing, Config: "--config", Unless: "-d --daemon --data-dir --store-dir --pid-dir --log-to-file --paging-dir", NotWith: "qpid-cpp-server-store qpid-cpp-server-linearstore", What: "is a message broker", Source: "qpidd(1): --data-dir is $HOME/.qpidd, where it keeps a lock, and queues with the package of a store only"},
	{Names: "flashmq", Needs: nothing, Config: "--config-file -c", Reads: "/etc/flashmq/flashmq.conf", What: "is a message broker", Source: "flashmq.conf(5): log_file, storage_dir, listen"},
	{Names: "consul nomad", Needs: data, Data: "-data-dir --data-dir", Config: "-config-file -config-dir --config-file --config-dir -config", What: "keeps its data", Source: "developer.hashicorp.com/consul/docs/agent/config/cli-flags"},
	{Names: "i2pd", Needs: data, Data: "--datadir", Dirs: "/var/lib/i2pd", Config: "--conf", Reads: "/etc/i2pd/i2pd.conf", Quiet: true, Only: "--service", Unless: "--daemon --pidfile --logfile --log", What: "keeps its keys and its peers", Source: "github.com/PurpleI2P/i2pd daemon/UnixDaemon.cpp, libi2pd/FS.cpp: the pid file too is in the data directory; contrib/i2pd.conf names no place; tried (Debian 12)"},
	{Names: "freegeoip", Needs: nothing, Unless: "-letsencrypt -letsencrypt-cert-dir", Source: "github.com/fiorix/freegeoip Dockerfile: USER freegeoip; db.go: downloads go to the directory for temporary files"},
	{Names: "rehook", Needs: data, Data: "-db/..", Dirs: ".", What: "keeps its database", Source: "github.com/jstemmer/rehook main.go: data.db by default"},
	{Names: "aircast airupnp", Needs: nothing, Unless: "-x -i -I -f -p", Source: "github.com/philippe44/AirConnect aircast/src/aircast.c: -I and -i save a configuration, -f a log, -p a pid file"},
	{Names: "webhook", Needs: files, What: "runs scripts that its hooks name", Source: "github.com/adnanh/webhook README: -hooks"},
	{Names: "webdis", Needs: nothing, Config: "1", Reads: "/etc/webdis.json", What: "is a proxy", Source: "github.com/nicolasff/webdis conf.c: user, group, logfile, pidfile"},
	{Names: "flowgger", Needs: nothing, Config: "1", Reads: "flowgger.toml", What: "collects logs", Source: "github.com/awslabs/flowgger wiki, Configuration: input.listen, output.file_path"},
	{Names: "h2o", Needs: nothing, Config: "-c --conf", Reads: "/etc/h2o/h2o.conf", What: "is a web server", Source: "h2o.examp1e.net/configure/base_directives.html: user, pid-file, error-log"},

	// Servers of data.
	{Names: "tile38-server", Needs: data, Data: "-d", Dirs: ".", Unless: "--pidfile --appendfilename --queuefilename -unixsocket", What: "keeps its data", Source: "github.com/tidwall/tile38 internal/server/server.go: below -d, data by default"},
	{Names: "fakes3", Needs: data, Data: "-r --root", What: "keeps its buckets", Source: "github.com/jubos/fake-s3 lib/fakes3/file_store.rb: below --root; server.rb: the log is /dev/null"},
	{Names: "tiddlywiki", Needs: data, Data: "1", Dirs: ".", What: "keeps its tiddlers", Source: "tiddlywiki.com, TiddlyWikiFolders: the first argument, or the working directory; tried (5.4)"},
	{Names: "luigid", Needs: data, Data: "--logdir --state-path/..", Dirs: "/var/lib/luigi-server", Unless: "--background --pidfile --unix-socket", What: "keeps its state", Source: "github.com/spotify/luigi luigi/scheduler.py: /var/lib/luigi-server/state.pickle"},
	{Names: "scrapyd", Needs: data, Dirs: ".", Reads: "/etc/scrapyd/scrapyd.conf", Moves: "eggs_dir logs_dir dbs_dir", Only: "--pidfile", What: "keeps its eggs and its logs", Source: "github.com/scrapy/scrapyd default_scrapyd.conf; scrapyd.readthedocs.io/en/latest/config.html"},
	{Names: "refine", Needs: data, Data: "-d $REFINE_DATA_DIR", Unless: "-c -x -w", What: "keeps its projects", Source: "github.com/OpenRefine/OpenRefine refine: -d, REFINE_DATA_DIR; what it writes besides is temporary"},
	{Names: "cmak kafka-manager", Needs: data, Dirs: "..", Unless: "-Dlogger.file -Dlogger.resource -Dapplication.home", What: "keeps its log and its pid file", Source: "github.com/yahoo/CMAK conf/logback.xml: ${application.home}/logs; playframework.com, ProductionConfiguration: RUNNING_PID"},
	{Names: "elastalert elastalert-create-index", Needs: nothing, Source: "github.com/jertel/elastalert2 Dockerfile: USER elastalert; what it keeps is in Elasticsearch"},
	{Names: "presto trino", Needs: nothing, Source: "github.com/trinodb/trino core/docker/Dockerfile: USER trino; the client keeps a history in the home"},
	{Names: "registry", Needs: nothing, Config: "2", Only: "serve", What: "keeps images", Source: "distribution.github.io/distribution/about/configuration: storage.filesystem.rootdirectory, http.addr"},

	// Those whose package gives their directories to an account of its own.
	{Names: "icecast icecast2", Needs: place, What: "writes its logs to /var/log/icecast, or where its configuration says", Source: "github.com/xiph/Icecast-Server conf/icecast.xml.in: logdir; where it cannot write there, it ends (tried, Debian 12)"},
	{Names: "murmurd murmur mumble-server", Needs: place, What: "keeps its database below /var/lib, its log and its pid file below /var/log and /run", Source: "Debian's mumble-server.ini"},
	{Names: "minidlnad", Needs: place, What: "keeps its index and its log below /var/cache, /var/lib or /var/log", Source: "minidlnad(1), minidlna.conf(5): db_dir, log_dir"},
	{Names: "nullmailer-send nullmailer", Needs: place, What: "works on the queue in /var/spool/nullmailer, which belongs to nullmail", Source: "nullmailer-send(8), FILES"},
	{Names: "salt-master salt-minion salt-api salt-syndic", Needs: place, What: "keeps keys, jobs and logs below /etc/salt, /var/cache/salt and /var/log/salt", Source: "docs.saltproject.io/en/latest/ref/configuration/nonroot.html: they have to be given away"},
	{Names: "valkey-server", Needs: place, What: "keeps its data in /var/lib/valkey, which is its package's account's, as /etc/valkey is", Source: "src.fedoraproject.org/rpms/valkey valkey.spec: %attr(0750, valkey, root)"},
	{Names: "taskd", Needs: place, What: "keeps its keys and its data in TASKDDATA, which a RUN fills as root", Source: "taskd(1), taskdrc(5)"},
	{Names: "owncast", Needs: place, What: "writes to data, hls and webroot beside itself", Source: "github.com/owncast/owncast config/constants.go"},
	{Names: "nodebb", Needs: place, What: "writes to build, logs and package.json beside itself", Source: "docs.nodebb.org: build and setup write beside the program"},
	{Names: "ambari-server", Needs: place, What: "writes below /var/run, /var/log and /etc/ambari-server", Source: "docs.cloudera.com, Configuring Ambari for non-root"},

	// What reads devices, or the state of the host.
	{Names: "collectd collectdmon tcollector.py tcollector glances", Needs: capability, What: "reads the state of the system, some of it with root's rights", Source: "collectd.conf(5): exec, ping, smart, turbostat; github.com/OpenTSDB/tcollector collectors/0; glances.readthedocs.io"},
	{Names: "motion", Needs: capability, What: "opens cameras", Source: "motion-project.github.io/motion_config.html: video_device, which is root's and the group video's"},
	{Names: "darkice ices ices2 mpd liquidsoap", Needs: session, What: "uses the sound devices", Source: "darkice.cfg(5): device, realtime; mpd.conf(5): audio_output, user; icecast.org/docs/ices-2.0.2: input modules"},
	{Names: "piper rslsync btsync", Needs: files, What: "reads and writes files", Source: "github.com/rhasspy/piper README: --output_dir; help.resilio.com, Sync on Linux"},
	{Names: "hans iventoy ptunnel udp2raw", Needs: privileged, What: "opens raw sockets, network devices or the ports of DHCP", Source: "github.com/friedrich/hans README: must be run as root; iventoy.com, DHCP on port 67"},
	{Names: "initsh", Needs: privileged, What: "starts systemd", Source: "github.com/oracle/docker-images OracleDatabase/RAC, initsh"},

	// Prompts.
	{Names: "tmux screen byobu dtach abduco ttyd gotty wetty", Needs: prompt, What: "opens a prompt", Source: "the manual of each: it starts a shell"},
}
