/* A full disk: writes are refused with a sentence, reads go on, and it ends by itself when there is room.
 *
 * The disk is made full by a limit on file sizes (RLIMIT_FSIZE), which needs no privileges and meets SQLite as EFBIG;
 * and, where a small tmpfs may be mounted, by a file system that is really full (ENOSPC). */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "test.h"
#include "world.h"

static void
limit_files(rlim_t bytes)
{
	struct rlimit limit;

	CHECK(getrlimit(RLIMIT_FSIZE, &limit) == 0);
	limit.rlim_cur = bytes;
	CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
}

static bool
big_insert(struct world *w, unsigned number)
{
	struct certificate_row row = world_row(w, number);
	uint8_t *chain = arena_alloc(&w->arena, 100000);

	row.chain = (struct bytes){ chain, 100000 };
	return world_insert(w, &row);
}

/* Until the disk refuses; gives the number of the first that was refused. */
static unsigned
fill(struct world *w, unsigned number)
{
	for (unsigned last = number + 2000; number < last; number++)
		if (!big_insert(w, number))
			return number;
	fail_msg("the disk never filled up");
	return 0;
}

static bool
becomes_writable(struct world *w)
{
	for (int tries = 0; tries < 100; tries++) {
		if (store_writable(w->store))
			return true;
		(void)nanosleep(&(struct timespec){ .tv_nsec = 50000000 }, NULL);
	}
	return false;
}

static void
check_refused(struct world *w, unsigned first, unsigned refused)
{
	struct certificate_row got;

	CHECK(w->fault.code == FAULT_UNAVAILABLE);
	CHECK_OK(strstr(w->fault.say, "full") != NULL, w->fault);
	CHECK(!store_writable(w->store));
	for (unsigned i = first; i < refused; i++)
		CHECK_OK(world_get(w, world_id(w, i), &got), w->fault);
	CHECK(!world_get(w, world_id(w, refused), &got) && w->fault.code == FAULT_NOT_FOUND);
	/* Again, and the next is no better off. */
	CHECK(!big_insert(w, refused) && w->fault.code == FAULT_UNAVAILABLE);
}

static void
check_recovered(struct world *w, unsigned refused)
{
	struct certificate_row got;

	CHECK(becomes_writable(w));
	CHECK_OK(big_insert(w, refused), w->fault);
	world_close(w);
	world_open(w);
	for (unsigned i = 0; i <= refused; i++)
		CHECK_OK(world_get(w, world_id(w, i), &got), w->fault);
}

TEST(full, refuses_writes_and_recovers_after_a_limit)
{
	struct world w;

	(void)signal(SIGXFSZ, SIG_IGN);
	world_begin(&w);
	CHECK(big_insert(&w, 0));
	limit_files(2 * 1024 * 1024);
	unsigned refused = fill(&w, 1);
	check_refused(&w, 0, refused);
	limit_files(RLIM_INFINITY);
	check_recovered(&w, refused);
	world_end(&w);
}

/* ---- A file system of its own ---- */

static bool
write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0)
		return false;
	bool written = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	return close(fd) == 0 && written;
}

/* A tmpfs of 4 MB in a name space of our own: as root, or as a user who may have one. */
static bool
mount_small(const char *folder)
{
	char map[64];
	uid_t uid = getuid();

	if (uid != 0) {
		(void)snprintf(map, sizeof map, "0 %u 1", (unsigned)uid);
		if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0 || !write_text("/proc/self/uid_map", map))
			return false;
	} else if (unshare(CLONE_NEWNS) != 0) {
		return false;
	}
	return mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("tmpfs", folder, "tmpfs", 0, "size=4m") == 0;
}

enum { EXIT_NO_MOUNT = 77 };

static void
use_small_disk(void)
{
	char folder[] = "/tmp/store-disk-XXXXXX";
	struct world w;

	if (mkdtemp(folder) == NULL || !mount_small(folder)) {
		(void)rmdir(folder);
		_exit(EXIT_NO_MOUNT);
	}
	CHECK(setenv("TMPDIR", folder, 1) == 0);
	char *ballast = NULL;
	CHECK(asprintf(&ballast, "%s/ballast", folder) > 0);
	int fd = open(ballast, O_WRONLY | O_CREAT, 0600);
	CHECK(fd >= 0 && posix_fallocate(fd, 0, 1024 * 1024) == 0 && close(fd) == 0);
	world_begin(&w);
	CHECK(big_insert(&w, 0));
	unsigned refused = fill(&w, 1);
	check_refused(&w, 0, refused);
	CHECK(unlink(ballast) == 0);
	check_recovered(&w, refused);
	world_end(&w);
	free(ballast);
	(void)umount(folder);
	(void)rmdir(folder);
}

TEST(full, refuses_writes_and_recovers_on_a_small_disk)
{
	int status;
	/* Before any thread is there: name spaces are not for processes with several. */
	pid_t child = fork();

	CHECK(child >= 0);
	if (child == 0) {
		use_small_disk();
		_exit(0);
	}
	CHECK(waitpid(child, &status, 0) == child);
	CHECK(WIFEXITED(status));
	if (WEXITSTATUS(status) == EXIT_NO_MOUNT)
		skip();
	CHECK(WEXITSTATUS(status) == 0);
}

TEST_MAIN("store full");
