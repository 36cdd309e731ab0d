/* objects.c — files that are replaced whole: a draft beside them is written, synced and renamed into place.
 *
 * Every name is opened from the area's own folder, segment by segment, and no link is followed: no key leads out of
 * it. A draft's name begins with a sign that no key may have; drafts that a crash left are removed at the next start.
 */
#include "store/objects.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

enum {
	SEGMENT_MAX = 255, /* NAME_MAX of the file systems that matter */
	PATH_ROOM = 2 * OBJECT_KEY_MAX + 8,
	DRAFT_NAME_BYTES = 64,
	COPY_BYTES = 65536,
	DRAFT_SIGN = '#',
};

static const char bucket_area[] = "s3";

struct objects {
	int root;
	atomic_uint_fast64_t drafts; /* ever made: a number in their names */
};

struct object_draft {
	struct objects *objects;
	int fd;
	char name[DRAFT_NAME_BYTES];
};

/* ---- Names ---- */

static bool
character_valid(char c)
{
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
		return true;
	return c != '\0' && strchr("-._~!*'();:@&=+$,?%", c) != NULL;
}

static bool
segment_valid(struct str segment)
{
	if (segment.n == 0 || segment.n > SEGMENT_MAX || str_is(segment, ".") || str_is(segment, ".."))
		return false;
	for (size_t i = 0; i < segment.n; i++)
		if (!character_valid(segment.p[i]))
			return false;
	return true;
}

bool
object_key_valid(struct str key)
{
	struct str rest = key, segment;
	bool more = true;

	if (key.p == NULL || key.n > OBJECT_KEY_MAX)
		return false;
	while (more) {
		more = str_cut(&rest, '/', &segment);
		if (!segment_valid(segment))
			return false;
	}
	return true;
}

/* The first segment of the buckets' area is nobody's key: otherwise one could write into another's bucket. */
static bool
key_may_be_put(struct str key)
{
	struct str rest = key, first;

	(void)str_cut(&rest, '/', &first);
	return object_key_valid(key) && !str_is(first, bucket_area);
}

/* ---- Folders ---- */

static bool
fail(struct fault *fault, const char *what)
{
	int reason = errno;

	if (reason == ENOSPC || reason == EDQUOT)
		(void)fault_set(fault, FAULT_UNAVAILABLE,
			"The disk that holds lists and reports is full: nothing was changed.");
	else if (reason == ENOTDIR || reason == EISDIR || reason == ELOOP || reason == ENAMETOOLONG)
		(void)fault_set(fault, FAULT_INVALID_ARGS,
			"The object cannot have this name: another object has the beginning of it, or it is too long.");
	else
		(void)fault_set(fault, FAULT_UNAVAILABLE, "The disk that holds lists and reports failed.");
	return fault_log(fault, "%s: %s", what, strerror(reason));
}

