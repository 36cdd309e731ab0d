/* What walls keep out and what they let through, each tried in a process of its own. A sanitized build has no walls and
 * says so: there only that is checked. */
#include "base/walls.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/str.h"
#include "place.h"
#include "test.h"

struct attempt {
	enum walls_profile profile;
	const struct place *place;
	bool landlock; /* is there one? */
};

typedef bool attempt_fn(const struct attempt *attempt);

/* Runs `body` behind walls in a child; was it true there? */
static bool
behind_walls(enum walls_profile profile, attempt_fn *body)
{
	struct place place;
	int status = -1;

	place_make(&place);
	pid_t pid = fork();
	if (pid == 0) {
		const char *const writable[] = { place.directory, NULL };
		const struct walls walls = { .profile = profile, .read_write = writable };
		struct walls_report report = { 0 };
		struct fault fault = { 0 };
		if (!walls_raise(&walls, &report, &fault))
			_exit(100);
		const struct attempt attempt = { profile, &place, strncmp(report.landlock, "on", 2) == 0 };
		if (strncmp(report.seccomp, "on", 2) != 0)
			_exit(101);
		_exit(body(&attempt) ? 0 : 1);
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	place_clear(&place);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 101)
		skip(); /* this kernel has no seccomp */
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) < 100);
	return status == 0;
}

static void
on_both(attempt_fn *body)
{
	if (walls_sanitized())
		skip();
	CHECK(behind_walls(WALLS_DAEMON, body));
	CHECK(behind_walls(WALLS_SIGNER, body));
}

TEST(walls, tell_when_there_are_none)
{
	const struct walls walls = { .profile = WALLS_SIGNER };
	struct walls_report report = { 0 };
	struct fault fault = { 0 };

	if (!walls_sanitized())
		skip();
	CHECK_OK(walls_raise(&walls, &report, &fault), fault);
	CHECK_TEXT(str_of(report.seccomp), "off: a sanitized build");
	CHECK_TEXT(str_of(report.landlock), "off: a sanitized build");
}

static bool
no_program_starts(const struct attempt *attempt)
{
	char *const arguments[] = { (char *)(uintptr_t) "true", NULL };

	(void)attempt;
	return execve("/bin/true", arguments, NULL) == -1 && errno == ENOSYS && fork() == -1 && errno == ENOSYS;
}

TEST(walls, let_no_program_start)
{
	on_both(no_program_starts);
}

static bool
nothing_written_becomes_code(const struct attempt *attempt)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)attempt;
	return page != MAP_FAILED && mprotect(page, 4096, PROT_READ | PROT_EXEC) == -1 &&
	       mprotect(page, 4096, PROT_READ) == 0 &&
	       mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
}

TEST(walls, let_nothing_written_become_code)
{
	on_both(nothing_written_becomes_code);
}

static bool
no_process_is_looked_into(const struct attempt *attempt)
{
	(void)attempt;
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == -1 && prctl(PR_SET_DUMPABLE, 1) == -1 &&
	       prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == -1 && setuid(0) == -1 && chroot("/") == -1;
}

TEST(walls, let_no_process_be_looked_into_and_nothing_be_gained)
{
	on_both(no_process_is_looked_into);
}

static bool
files_outside_are_closed(const struct attempt *attempt)
{
	char inside[128];

	(void)snprintf(inside, sizeof inside, "%s/new", attempt->place->directory);
	int fd = open(inside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, "x", 1) != 1 || fsync(fd) != 0 || close(fd) != 0 ||
		rename(inside, attempt->place->file) != 0 || unlink(attempt->place->file) != 0)
		return false;
	return !attempt->landlock || (open("/etc/passwd", O_RDONLY | O_CLOEXEC) == -1 && errno == EACCES &&
					     open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC) == -1);
}

TEST(walls, close_all_files_but_those_named)
{
	on_both(files_outside_are_closed);
}

static void *
answer(void *context)
{
	return context;
}

