#!/bin/sh
# Lays out Alpine's root file system in $1 round the BusyBox in /src/busybox:
# the directories, modes, accounts and groups of alpine-baselayout 3.6 (Alpine 3.20).
set -eu
out=$1
mkdir -p "$out"
cd "$out"
mkdir -p bin dev etc/apk/keys etc/apk/protected_paths.d etc/network home lib/apk/db media/cdrom mnt opt proc root run sbin srv sys \
	tmp usr/bin usr/lib usr/local/bin usr/local/lib usr/sbin usr/share/apk/stand-in usr/share/apk/keys \
	var/cache/apk var/empty var/lib/apk var/lib/misc var/local var/log var/mail var/opt var/spool/cron etc/crontabs var/tmp
ln -s /run var/run
ln -s /etc/crontabs var/spool/cron/crontabs
ln -s /run/lock var/lock
chmod 1777 tmp var/tmp
chmod 700 root
chmod 555 proc sys
mkdir -p run/lock

cat >etc/passwd <<'EOF'
root:x:0:0:root:/root:/bin/sh
bin:x:1:1:bin:/bin:/sbin/nologin
daemon:x:2:2:daemon:/sbin:/sbin/nologin
lp:x:4:7:lp:/var/spool/lpd:/sbin/nologin
sync:x:5:0:sync:/sbin:/bin/sync
shutdown:x:6:0:shutdown:/sbin:/sbin/shutdown
halt:x:7:0:halt:/sbin:/sbin/halt
mail:x:8:12:mail:/var/mail:/sbin/nologin
news:x:9:13:news:/usr/lib/news:/sbin/nologin
uucp:x:10:14:uucp:/var/spool/uucppublic:/sbin/nologin
cron:x:16:16:cron:/var/spool/cron:/sbin/nologin
ftp:x:21:21::/var/lib/ftp:/sbin/nologin
sshd:x:22:22:sshd:/dev/null:/sbin/nologin
games:x:35:35:games:/usr/games:/sbin/nologin
ntp:x:123:123:NTP:/var/empty:/sbin/nologin
guest:x:405:100:guest:/dev/null:/sbin/nologin
nobody:x:65534:65534:nobody:/:/sbin/nologin
EOF
cat >etc/group <<'EOF'
root:x:0:root
bin:x:1:root,bin,daemon
daemon:x:2:root,bin,daemon
sys:x:3:root,bin
adm:x:4:root,daemon
tty:x:5:
disk:x:6:root
lp:x:7:lp
kmem:x:9:
wheel:x:10:root
mail:x:12:mail
news:x:13:news
uucp:x:14:uucp
cron:x:16:cron
audio:x:18:
cdrom:x:19:
dialout:x:20:root
ftp:x:21:
sshd:x:22:
input:x:23:
tape:x:26:root
video:x:27:root
netdev:x:28:
kvm:x:34:kvm
games:x:35:
shadow:x:42:
www-data:x:82:
users:x:100:games
ntp:x:123:
abuild:x:300:
utmp:x:406:
ping:x:999:
nogroup:x:65533:
nobody:x:65534:
EOF
sed 's/^\([^:]*\):.*/\1:!::0:::::/; 1s/!/*/' etc/passwd >etc/shadow
chmod 640 etc/shadow
chgrp 42 etc/shadow
printf '# do daily/weekly/monthly maintenance\n' >etc/crontabs/root
chmod 600 etc/crontabs/root
printf '/bin/ash\n/bin/sh\n' >etc/shells
echo 3.20.3 >etc/alpine-release
printf 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.20.3\nPRETTY_NAME="Alpine Linux v3.20 (stand-in)"\n' >etc/os-release
printf '127.0.0.1 localhost\n' >etc/hosts
printf 'export PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"\n' >etc/profile

cp /src/busybox/busybox bin/busybox
/src/busybox/busybox --list-full | while read -r applet; do
	[ -e "$applet" ] || { mkdir -p "$(dirname "$applet")"; ln -s /bin/busybox "$applet"; }
done

printf 'https://dl-cdn.alpinelinux.org/alpine/v3.20/main\n' >etc/apk/repositories
: >etc/apk/world
: >etc/apk/arch
: >lib/apk/db/lock
: >lib/apk/db/triggers
printf 'P:alpine-baselayout\nP:busybox\nP:apk-tools\n' >lib/apk/db/installed
install -m 755 /src/apk sbin/apk

# package NAME: makes what stands below /pkg/NAME installable by the stand-in apk.
package() { tar -C "/pkg/$1" -czf "usr/share/apk/stand-in/$1.tar.gz" .; }
mkdir -p /pkg/su-exec/sbin
install -m 755 /src/su-exec /pkg/su-exec/sbin/su-exec
package su-exec
for name in ca-certificates tzdata libc6-compat openssl; do : >"usr/share/apk/stand-in/$name.empty"; done
