#include "signer/keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/clock.h"
#include "base/memory.h"

enum {
	KEYFILE_MAX_BYTES = 16 * 1024, /* 64 lines of 72 characters, and room for remarks */
	KEYFILE_MAX_LOCK_TRIES = 1000, /* how often others may replace the file before it is locked */
};

static const char remarks[] =
	"# Chancery's master keys. Who reads this file can open every private key in the store; without it none\n"
	"# can be opened. Back it up apart from the store. `chancery admin rotate-master-key` changes it.\n";

bool
keyfile_open(const char *path, struct keyfile *out, struct fault *fault)
{
	struct keyfile file = { .directory = -1 };
	char directory[sizeof file.path];

	if (path[0] == '\0' || path[strlen(path) - 1] == '/' || strlen(path) >= sizeof file.path)
		return fault_set(fault, FAULT_INTERNAL, "\"%s\" cannot be the name of a master key file.", path);
	(void)snprintf(file.path, sizeof file.path, "%s", path);
	(void)snprintf(directory, sizeof directory, "%s", path);
	char *slash = strrchr(directory, '/');
	if (slash != NULL)
		slash[slash == directory ? 1 : 0] = '\0';
	file.directory = open(slash != NULL ? directory : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (file.directory < 0)
		return fault_set(fault, FAULT_INTERNAL, "The directory of the master key file %s cannot be opened: %s.",
			path, strerror(errno));
	*out = file;
	out->name = out->path + (slash != NULL ? strrchr(out->path, '/') - out->path + 1 : 0);
	return true;
}

void
keyfile_done(struct keyfile *file)
{
	if (file->directory >= 0)
		(void)close(file->directory);
	file->directory = -1;
}

/* ---- The keys ---- */

/* The first bytes of a digest of the key, in hexadecimal: tells keys apart, notices damage, and gives nothing away. */
static void
master_key_name(struct master_key *key)
{
	static const char label[] = "chancery master key";
	uint8_t text[sizeof label + MASTER_KEY_BYTES];
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	memcpy(text, label, sizeof label);
	memcpy(text + sizeof label, key->key, MASTER_KEY_BYTES);
	if (EVP_Digest(text, sizeof text, digest, &n, EVP_sha256(), NULL) != 1)
		memory_exhausted(sizeof text);
	for (size_t i = 0; i < MASTER_KEY_ID_BYTES / 2; i++)
		(void)snprintf(key->id + 2 * i, 3, "%02x", digest[i]);
	memory_wipe(text, sizeof text);
}

bool
master_keys_add(struct master_keys *keys, struct fault *fault)
{
	if (keys->count == KEYFILE_MAX_KEYS)
		return fault_set(fault, FAULT_INVALID_STATE,
			"The master key file holds %d keys already: let a rotation come to its end, which retires the "
			"old ones.",
			KEYFILE_MAX_KEYS);
	struct master_key *key = &keys->keys[keys->count];
	entropy_fill(&entropy_system, key->key, sizeof key->key);
	master_key_name(key);
	keys->active = keys->count++;
	return true;
}

const struct master_key *
master_keys_find(const struct master_keys *keys, const char *id)
{
	for (size_t i = 0; i < keys->count; i++) {
		if (strcmp(keys->keys[i].id, id) == 0)
			return &keys->keys[i];
	}
	return NULL;
}

/* ---- Reading ---- */

/* "id base64 [active]" */
static const char *
line_read(struct str line, struct arena *arena, struct master_keys *keys, bool *active_seen)
{
	struct master_key *key = &keys->keys[keys->count];
	struct str id;
	struct str text;
	struct bytes bytes;

	if (keys->count == KEYFILE_MAX_KEYS)
		return "holds too many keys";
	if (!str_cut(&line, ' ', &id))
		return "is damaged";
	bool active = str_cut(&line, ' ', &text);
	if ((active && !str_is(line, "active")) || (active && *active_seen))
		return "is damaged";
	if (!base64_decode(text, arena, &bytes) || bytes.n != MASTER_KEY_BYTES)
		return "is damaged";
	memcpy(key->key, bytes.p, MASTER_KEY_BYTES);
	master_key_name(key);
	if (!str_is(id, key->id))
		return "holds a key that is not the one its id tells of";
	if (master_keys_find(keys, key->id) != NULL)
		return "holds the same key twice";
	if (active) {
		keys->active = keys->count;
		*active_seen = true;
	}
	keys->count++;
	return NULL;
}

/* NULL, or what is wrong with the file as a clause. */
static const char *
text_read(struct str text, struct master_keys *keys)
{
	struct arena arena = { 0 };
	const char *why = NULL;
	bool active_seen = false;
	struct str line;
	bool more = true;

	while (why == NULL && more) {
		more = str_cut(&text, '\n', &line);
		if (line.n > 0 && line.p[0] != '#')
			why = line_read(line, &arena, keys, &active_seen);
	}
	arena_done(&arena);
	return why != NULL || active_seen ? why : "names no active key";
}

static bool
check_status(const struct keyfile *file, const struct stat *status, struct fault *fault)
{
	if (!S_ISREG(status->st_mode))
		return fault_set(fault, FAULT_INTERNAL, "The master key file %s is not a regular file.", file->path);
	if (status->st_uid != geteuid())
		return fault_set(fault, FAULT_INTERNAL,
			"The master key file %s belongs to user %u, but chancery runs as user %u: it must belong to "
			"the latter.",
			file->path, (unsigned)status->st_uid, (unsigned)geteuid());
	if ((status->st_mode & 077) != 0)
		return fault_set(fault, FAULT_INTERNAL,
			"The master key file %s is open to others (mode %04o): make sure that nobody has read it, then "
			"`chmod 600 %s`.",
			file->path, (unsigned)(status->st_mode & 07777), file->path);
	if (status->st_size > KEYFILE_MAX_BYTES)
		return fault_set(fault, FAULT_INTERNAL, "The master key file %s is too long: %lld bytes.", file->path,
			(long long)status->st_size);
	return true;
}

static bool
refuse_open(const struct keyfile *file, int error, struct fault *fault)
{
	if (error == ENOENT)
		return fault_set(fault, FAULT_INTERNAL,
			"The master key file %s is missing. Without it no private key in the store can be opened: put "
			"it back from "
			"your backup.",
			file->path);
	if (error == ELOOP)
		return fault_set(fault, FAULT_INTERNAL,
			"The master key file %s is a symbolic link: name the file itself, since a rotation replaces "
			"it.",
			file->path);
	return fault_set(
		fault, FAULT_INTERNAL, "The master key file %s cannot be opened: %s.", file->path, strerror(error));
}

static ssize_t
read_whole(int fd, char *text, size_t room)
{
	size_t n = 0;

	while (n < room) {
		ssize_t got = pread(fd, text + n, room - n, (off_t)n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		n += (size_t)got;
	}
	return (ssize_t)n;
}

/* Reads the open file. */
static bool
read_fd(const struct keyfile *file, int fd, struct master_keys *keys, struct keyfile_stamp *stamp, struct fault *fault)
{
	char text[KEYFILE_MAX_BYTES];
	struct stat status;

	if (fstat(fd, &status) != 0)
		return refuse_open(file, errno, fault);
	if (!check_status(file, &status, fault))
		return false;
	ssize_t n = read_whole(fd, text, sizeof text);
	if (n < 0)
		return refuse_open(file, errno, fault);
	memory_wipe(keys, sizeof *keys);
	const char *why = text_read((struct str){ text, (size_t)n }, keys);
	memory_wipe(text, sizeof text);
	if (why != NULL)
		return fault_set(fault, FAULT_INTERNAL, "The master key file %s %s: put it back from your backup.",
			file->path, why);
	*stamp = (struct keyfile_stamp){ status.st_dev, status.st_ino, status.st_size, status.st_mtim };
	return true;
}

static int
open_file(const struct keyfile *file)
{
	return openat(file->directory, file->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
}

bool
keyfile_read(const struct keyfile *file, struct master_keys *keys, struct keyfile_stamp *stamp, struct fault *fault)
{
	int fd = open_file(file);

	if (fd < 0)
		return refuse_open(file, errno, fault);
	bool done = read_fd(file, fd, keys, stamp, fault);
	(void)close(fd);
	return done;
}

bool
keyfile_changed(const struct keyfile *file, const struct keyfile_stamp *stamp)
{
	struct stat status;

	return fstatat(file->directory, file->name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
	       status.st_dev != stamp->device || status.st_ino != stamp->inode || status.st_size != stamp->size ||
	       status.st_mtim.tv_sec != stamp->written.tv_sec || status.st_mtim.tv_nsec != stamp->written.tv_nsec;
}

/* ---- Writing ---- */

static void
render(const struct master_keys *keys, struct buffer *text)
{
	buffer_put_cstr(text, remarks);
	for (size_t i = 0; i < keys->count; i++) {
		buffer_put_cstr(text, keys->keys[i].id);
		buffer_put_char(text, ' ');
		base64_encode(text, (struct bytes){ keys->keys[i].key, MASTER_KEY_BYTES }, 0);
		buffer_put_cstr(text, i == keys->active ? " active\n" : "\n");
	}
}

static bool
write_whole(int fd, struct str text)
{
	while (text.n > 0) {
		ssize_t n = write(fd, text.p, text.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		text = (struct str){ text.p + n, text.n - (size_t)n };
	}
	return true;
}

/* A new file beside the old one, on the disk when this returns. */
static bool
write_beside(const struct keyfile *file, const char *name, const struct master_keys *keys, struct fault *fault)
{
	int fd = openat(file->directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	struct buffer text = { 0 };

	if (fd < 0)
		return fault_set(fault, FAULT_UNAVAILABLE, "Beside the master key file %s no file can be made: %s.",
			file->path, strerror(errno));
	render(keys, &text);
	bool written = fchmod(fd, 0600) == 0 && write_whole(fd, buffer_str(&text)) && fsync(fd) == 0;
	int error = errno;
	buffer_done(&text);
	if (close(fd) != 0 || !written) {
		(void)unlinkat(file->directory, name, 0);
		return fault_set(fault, FAULT_UNAVAILABLE, "The master key file %s cannot be written: %s.", file->path,
			strerror(error));
	}
	return true;
}

bool
keyfile_create(const struct keyfile *file, struct fault *fault)
{
	struct master_keys keys = { 0 };
	char name[NAME_MAX + 1];
	uint64_t random;
	struct stat status;

	if (fstatat(file->directory, file->name, &status, AT_SYMLINK_NOFOLLOW) == 0)
		return true;
	entropy_fill(&entropy_system, &random, sizeof random);
	(void)snprintf(name, sizeof name, ".%.200s.%016llx", file->name, (unsigned long long)random);
	bool done = master_keys_add(&keys, fault) && write_beside(file, name, &keys, fault);
	memory_wipe(&keys, sizeof keys);
	if (!done)
		return false;
	/* Somebody else may make it at the same moment: the first one counts. */
	if (renameat2(file->directory, name, file->directory, file->name, RENAME_NOREPLACE) != 0) {
		int error = errno;
		(void)unlinkat(file->directory, name, 0);
		if (error != EEXIST)
			return fault_set(fault, FAULT_INTERNAL, "The master key file %s cannot be made: %s.",
				file->path, strerror(error));
	}
	if (fsync(file->directory) != 0)
		return fault_set(fault, FAULT_UNAVAILABLE, "The directory of %s cannot be written: %s.", file->path,
			strerror(errno));
	return true;
}

/* The lock is on the file itself, which others replace: what was locked must still be what stands there. */
static bool
lock_file(const struct keyfile *file, int *out, struct fault *fault)
{
	for (int i = 0; i < KEYFILE_MAX_LOCK_TRIES; i++) {
		struct stat locked;
		struct stat current;
		int fd = open_file(file);
		if (fd < 0)
			return refuse_open(file, errno, fault);
		if (flock(fd, LOCK_EX) == 0 && fstat(fd, &locked) == 0 &&
			fstatat(file->directory, file->name, &current, AT_SYMLINK_NOFOLLOW) == 0 &&
			locked.st_ino == current.st_ino && locked.st_dev == current.st_dev) {
			*out = fd;
			return true;
		}
		(void)close(fd);
	}
	return fault_set(fault, FAULT_UNAVAILABLE, "The master key file %s is being changed all the time.", file->path);
}

/* Under the lock. */
static bool
replace(const struct keyfile *file, const struct master_keys *keys, struct keyfile_stamp *stamp, struct fault *fault)
{
	char name[NAME_MAX + 1];
	struct stat status;

	(void)snprintf(name, sizeof name, ".%.200s.new", file->name);
	/* One that was left by a process that died here. */
	(void)unlinkat(file->directory, name, 0);
	if (!write_beside(file, name, keys, fault))
		return false;
	if (fstatat(file->directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
		renameat(file->directory, name, file->directory, file->name) != 0 || fsync(file->directory) != 0)
		return fault_set(fault, FAULT_UNAVAILABLE, "The master key file %s cannot be replaced: %s.", file->path,
			strerror(errno));
	*stamp = (struct keyfile_stamp){ status.st_dev, status.st_ino, status.st_size, status.st_mtim };
	return true;
}

bool
keyfile_change(const struct keyfile *file, keyfile_change_fn *change, void *context, struct master_keys *keys,
	struct keyfile_stamp *stamp, struct fault *fault)
{
	int fd = -1;

	if (!lock_file(file, &fd, fault))
		return false;
	bool done = read_fd(file, fd, keys, stamp, fault) && change(keys, context, fault) &&
		    replace(file, keys, stamp, fault);
	(void)close(fd);
	return done;
}
