/* main.c — which face. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "face/face.h"

/* A standard stream that the caller has closed would be the first file we open, and take what is printed: answers and
 * log lines. Opened for reading only, so that a write fails as it does on a closed one. */
static void
hold_standard_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		(void)close(fd);
}

int
main(int argc, char **argv)
{
	hold_standard_streams();
	for (const struct face *face = faces; argc > 1 && face->name != NULL; face++) {
		if (strcmp(argv[1], face->name) == 0)
			return face->main(argc - 1, argv + 1);
	}
	if (argc > 1 && strncmp(argv[1], "--", 2) == 0)
		return cli_main(argc - 1, argv + 1);
	if (argc > 1)
		(void)fprintf(stderr, "chancery: there is no '%s'. `chancery help` lists what there is.\n", argv[1]);
	else
		(void)fprintf(stderr, "chancery: say what to do. `chancery help` lists what there is.\n");
	return 2;
}
