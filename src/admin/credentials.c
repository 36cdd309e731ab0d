#include "admin/credentials.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "service/iam/iam.h"

static bool
cannot(struct fault *fault, const char *what, const char *path)
{
	return fault_set(
		fault, FAULT_INTERNAL, "The credentials file %s cannot be %s: %s.", path, what, strerror(errno));
}

/* ---- The text ---- */

/* "[name]" with white space where people put it; absent when the line is no header. */
static struct str
header_of(struct str line)
{
	struct str text = str_trim(line), name;

	if (text.n > 0 && text.p[text.n - 1] == '\r')
		text = str_trim((struct str){ text.p, text.n - 1 });
	if (text.n < 2 || text.p[0] != '[')
		return (struct str){ 0 };
	text = (struct str){ text.p + 1, text.n - 1 };
	(void)str_cut(&text, ']', &name);
	return str_trim(name);
}

/* Copies what stays; *found: a profile of that name was left out. */
static void
copy_others(struct str text, struct str profile, struct buffer *out, bool *found)
{
	struct str line;
	bool more = text.n > 0, ours = false;

	*found = false;
	while (more) {
		more = str_cut(&text, '\n', &line);
		struct str header = header_of(line);
		if (header.p != NULL)
			ours = str_equal(header, profile);
		*found = *found || ours;
		if (!ours)
			buffer_put_str(out, line);
		if (!ours && more)
			buffer_put_char(out, '\n');
	}
}

static void
put_profile(const struct credentials *credentials, struct buffer *out)
{
	if (out->n > 0 && out->p[out->n - 1] != '\n')
		buffer_put_char(out, '\n');
	if (out->n > 1 && out->p[out->n - 2] != '\n')
		buffer_put_char(out, '\n');
	buffer_printf(out, "[%.*s]\naws_access_key_id = %.*s\naws_secret_access_key = ", STR_ARG(credentials->profile),
		STR_ARG(credentials->access_key_id));
	buffer_put(out, credentials->secret.p, credentials->secret.n);
	buffer_put_char(out, '\n');
}

/* ---- The file ---- */

/* The whole file; empty when there is none. */
static bool
read_file(const char *path, struct arena *arena, struct str *out, struct fault *fault)
{
	struct stat status;

	*out = STR("");
	if (stat(path, &status) != 0)
		return errno == ENOENT || cannot(fault, "read", path);
	/* Looked at before it is opened: opening a pipe would wait for somebody to write. */
	if (!S_ISREG(status.st_mode) || status.st_size > CREDENTIALS_MAX_BYTES)
		return fault_set(fault, FAULT_INVALID_ARGS,
			"%s is no credentials file: it is no file, or over %d bytes.", path, CREDENTIALS_MAX_BYTES);
	FILE *file = fopen(path, "re");
	if (file == NULL)
		return cannot(fault, "read", path);
	char *text = arena_alloc(arena, (size_t)status.st_size);
	size_t n = fread(text, 1, (size_t)status.st_size, file);
	bool failed = ferror(file) != 0;
	(void)fclose(file);
	*out = (struct str){ text, n };
	return !failed || cannot(fault, "read", path);
}

static bool
write_all(int fd, struct str text)
{
	while (text.n > 0) {
		ssize_t n = write(fd, text.p, text.n);
		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0)
			text = (struct str){ text.p + n, text.n - (size_t)n };
	}
	return fsync(fd) == 0;
}

static bool
write_draft(const char *path, char *draft, struct str text, struct fault *fault)
{
	int fd = mkostemp(draft, O_CLOEXEC); /* 0600 by POSIX */

	if (fd < 0)
		return cannot(fault, "written", path);
	bool written = write_all(fd, text);
	int error = errno;
	if (close(fd) == 0 && written)
		return true;
	(void)unlink(draft);
	errno = error;
	return cannot(fault, "written", path);
}

static const char *
follow(struct str path, struct arena *arena)
{
	const char *given = arena_cstr(arena, path);
	char real[PATH_MAX];

	return realpath(given, real) != NULL ? arena_cstr(arena, str_of(real)) : given;
}

bool
credentials_draft(struct str path, const struct credentials *credentials, struct arena *arena,
	struct credentials_draft *out, struct fault *fault)
{
	const char *file = follow(path, arena);
	struct buffer text = { 0 };
	struct str old;
	bool found;

	if (!iam_user_valid(credentials->profile))
		return fault_set(fault, FAULT_INVALID_ARGS,
			"'%.*s' is no profile name: 1 to %d letters, digits or any of _+=,.@- make one.",
			STR_ARG(credentials->profile), USER_NAME_MAX);
	if (!read_file(file, arena, &old, fault))
		return false;
	copy_others(old, credentials->profile, &text, &found);
	if (found && !credentials->overwrite) {
		buffer_done(&text);
		return fault_set(fault, FAULT_CONFLICT,
			"%s has a profile %.*s already: choose another with --profile, or add --overwrite.", file,
			STR_ARG(credentials->profile));
	}
	put_profile(credentials, &text);
	char *draft = arena_alloc(arena, strlen(file) + sizeof ".XXXXXX");
	(void)stpcpy(stpcpy(draft, file), ".XXXXXX");
	bool written = write_draft(file, draft, buffer_str(&text), fault);
	buffer_done(&text);
	if (written)
		*out = (struct credentials_draft){ file, draft };
	return written;
}

bool
credentials_publish(const struct credentials_draft *draft, struct fault *fault)
{
	if (rename(draft->draft, draft->path) == 0)
		return true;
	return fault_set(fault, FAULT_INTERNAL,
		"The access key was made, but %s could not take its place: %s. It is in %s.", draft->path,
		strerror(errno), draft->draft);
}

void
credentials_discard(const struct credentials_draft *draft)
{
	(void)unlink(draft->draft);
}
