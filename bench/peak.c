/* peak COMMAND [ARG…]: runs a command with its output thrown away, and prints "MICROSECONDS KIB": wall time from fork
 * to exit, and the largest resident size of the command alone. A process begins its count with the size of who forked
 * it: hence a small program, and not Python. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long
microseconds(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000L + now.tv_nsec / 1000;
}

int
main(int argc, char **argv)
{
	struct rusage usage;
	int status = 1;
	long begun = microseconds();
	pid_t child = argc > 1 ? fork() : -1;

	if (child == 0) {
		int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
		(void)dup2(null, STDOUT_FILENO);
		(void)execv(argv[1], argv + 1);
		_exit(127);
	}
	if (child < 0 || wait4(child, &status, 0, &usage) != child || status != 0) {
		(void)fprintf(stderr, "peak: the command failed\n");
		return 1;
	}
	(void)printf("%ld %ld\n", microseconds() - begun, usage.ru_maxrss);
	return 0;
}
