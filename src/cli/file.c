#include "cli/file.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"

enum file_kind
file_kind_of(const char *word)
{
	if (strncmp(word, "file://", 7) == 0)
		return FILE_TEXT;
	return strncmp(word, "fileb://", 8) == 0 ? FILE_BINARY : FILE_NOT;
}

/* $NAME or ${NAME} at p: its length and value; an unset variable stays as it is written. */
static size_t
expand_variable(const char *p, struct arena *arena, const char **value)
{
	bool braces = p[1] == '{';
	const char *name = p + 1 + braces;
	size_t n = 0;

	while (isalnum((unsigned char)name[n]) || name[n] == '_')
		n++;
	if (n == 0 || (braces && name[n] != '}'))
		return 0;
	*value = getenv(arena_cstr(arena, (struct str){ name, n }));
	return *value != NULL ? 1 + n + 2 * (size_t)braces : 0;
}

static const char *
expand(const char *path, struct arena *arena)
{
	struct buffer out = { 0 };
	const char *home = getenv("HOME");

	if (strncmp(path, "~/", 2) == 0 && home != NULL) {
		buffer_put_cstr(&out, home);
		path++;
	}
	while (*path != '\0') {
		const char *value;
		size_t used = *path == '$' ? expand_variable(path, arena, &value) : 0;
		if (used > 0)
			buffer_put_cstr(&out, value);
		else
			buffer_put_char(&out, *path);
		path += used > 0 ? used : 1;
	}
	const char *expanded = arena_cstr(arena, arena_str(arena, buffer_str(&out)));
	buffer_done(&out);
	return expanded;
}

/* NULL, or why not (and errno); "" when it is longer than that. */
static const char *
read_stream(FILE *file, size_t max_bytes, struct arena *arena, struct bytes *out)
{
	struct buffer text = { 0 };
	char piece[16384];
	size_t n;

	/* No buffer of stdio's own, which nobody would wipe. */
	(void)setvbuf(file, NULL, _IONBF, 0);
	errno = 0;
	while (text.n <= max_bytes && (n = fread(piece, 1, sizeof piece, file)) > 0)
		buffer_put(&text, piece, n);
	int error = ferror(file) != 0 ? errno : 0;
	bool fits = text.n <= max_bytes;
	if (error == 0 && fits)
		*out = arena_bytes(arena, bytes_of_str(buffer_str(&text)));
	buffer_done(&text);
	memory_wipe(piece, sizeof piece);
	errno = error;
	return error != 0 ? strerror(error) : fits ? NULL : "";
}

bool
file_read(const char *word, size_t max_bytes, struct arena *arena, struct bytes *out, struct fault *fault)
{
	const char *path = expand(word + (file_kind_of(word) == FILE_TEXT ? 7 : 8), arena);

	FILE *file = fopen(path, "re");
	if (file == NULL)
		return fault_set(fault, FAULT_INVALID_ARGS, "Unable to load paramfile %s: [Errno %d] %s: '%s'", word,
			errno, strerror(errno), path);
	const char *why = read_stream(file, max_bytes, arena, out);
	int error = errno;
	(void)fclose(file);
	if (why != NULL && why[0] != '\0')
		return fault_set(fault, FAULT_INVALID_ARGS, "Unable to load paramfile %s: [Errno %d] %s: '%s'", word,
			error, why, path);
	return why == NULL || fault_set(fault, FAULT_INVALID_ARGS,
				      "Unable to load paramfile %s: it is longer than %zu bytes", word, max_bytes);
}

bool
file_read_path(const char *path, size_t max_bytes, struct arena *arena, struct bytes *out, struct fault *fault)
{
	bool is_input = strcmp(path, "-") == 0;

	FILE *file = is_input ? stdin : fopen(path, "re");
	if (file == NULL)
		return fault_set(fault, FAULT_INVALID_ARGS, "%s cannot be read: %s.", path, strerror(errno));
	const char *why = read_stream(file, max_bytes, arena, out);
	if (!is_input)
		(void)fclose(file);
	if (why != NULL && why[0] != '\0')
		return fault_set(fault, FAULT_INVALID_ARGS, "%s cannot be read: %s.", path, why);
	return why == NULL ||
	       fault_set(fault, FAULT_INVALID_ARGS, "%s is longer than %zu bytes, which no file of certificates is.",
		       path, max_bytes);
}

/* link() does not replace what came in the meantime, as rename() does; some file systems have no links. */
static bool
move(const char *from, const char *to, bool replace)
{
	if (!replace && link(from, to) == 0)
		return true;
	return (replace || errno == EPERM || errno == EOPNOTSUPP) && rename(from, to) == 0;
}

bool
file_write_new(const char *path, struct str text, mode_t mode, bool replace, struct arena *arena, struct fault *fault)
{
	const char *made = arena_printf(arena, "%s.%ld.new", path, (long)getpid()).p;
	size_t done = 0;

	if (!replace && access(path, F_OK) == 0)
		return fault_set(fault, FAULT_INVALID_ARGS, "%s is there already: say --force to replace it.", path);
	int fd = open(made, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	bool written = fd >= 0;
	while (written && done < text.n) {
		ssize_t n = write(fd, text.p + done, text.n - done);
		written = n > 0;
		done += written ? (size_t)n : 0;
	}
	written = written && fsync(fd) == 0;
	int error = errno;
	if (fd >= 0)
		(void)close(fd);
	if (written && !move(made, path, replace)) {
		error = errno;
		written = false;
	}
	if (fd >= 0)
		(void)unlink(made);
	return written || fault_set(fault, FAULT_UNAVAILABLE, "%s cannot be written: %s.", path, strerror(error));
}