/* The folder `name` in `at`; made and made durable if need be. -1 with errno. */
static int
folder_enter(int at, const char *name, bool make)
{
	if (make && mkdirat(at, name, 0700) == 0) {
		if (fsync(at) != 0)
			return -1;
	} else if (make && errno != EEXIST)
		return -1;
	return openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static int
folder_step(int at, struct str segment, bool make)
{
	char name[SEGMENT_MAX + 1];

	(void)snprintf(name, sizeof name, "%.*s", STR_ARG(segment));
	int next = folder_enter(at, name, make);
	int reason = errno;
	(void)close(at);
	errno = reason;
	return next;
}

/* The folder that a valid path ends in, and the last name in it. -1 with errno. */
static int
folder_of(const struct objects *objects, struct str path, bool make, char name[SEGMENT_MAX + 1])
{
	struct str rest = path, segment = { 0 };
	int at = openat(objects->root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	while (at >= 0 && str_cut(&rest, '/', &segment))
		at = folder_step(at, segment, make);
	(void)snprintf(name, SEGMENT_MAX + 1, "%.*s", STR_ARG(segment));
	return at;
}

/* ---- Drafts ---- */

static void
draft_name(struct objects *objects, char name[DRAFT_NAME_BYTES])
{
	(void)snprintf(name, DRAFT_NAME_BYTES, "%c%ld-%llu", DRAFT_SIGN, (long)getpid(),
		(unsigned long long)atomic_fetch_add(&objects->drafts, 1));
}

/* -1 with errno. */
static int
draft_file(struct objects *objects, char name[DRAFT_NAME_BYTES])
{
	int fd;

	do {
		draft_name(objects, name);
		fd = openat(objects->root, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	} while (fd < 0 && errno == EEXIST);
	return fd;
}

bool
objects_draft(struct objects *objects, struct object_draft **out, int *fd, struct fault *fault)
{
	struct object_draft *draft = memory_take_zeroed(sizeof *draft);

	draft->objects = objects;
	draft->fd = draft_file(objects, draft->name);
	if (draft->fd < 0) {
		(void)fail(fault, "draft");
		free(draft);
		return false;
	}
	/* Tells another process that somebody is at it. */
	(void)flock(draft->fd, LOCK_EX | LOCK_NB);
	*out = draft;
	*fd = draft->fd;
	return true;
}

void
object_draft_discard(struct object_draft *draft)
{
	if (draft == NULL)
		return;
	(void)close(draft->fd);
	/* Gone already if it was published. */
	(void)unlinkat(draft->objects->root, draft->name, 0);
	free(draft);
}

static bool
write_all(int fd, struct bytes content)
{
	for (size_t at = 0; at < content.n;) {
		ssize_t n = write(fd, content.p + at, content.n - at);
		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0)
			at += (size_t)n;
	}
	return true;
}

/* What has reached `to` is on the disk. */
static bool
copy_all(int from, int to)
{
	uint8_t piece[COPY_BYTES];
	off_t at = 0;
	ssize_t n;

	while ((n = pread(from, piece, sizeof piece, at)) > 0) {
		if (!write_all(to, (struct bytes){ piece, (size_t)n }))
			return false;
		at += n;
	}
	return n == 0 && fdatasync(to) == 0;
}

/* ---- Publishing ---- */

/* One of the names a draft gets. */
struct place {
	int folder;
	char name[SEGMENT_MAX + 1];
	char source[DRAFT_NAME_BYTES]; /* what is renamed to it; empty: nothing is there yet */
};

static void
place_done(struct objects *objects, struct place *place)
{
	if (place->folder >= 0)
		(void)close(place->folder);
	if (place->source[0] != '\0')
		(void)unlinkat(objects->root, place->source, 0);
}

/* A copy of the draft with a name of its own; empty when there is none. */
static bool
draft_copy(const struct object_draft *draft, char name[DRAFT_NAME_BYTES])
{
	int fd = draft_file(draft->objects, name);

	if (fd < 0) {
		name[0] = '\0';
		return false;
	}
	bool done = copy_all(draft->fd, fd);
	int reason = errno;
	(void)close(fd);
	errno = reason;
	return done;
}

/* A second name for the draft, or a copy where the file system or the walls give none. */
static bool
draft_twice(const struct object_draft *draft, char name[DRAFT_NAME_BYTES])
{
	int root = draft->objects->root, failed;

	do {
		draft_name(draft->objects, name);
		failed = linkat(root, draft->name, root, name, 0);
	} while (failed != 0 && errno == EEXIST);
	return failed == 0 || draft_copy(draft, name);
}

static bool
place_prepare(const struct object_draft *draft, struct str path, bool is_first, struct place *place)
{
	place->folder = folder_of(draft->objects, path, true, place->name);
	if (place->folder < 0)
		return false;
	if (!is_first)
		return draft_twice(draft, place->source);
	memcpy(place->source, draft->name, sizeof place->source);
	return true;
}

static bool
place_take(struct objects *objects, struct place *place)
{
	if (renameat(objects->root, place->source, place->folder, place->name) != 0)
		return false;
	place->source[0] = '\0';
	return fsync(place->folder) == 0;
}

/* All that can fail for want of room comes before the first name changes. */
static bool
places_take(const struct object_draft *draft, struct str key, struct str in_bucket, struct place places[2])
{
	size_t n = in_bucket.p != NULL ? 2 : 1;

	if (fdatasync(draft->fd) != 0 || !place_prepare(draft, key, true, &places[0]))
		return false;
	if (n == 2 && !place_prepare(draft, in_bucket, false, &places[1]))
		return false;
	for (size_t i = n; i-- > 0;)
		if (!place_take(draft->objects, &places[i]))
			return false;
	return true;
}

static struct str
path_in_bucket(struct str bucket, struct str key, char room[PATH_ROOM])
{
	int n = snprintf(room, PATH_ROOM, "%s/%.*s/%.*s", bucket_area, STR_ARG(bucket), STR_ARG(key));

	return (struct str){ room, (size_t)n };
}

bool
object_draft_publish(struct object_draft *draft, struct str bucket, struct str key, struct fault *fault)
{
	struct place places[2] = { { .folder = -1 }, { .folder = -1 } };
	struct str in_bucket = { 0 };
	char room[PATH_ROOM];

	if (!key_may_be_put(key) || (bucket.p != NULL && !object_key_valid(bucket))) {
		object_draft_discard(draft);
		return fault_set(fault, FAULT_INVALID_ARGS, "No object can be named \"%.*s\" in bucket \"%.*s\".",
			STR_ARG(key), STR_ARG(bucket));
	}
	if (bucket.p != NULL)
		in_bucket = path_in_bucket(bucket, key, room);
	bool done = places_take(draft, key, in_bucket, places) || fail(fault, "publish");
	for (size_t i = 0; i < ARRAY_COUNT(places); i++)
		place_done(draft->objects, &places[i]);
	object_draft_discard(draft);
	return done;
}

bool
objects_put(struct objects *objects, struct str bucket, struct str key, struct bytes content, struct fault *fault)
{
	struct object_draft *draft;
	int fd;

	if (!objects_draft(objects, &draft, &fd, fault))
		return false;
	if (!write_all(fd, content)) {
		(void)fail(fault, "write");
		object_draft_discard(draft);
		return false;
	}
	return object_draft_publish(draft, bucket, key, fault);
}

/* ---- Reading and removing ---- */

static int
object_open(const struct objects *objects, struct str key)
{
	char name[SEGMENT_MAX + 1];
	int folder = folder_of(objects, key, false, name);

	if (folder < 0)
		return -1;
	int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	int reason = errno;
	(void)close(folder);
	errno = reason;
	return fd;
}

bool
objects_read(struct objects *objects, struct str key, int *fd, int64_t *size, int64_t *written_ms, struct fault *fault)
{
	struct stat st;

	if (!object_key_valid(key))
		return fault_set(fault, FAULT_NOT_FOUND, "%s", "");
	int file = object_open(objects, key);
	if (file < 0 && errno != ENOENT && errno != ENOTDIR && errno != ELOOP)
		return fail(fault, "read");
	if (file < 0)
		return fault_set(fault, FAULT_NOT_FOUND, "%s", "");
	if (fstat(file, &st) != 0 || !S_ISREG(st.st_mode)) {
		(void)close(file);
		return fault_set(fault, FAULT_NOT_FOUND, "%s", "");
	}
	*fd = file;
	*size = st.st_size;
	*written_ms = (int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000;
	return true;
}

static void
path_remove(const struct objects *objects, struct str path)
{
	char name[SEGMENT_MAX + 1];
	int folder = folder_of(objects, path, false, name);

	if (folder < 0)
		return;
	if (unlinkat(folder, name, 0) == 0)
		(void)fsync(folder);
	(void)close(folder);
}

void
objects_remove(struct objects *objects, struct str bucket, struct str key)
{
	char room[PATH_ROOM];

	if (!object_key_valid(key))
		return;
	if (bucket.p != NULL && object_key_valid(bucket))
		path_remove(objects, path_in_bucket(bucket, key, room));
	path_remove(objects, key);
}

/* ---- Opening ---- */

/* What a crash left; a draft that somebody is at is locked. */
static void
draft_clean(int root, const char *name)
{
	int fd = openat(root, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		(void)unlinkat(root, name, 0);
	(void)close(fd);
}

static void
drafts_clean(int root)
{
	int own = openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = own >= 0 ? fdopendir(own) : NULL;

	if (folder == NULL) {
		if (own >= 0)
			(void)close(own);
		return;
	}
	for (const struct dirent *entry; (entry = readdir(folder)) != NULL;)
		if (entry->d_name[0] == DRAFT_SIGN)
			draft_clean(root, entry->d_name);
	(void)closedir(folder);
}

bool
objects_open(const char *directory, struct objects **out, struct fault *fault)
{
	if (mkdir(directory, 0700) != 0 && errno != EEXIST)
		return fail(fault, directory);
	int root = open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (root < 0)
		return fail(fault, directory);
	drafts_clean(root);
	struct objects *objects = memory_take_zeroed(sizeof *objects);
	objects->root = root;
	atomic_init(&objects->drafts, 0);
	*out = objects;
	return true;
}

void
objects_close(struct objects *objects)
{
	if (objects == NULL)
		return;
	(void)close(objects->root);
	free(objects);
}
