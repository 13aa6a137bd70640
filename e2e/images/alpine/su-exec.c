/* su-exec UID:GID|NAME PROGRAM [ARG...]: what Alpine's package of that name does, for stand-in images. */
#define _GNU_SOURCE
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* lookup finds the ids of NAME in /etc/passwd; a static program must not use NSS. */
static int lookup(const char *name, uid_t *uid, gid_t *gid) {
	char line[512];
	FILE *f = fopen("/etc/passwd", "r");
	size_t n = strlen(name);
	while (f && fgets(line, sizeof line, f))
		if (!strncmp(line, name, n) && line[n] == ':' &&
		    sscanf(line + n, ":%*[^:]:%u:%u", uid, gid) == 2)
			return 1;
	return 0;
}

int main(int argc, char **argv) {
	uid_t uid = 0;
	gid_t gid = 0;
	if (argc < 3)
		return 2;
	if (sscanf(argv[1], "%u:%u", &uid, &gid) != 2) {
		char *colon = strchr(argv[1], ':');
		if (colon)
			*colon = 0;
		if (!lookup(argv[1], &uid, &gid)) {
			fprintf(stderr, "su-exec: %s: no such user\n", argv[1]);
			return 1;
		}
	}
	if (setgroups(1, &gid) || setgid(gid) || setuid(uid)) {
		perror("su-exec");
		return 1;
	}
	execvp(argv[2], argv + 2);
	perror(argv[2]);
	return 127;
}