static bool
threads_start(const struct attempt *attempt)
{
	pthread_t thread;
	void *out = NULL;
	int word = 0;

	(void)attempt;
	return pthread_create(&thread, NULL, answer, &word) == 0 && pthread_join(thread, &out) == 0 && out == &word;
}

TEST(walls, let_threads_start)
{
	on_both(threads_start);
}

static bool
sockets_are_the_daemons(const struct attempt *attempt)
{
	bool daemon = attempt->profile == WALLS_DAEMON;

	return (socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0) == daemon &&
	       (socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0) == daemon &&
	       socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0) == -1 &&
	       socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0) == -1;
}

TEST(walls, let_only_the_daemon_make_sockets)
{
	on_both(sockets_are_the_daemons);
}

static bool
memory_to_hand_over_is_the_daemons(const struct attempt *attempt)
{
	bool daemon = attempt->profile == WALLS_DAEMON;
	int fd = memfd_create("x", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (!daemon)
		return fd == -1 && errno == ENOSYS;
	return write(fd, "x", 1) == 1 && fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SEAL) == 0 &&
	       memfd_create("x", MFD_CLOEXEC) == -1 && errno == ENOSYS;
}

TEST(walls, let_only_the_daemon_make_memory_to_hand_over)
{
	on_both(memory_to_hand_over_is_the_daemons);
}

/* A thread from before the walls, which tries the door afterwards. */
static void *
try_the_door(void *context)
{
	int *pipe_end = context;
	char byte;

	if (read(*pipe_end, &byte, 1) != 1)
		return NULL;
	return socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0) == -1 && errno == ENOSYS ? context : NULL;
}

TEST(walls, bind_threads_that_run_already)
{
	int status = -1;

	if (walls_sanitized())
		skip();
	pid_t pid = fork();
	if (pid == 0) {
		const struct walls walls = { .profile = WALLS_SIGNER };
		struct walls_report report = { 0 };
		struct fault fault = { 0 };
		pthread_t thread;
		void *out = NULL;
		int ends[2];
		if (pipe(ends) != 0 || pthread_create(&thread, NULL, try_the_door, &ends[0]) != 0)
			_exit(2);
		if (!walls_raise(&walls, &report, &fault) || write(ends[1], "x", 1) != 1 ||
			pthread_join(thread, &out) != 0)
			_exit(3);
		_exit(out != NULL || strncmp(report.seccomp, "on", 2) != 0 ? 0 : 1);
	}
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
}

/* A renewed certificate is another file under the same name, reached over a symbolic link as certbot lays it. */
TEST(walls, keep_a_named_file_readable_when_it_is_replaced)
{
	struct place live;
	struct place archive;
	char path[160];
	int status = -1;

	if (walls_sanitized())
		skip();
	place_make(&live);
	place_make(&archive);
	(void)snprintf(path, sizeof path, "%s/2.pem", archive.directory);
	int fd = open(archive.file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	int next = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	CHECK(fd >= 0 && next >= 0 && close(fd) == 0 && close(next) == 0);
	CHECK(symlink(archive.file, live.file) == 0);
	int go[2];
	CHECK(pipe(go) == 0);
	pid_t pid = fork();
	if (pid == 0) {
		const char *const readable[] = { live.file, NULL };
		const struct walls walls = { .profile = WALLS_DAEMON, .read_only = readable };
		struct walls_report report = { 0 };
		struct fault fault = { 0 };
		char byte;
		(void)close(go[1]);
		if (!walls_raise(&walls, &report, &fault) || read(go[0], &byte, 1) != 0)
			_exit(2);
		_exit(open(live.file, O_RDONLY | O_CLOEXEC) >= 0 ? 0 : 1);
	}
	CHECK(unlink(live.file) == 0 && symlink(path, live.file) == 0);
	CHECK(close(go[0]) == 0 && close(go[1]) == 0);
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	CHECK(unlink(path) == 0);
	place_clear(&archive);
	place_clear(&live);
}

TEST_MAIN("walls");
