#include <stdio.h>
#include <unistd.h>

int add(int a, int b);

int main(void)
{
	FILE *f = fopen("report.txt", "w");
	if (!f)
		return 1;
	fprintf(f, "%d\n", add(20, 22));
	fclose(f);
	sleep(1);
	puts("report written");
	return 0;
}
