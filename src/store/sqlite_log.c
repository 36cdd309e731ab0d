#include "store/sqlite_log.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/attributes.h"
#include "base/memory.h"

/* SQLite's own writing takes less than 128 KiB at a time (it keeps 17 bits of the length). A commit of 64 imports logs
 * some 300 pages, so it goes out in about ten pieces. */
enum { GATHER_BYTES = 120 * 1024 };

/* SQLite makes room for it, and behind it for the file it stands for. */
struct log_file {
	sqlite3_file base;
	sqlite3_file *real;
	unsigned char *gathered;
	sqlite3_int64 at; /* where the gathered bytes belong */
	int n;
};

static sqlite3_file *
real_of(sqlite3_file *file)
{
	return ((struct log_file *)file)->real;
}

/* SQLite takes no room by quota or by limit for a broken disk; for us it is a full one. */
static int
write_real(sqlite3_file *real, const void *p, int n, sqlite3_int64 at)
{
	int code = real->pMethods->xWrite(real, p, n, at), reason = 0;

	if (code != SQLITE_IOERR_WRITE)
		return code;
	(void)real->pMethods->xFileControl(real, SQLITE_FCNTL_LAST_ERRNO, &reason);
	return reason == EDQUOT || reason == EFBIG ? SQLITE_FULL : code;
}

/* Also after a failure nothing is left: the transaction it belonged to is over. */
static int
put_out(struct log_file *log)
{
	int n = log->n;

	log->n = 0;
	return n == 0 ? SQLITE_OK : write_real(log->real, log->gathered, n, log->at);
}

static int
log_write(sqlite3_file *file, const void *p, int n, sqlite3_int64 at)
{
	struct log_file *log = (struct log_file *)file;

	if (log->n > 0 && (at != log->at + log->n || n > GATHER_BYTES - log->n)) {
		int code = put_out(log);
		if (code != SQLITE_OK)
			return code;
	}
	if (n > GATHER_BYTES)
		return write_real(log->real, p, n, at);
	if (log->n == 0)
		log->at = at;
	memcpy(log->gathered + log->n, p, (size_t)n);
	log->n += n;
	return SQLITE_OK;
}

static int
log_read(sqlite3_file *file, void *p, int n, sqlite3_int64 at)
{
	int code = put_out((struct log_file *)file);

	return code != SQLITE_OK ? code : real_of(file)->pMethods->xRead(real_of(file), p, n, at);
}

static int
log_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	int code = put_out((struct log_file *)file);

	return code != SQLITE_OK ? code : real_of(file)->pMethods->xTruncate(real_of(file), size);
}

static int
log_sync(sqlite3_file *file, int flags)
{
	int code = put_out((struct log_file *)file);

	return code != SQLITE_OK ? code : real_of(file)->pMethods->xSync(real_of(file), flags);
}

static int
log_size(sqlite3_file *file, sqlite3_int64 *size)
{
	int code = put_out((struct log_file *)file);

	return code != SQLITE_OK ? code : real_of(file)->pMethods->xFileSize(real_of(file), size);
}

static int
log_close(sqlite3_file *file)
{
	struct log_file *log = (struct log_file *)file;

	free(log->gathered);
	return log->real->pMethods->xClose(log->real);
}

static int
log_lock(sqlite3_file *file, int level)
{
	return real_of(file)->pMethods->xLock(real_of(file), level);
}

static int
log_unlock(sqlite3_file *file, int level)
{
	return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int
log_reserved(sqlite3_file *file, int *reserved)
{
	return real_of(file)->pMethods->xCheckReservedLock(real_of(file), reserved);
}

static int
log_control(sqlite3_file *file, int what, void *value)
{
	return real_of(file)->pMethods->xFileControl(real_of(file), what, value);
}

static int
log_sector(sqlite3_file *file)
{
	return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int
log_traits(sqlite3_file *file)
{
	return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static const sqlite3_io_methods log_methods = {
	.iVersion = 1,
	.xClose = log_close,
	.xRead = log_read,
	.xWrite = log_write,
	.xTruncate = log_truncate,
	.xSync = log_sync,
	.xFileSize = log_size,
	.xLock = log_lock,
	.xUnlock = log_unlock,
	.xCheckReservedLock = log_reserved,
	.xFileControl = log_control,
	.xSectorSize = log_sector,
	.xDeviceCharacteristics = log_traits,
};

/* The log alone is ours; every other file is the real one from the start. */
static int
system_open(sqlite3_vfs *system, sqlite3_filename name, sqlite3_file *file, int flags, int *flags_out)
{
	sqlite3_vfs *under = sqlite3_vfs_find(NULL);
	struct log_file *log = (struct log_file *)file;

	(void)system;
	if ((flags & SQLITE_OPEN_WAL) == 0)
		return under->xOpen(under, name, file, flags, flags_out);
	memset(log, 0, sizeof *log);
	log->real = (sqlite3_file *)(log + 1);
	int code = under->xOpen(under, name, log->real, flags, flags_out);
	if (code != SQLITE_OK)
		return code;
	log->gathered = memory_take(GATHER_BYTES);
	log->base.pMethods = &log_methods;
	return SQLITE_OK;
}

void
sqlite_log_forget(struct sqlite3 *db)
{
	sqlite3_file *file = NULL;

	if (sqlite3_file_control(db, NULL, SQLITE_FCNTL_JOURNAL_POINTER, (void *)&file) == SQLITE_OK && file != NULL &&
		file->pMethods == &log_methods)
		((struct log_file *)file)->n = 0;
}

const char *
sqlite_log_system(void)
{
	static sqlite3_vfs system;
	sqlite3_vfs *under = sqlite3_vfs_find(NULL);

	if (under == NULL)
		return NULL;
	if (system.zName == NULL) {
		system = *under;
		system.pNext = NULL;
		system.zName = "chancery";
		system.szOsFile = (int)sizeof(struct log_file) + under->szOsFile;
		system.xOpen = system_open;
		if (sqlite3_vfs_register(&system, 0) != SQLITE_OK)
			return NULL;
	}
	return system.zName;
}
