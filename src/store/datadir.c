#include "store/datadir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

const char *
datadir_default(struct arena *arena)
{
	const char *data_home = getenv("XDG_DATA_HOME"), *home = getenv("HOME");

	/* The XDG base directory specification: a relative path is to be ignored. */
	if (data_home != NULL && data_home[0] == '/')
		return arena_printf(arena, "%s/chancery", data_home).p;
	if (home != NULL && home[0] == '/')
		return arena_printf(arena, "%s/.local/share/chancery", home).p;
	return "/var/lib/chancery";
}

/* Makes the folders on the way, 0700 each. */
static bool
make_folders(const char *path, struct arena *arena, struct fault *fault)
{
	char *own = (char *)arena_str(arena, str_of(path)).p;

	for (char *p = own + 1;; p++) {
		if (*p != '/' && *p != '\0')
			continue;
		char was = *p;
		*p = '\0';
		if (mkdir(own, 0700) != 0 && errno != EEXIST && errno != EISDIR && errno != EROFS) {
			int reason = errno;
			return fault_set(fault, FAULT_INVALID_STATE, "The data directory %s cannot be made: %s: %s.",
				path, own, strerror(reason));
		}
		*p = was;
		if (was == '\0')
			return true;
	}
}

static bool
folder_is_ours(const char *path, struct fault *fault)
{
	struct stat st;

	if (stat(path, &st) != 0) {
		int reason = errno;
		return fault_set(fault, FAULT_INVALID_STATE, "The data directory %s cannot be used: %s.", path,
			strerror(reason));
	}
	if (!S_ISDIR(st.st_mode))
		return fault_set(fault, FAULT_INVALID_STATE, "The data directory %s is no directory.", path);
	if (st.st_uid != geteuid() && st.st_uid != 0)
		return fault_set(fault, FAULT_INVALID_STATE, "The data directory %s belongs to another user (uid %u).",
			path, (unsigned)st.st_uid);
	if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return fault_set(fault, FAULT_INVALID_STATE,
			"The data directory %s may be written by others (mode %04o): chmod 700 %s.", path,
			(unsigned)st.st_mode & 07777, path);
	return true;
}

/* A store that is a link, or that others may read, was not put there by us. */
static bool
store_is_ours(struct datadir *datadir, struct fault *fault)
{
	struct stat st;

	if (lstat(datadir->store, &st) != 0) {
		datadir->is_new = true;
		return true;
	}
	datadir->is_new = st.st_size == 0;
	if (!S_ISREG(st.st_mode))
		return fault_set(fault, FAULT_INVALID_STATE, "The store %s is no ordinary file.", datadir->store);
	if ((st.st_mode & 077) != 0)
		return fault_set(fault, FAULT_INVALID_STATE,
			"The store %s may be read by others (mode %04o): chmod 600 %s.", datadir->store,
			(unsigned)st.st_mode & 07777, datadir->store);
	return true;
}

bool
datadir_open(const char *path, struct arena *arena, struct datadir *out, struct fault *fault)
{
	if (path[0] == '\0')
		return fault_set(fault, FAULT_INVALID_STATE, "The data directory has no name.");
	if (!make_folders(path, arena, fault) || !folder_is_ours(path, fault))
		return false;
	struct datadir datadir = { .path = arena_str(arena, str_of(path)).p,
		.store = arena_printf(arena, "%s/chancery.db", path).p,
		.master_keys = arena_printf(arena, "%s/master-keys", path).p,
		.objects = arena_printf(arena, "%s/objects", path).p };
	if (!store_is_ours(&datadir, fault))
		return false;
	*out = datadir;
	return true;
}

/* ---- Who serves it ---- */

static int
marker_open(const struct datadir *datadir, int flags)
{
	struct arena arena = { 0 };
	int fd = open(arena_printf(&arena, "%s/serving", datadir->path).p, flags | O_CLOEXEC | O_NOFOLLOW, 0600);

	arena_done(&arena);
	return fd;
}

static int
marker_pid(int fd)
{
	char text[16] = { 0 };
	int64_t pid = 0;
	ssize_t n = pread(fd, text, sizeof text - 1, 0);

	if (n <= 0 || !str_to_i64((struct str){ text, strcspn(text, "\n") }, &pid))
		return 0;
	return (int)pid;
}

enum {
	/* datadir_server() looks by taking the lock for an instant. */
	LOCK_TRIES = 20,
	LOCK_RETRY_US = 5000,
};

static bool
marker_lock(int marker)
{
	for (int tries = 0; tries < LOCK_TRIES; tries++) {
		if (flock(marker, LOCK_EX | LOCK_NB) == 0)
			return true;
		(void)usleep(LOCK_RETRY_US);
	}
	return false;
}

bool
datadir_serve(const struct datadir *datadir, int *fd, struct fault *fault)
{
	int marker = marker_open(datadir, O_RDWR | O_CREAT);

	if (marker < 0) {
		int reason = errno;
		return fault_set(fault, FAULT_INVALID_STATE, "The data directory %s cannot be marked as served: %s.",
			datadir->path, strerror(reason));
	}
	if (!marker_lock(marker)) {
		int pid = marker_pid(marker);
		(void)close(marker);
		return fault_set(fault, FAULT_IN_USE, "The data directory %s is being served by process %d.",
			datadir->path, pid);
	}
	/* The lock is what counts; the pid is for people, and a full disk may keep it out. */
	if (ftruncate(marker, 0) == 0)
		(void)dprintf(marker, "%d\n", (int)getpid());
	*fd = marker;
	return true;
}

int
datadir_server(const struct datadir *datadir)
{
	int marker = marker_open(datadir, O_RDONLY);
	int pid = 0;

	if (marker < 0)
		return 0;
	if (flock(marker, LOCK_SH | LOCK_NB) != 0)
		pid = marker_pid(marker);
	(void)close(marker);
	return pid;
}
