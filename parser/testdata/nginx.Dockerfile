from nginx:1.27-alpine
maintainer Some One <someone@example.com>
copy nginx.conf /etc/nginx/nginx.conf
add https://example.com/site.tar.gz /tmp/
run set -eux; \
    tar -xzf /tmp/site.tar.gz -C /usr/share/nginx/html; \
    if [ -d /usr/share/nginx/html/old ]; then \
        rm -r /usr/share/nginx/html/old; \
    fi; \
    for f in a b c; do \
        touch "/usr/share/nginx/html/$f"; \
    done
volume ["/var/cache/nginx", "/var/run"]
volume /data /logs
stopsignal SIGQUIT
expose 80 443
cmd ["nginx", "-g", "daemon off;"]
