package checks

// programs is the table of programs that packages and downloads bring. A row
// holds what one source says of several. What no row has stays unknown.
//
// The safe needs (nothing, data) are for programs whose own image runs them
// without root, or whose manual names every file that they write.
var programs = []program{
	// Load generators: they open connections, and print.
	{Names: "ab", Needs: nothing, Source: "ab(1): only -e and -g write files"},
	{Names: "wrk wrk2", Needs: nothing, Source: "github.com/wg/wrk README, wrk.c"},
	{Names: "hey bombardier oha autocannon h2load httperf", Needs: nothing, Source: "their usage texts: results go to standard output"},
	{Names: "k6", Needs: nothing, Source: "github.com/grafana/k6 Dockerfile: USER 12345"},
	{Names: "locust", Needs: nothing, Source: "github.com/locustio/locust Dockerfile: USER locust"},
	{Names: "iperf iperf3", Needs: nothing, Source: "iperf3(1): port 5201; writes with --logfile and -I only"},

	// Exporters and other services whose own image has a USER.
	{Names: "node_exporter mysqld_exporter statsd_exporter", Needs: nothing, Source: "github.com/prometheus, the Dockerfile of each: USER nobody"},
	{Names: "memcached_exporter haproxy_exporter graphite_exporter consul_exporter", Needs: nothing, Source: "github.com/prometheus, the Dockerfile of each: USER nobody"},
	{Names: "pushgateway", Needs: nothing, Unless: "--persistence.file", Source: "github.com/prometheus/pushgateway Dockerfile: USER 65534"},
	{Names: "postgres_exporter", Needs: nothing, Source: "github.com/prometheus-community/postgres_exporter Dockerfile: USER nobody"},
	{Names: "redis_exporter", Needs: nothing, Source: "github.com/oliver006/redis_exporter Dockerfile: USER 59000:59000"},
	{Names: "MailHog mailhog", Needs: nothing, Source: "github.com/mailhog/MailHog Dockerfile: USER mailhog, ports 1025 and 8025, mails in memory"},
	{Names: "oauth2-proxy oauth2_proxy", Needs: nothing, Config: "--config -config", What: "is a proxy", Source: "github.com/oauth2-proxy/oauth2-proxy Dockerfile: distroless nonroot"},
	{Names: "prometheus", Needs: data, Data: "--storage.tsdb.path -storage.local.path", Dirs: "./data", What: "keeps its data", Source: "github.com/prometheus/prometheus Dockerfile: USER nobody; cmd/prometheus/main.go: data/ by default"},
	{Names: "alertmanager", Needs: data, Data: "--storage.path -storage.path", Dirs: "./data", What: "keeps its data", Source: "github.com/prometheus/alertmanager Dockerfile: USER nobody; cmd/alertmanager/main.go: data/ by default"},
	{Names: "etcd", Needs: data, Data: "--data-dir -data-dir $ETCD_DATA_DIR", Dirs: ".", Config: "--config-file -config-file", What: "keeps its data", Source: "etcd.io/docs, configuration: --data-dir is ${name}.etcd by default"},

	// Filters and clients that print, and keep nothing.
	{Names: "shellcheck yamllint hadolint actionlint kubeval kubeconform gixy", Needs: nothing, Source: "their manuals: they read what they are given, and print"},
	{Names: "figlet cowsay cowthink fortune lolcat toilet cmatrix sl boxes", Needs: nothing, Source: "their manuals, section 6"},
	{Names: "groff troff nroff", Needs: nothing, Source: "groff(1): writes to standard output"},
	{Names: "zkCli.sh", Needs: nothing, Source: "zookeeper.apache.org/doc/current/zookeeperCLI.html"},
	{Names: "grpcurl grpc_health_probe", Needs: nothing, Source: "their READMEs"},
	{Names: "http https", Needs: nothing, Source: "httpie.io/docs/cli: settings and sessions are in the home, where there are any"},
	{Names: "telnet netcat ncat", Needs: nothing, Source: "telnet(1), nc(1), ncat(1)"},

	// Clients with settings in the home. Their documentation mounts them there: -v ~/.aws:/root/.aws.
	{Names: "kubectl oc k9s kubectx kubens stern istioctl linkerd argocd flux velero kops eksctl", Needs: home, What: "reads its settings from ~/.kube and its like", Source: "kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig"},
	{Names: "helm helmfile", Needs: home, What: "reads its settings from ~/.config/helm and ~/.kube", Source: "helm.sh/docs/helm/helm"},
	{Names: "aws aws2 cli53 awless s3cmd bees", Needs: home, What: "reads its credentials from ~/.aws and its like", Source: "docs.aws.amazon.com/cli/latest/userguide/getting-started-docker.html: -v ~/.aws:/root/.aws"},
	{Names: "az", Needs: home, What: "reads its settings from ~/.azure", Source: "learn.microsoft.com/cli/azure/azure-cli-configuration"},
	{Names: "gcloud gsutil bq", Needs: home, What: "reads its settings from ~/.config/gcloud", Source: "cloud.google.com/sdk/docs/configurations"},
	{Names: "doctl heroku fly flyctl vercel netlify firebase gh glab dcos travis", Needs: home, What: "reads its credentials from the home of its user", Source: "the documentation of each, under login"},
	{Names: "terraform tofu terragrunt packer pulumi vagrant", Needs: home, What: "reads credentials from the home of its user, and writes beside the files that it is given", Source: "developer.hashicorp.com/terraform/cli/config/config-file: ~/.terraformrc, ~/.terraform.d"},
	{Names: "ansible ansible-playbook ansible-galaxy ansible-pull ansible-vault", Needs: home, What: "reads keys from ~/.ssh and keeps its own files in ~/.ansible", Source: "docs.ansible.com, DEFAULT_LOCAL_TMP: ~/.ansible/tmp"},
	{Names: "ssh scp sftp autossh", Needs: home, What: "reads keys and known hosts from ~/.ssh", Source: "ssh(1), FILES"},
	{Names: "gpg gpg2 pass lpass git-crypt", Needs: home, What: "keeps its keys in the home of its user", Source: "gpg(1), FILES: ~/.gnupg; pass(1): ~/.password-store; lpass(1): ~/.lpass"},
	{Names: "irssi weechat mutt neomutt alpine newsboat rainbowstream mpsyt", Needs: home, What: "keeps its settings in the home of its user", Source: "the manual of each, FILES"},
	{Names: "znc syncthing rclone rtorrent transmission-daemon deluged deluge-web qbittorrent-nox", Needs: home, What: "keeps its settings and its state in the home of its user", Source: "znc(1): ~/.znc; syncthing(1): ~/.config/syncthing; rclone(1): ~/.config/rclone; transmission-daemon(1): ~/.config/transmission-daemon"},
	{Names: "cloudflared ngrok", Needs: home, What: "reads its credentials from the home of its user", Source: "developers.cloudflare.com: ~/.cloudflared; ngrok.com/docs/agent/config: ~/.config/ngrok"},
	{Names: "node-red verdaccio hass", Needs: home, What: "keeps its settings and its data in the home of its user", Source: "nodered.org/docs/user-guide/runtime/configuration: ~/.node-red; verdaccio.org/docs/cli: ~/.config/verdaccio; home-assistant.io: ~/.homeassistant"},

	// Tools for files of whoever calls the image.
	{Names: "pandoc pdflatex xelatex lualatex latexmk asciidoctor asciidoctor-pdf asciidoc sphinx-build doxygen plantuml mmdc wkhtmltopdf", Needs: files, What: "makes documents from files that it is given", Source: "the manual of each"},
	{Names: "gs ps2pdf pdftk qpdf tesseract ocrmypdf convert magick mogrify identify cwebp optipng pngquant jpegoptim guetzli imagemin svgo gnuplot fontforge fontpatcher", Needs: files, What: "reads and writes documents and pictures", Source: "the manual of each"},
	{Names: "ffmpeg ffprobe sox lame flac youtube-dl yt-dlp aria2c audiowaveform scenedetect dvr-scan editly mkvmerge HandBrakeCLI", Needs: files, What: "reads and writes recordings", Source: "the manual of each"},
	{Names: "restic borg borgmatic duplicity rsnapshot tarsnap rsync lftp ncftp", Needs: files, What: "copies files, with the rights of its user", Source: "the manual of each"},
	{Names: "fluent-bit fluentd td-agent filebeat promtail vector goaccess multitail", Needs: files, What: "reads logs", Source: "docs.fluentbit.io, docs.fluentd.org, grafana.com/docs/loki: /var/log of the node is mounted"},
	{Names: "clamscan rkhunter lynis trivy grype syft", Needs: files, What: "reads every file that it is to judge", Source: "the manual of each"},
	{Names: "htpasswd aspell sqlite3 visidata vd protoc buf prettier black isort clang-format openapi-generator-cli swagger-codegen vim vi nvim nano micro emacs joe mc mdp", Needs: files, What: "reads and writes files that it is given", Source: "the manual of each"},
	{Names: "jupyter jupyter-lab jupyter-notebook", Needs: files, What: "reads and writes notebooks", Source: "docs.jupyter.org"},

	// Programs for the desktop: X11 or Wayland, sound, D-Bus.
	{Names: "firefox chromium google-chrome google-chrome-stable google-chrome-beta google-chrome-unstable brave-browser opera vivaldi tor-browser midori", Needs: session, What: "uses the display, the sound and the profile", Source: "github.com/jessfraz/dockerfiles, the docker run line of each: -v /tmp/.X11-unix, -e DISPLAY, --device /dev/snd"},
	{Names: "gimp inkscape libreoffice soffice audacity blender kicad openscad cura cura-lulzbot evince geary thunderbird keepass2 keepassxc cheese remmina rdesktop virt-viewer virtualbox wireshark gparted", Needs: session, What: "uses the display, the devices and the files", Source: "as above"},
	{Names: "atom code sublime_text idea pycharm eclipse slack skype skypeforlinux zoom spotify discord telegram-desktop signal-desktop ricochet transmission-gtk steam", Needs: session, What: "uses the display, the sound and the settings", Source: "as above"},
	{Names: "xterm lilyterm cool-retro-term terminator glxgears vlc mpv mplayer cvlc wine wine64 wineboot winecfg pulseaudio pavucontrol pms ncmpc", Needs: session, What: "uses the display or the sound", Source: "as above"},
	{Names: "vncserver tigervncserver Xvnc x11vnc startx Xorg", Needs: session, What: "opens a desktop, with the settings and the password", Source: "vncserver(1): ~/.vnc"},

	// What the kernel gives to root, or by a file capability.
	{Names: "ping ping6 fping oping", Needs: capability, What: "opens a raw socket", Source: "ping(8): CAP_NET_RAW, or net.ipv4.ping_group_range"},
	{Names: "mtr traceroute traceroute6 arping nmap zmap hping3 smokeping", Needs: capability, What: "opens raw sockets for most of its methods", Source: "traceroute(8), nmap(1): unprivileged scans are other ones"},
	{Names: "vault", Needs: capability, What: "locks its memory", Source: "developer.hashicorp.com/vault/docs/configuration: disable_mlock; its image does setcap cap_ipc_lock"},
	{Names: "strace ltrace gdb gdbserver dlv htop", Needs: capability, What: "looks into processes of other users", Source: "ptrace(2): CAP_SYS_PTRACE"},
	{Names: "chrt cyclictest hackbench lkp", Needs: capability, What: "sets priorities of the scheduler", Source: "sched(7): CAP_SYS_NICE"},
	{Names: "tailscaled", Needs: capability, What: "makes a network device", Source: "tailscale.com/kb/1112: --tun=userspace-networking goes without"},

	{Names: "coredns", Needs: nothing, Port: 53, Config: "-conf --conf", What: "answers to DNS queries", Source: "coredns.io/manual/toc: port 53 by default"},
	{Names: "darkhttpd thttpd static-web-server", Needs: nothing, Port: 80, What: "serves files", Source: "darkhttpd: \"if run as root, port 80, else 8080\"; thttpd(8); static-web-server.net"},

	// What needs root whatever it does.
	{Names: "tshark dumpcap snort suricata zeek bro ntopng arpwatch dsniff bettercap ettercap kismet airodump-ng iftop nethogs vnstatd ipfm darkstat sslsplit dnsmonster", Needs: privileged, What: "captures packets", Source: "pcap(3PCAP): reading from a network interface may require special privileges"},
	{Names: "masscan", Needs: privileged, What: "sends packets past the kernel", Source: "masscan(8)"},
	{Names: "kea-dhcp4 kea-dhcp6 dhclient udhcpd udhcpc radvd in.tftpd atftpd", Needs: privileged, What: "opens raw sockets, or a port below 1024 and another root", Source: "kea.readthedocs.io, dhclient(8), tftpd(8)"},
	{Names: "openconnect vpnc pptpd xl2tpd pppd pon charon-cmd wg tincd ocserv zerotier-one iodined shadowvpn dsvpn vpnserver", Needs: privileged, What: "makes network devices", Source: "the manual of each: /dev/net/tun and CAP_NET_ADMIN"},
	{Names: "shorewall ferm ufw firewalld redsocks ipset ebtables arptables conntrackd", Needs: privileged, What: "changes the packet filter", Source: "the manual of each: CAP_NET_ADMIN"},
	{Names: "hostapd wpa_supplicant bird bird6", Needs: privileged, What: "changes network interfaces and routes", Source: "the manual of each: CAP_NET_ADMIN"},
	{Names: "debootstrap parted fdisk mkfs.ext4 cryptsetup lvm", Needs: privileged, What: "makes devices or file systems", Source: "the manual of each: must be run as root"},
	{Names: "virsh libvirtd virtqemud qemu-system-x86_64 qemu-system-aarch64 qemu-system-arm", Needs: privileged, What: "runs virtual machines with devices of the host", Source: "libvirt.org/drvqemu.html"},
	{Names: "cadvisor", Needs: privileged, What: "reads the state of all containers", Source: "github.com/google/cadvisor: --privileged, /var/lib/docker"},
	{Names: "watchtower logspout registrator docker-gen ctop lazydocker dive dgoss kind k3d docker docker-compose nerdctl crictl portainer", Needs: privileged, What: "speaks to the container engine by its socket", Source: "the README of each: -v /var/run/docker.sock"},
	{Names: "kubelet kube-proxy flanneld cilium-agent calico-node", Needs: privileged, What: "sets up the node", Source: "kubernetes.io/docs/reference/command-line-tools-reference"},
	{Names: "sockd danted in.ftpd atd incrond auditd falco sysdig osqueryd bpftrace perf", Needs: privileged, What: "changes users, or looks into the kernel", Source: "the manual of each"},
}
