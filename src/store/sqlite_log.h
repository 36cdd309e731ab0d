/* sqlite_log.h — a SQLite file system that gathers what is written to the write-ahead log.
 *
 * SQLite writes each page of a commit in two pieces, 24 bytes and 4 KiB, at odd places: three times the kernel's work.
 * The pieces follow one another, and nobody may look at them before the commit has synchronised the file: so they are
 * kept until then and written at once. A gathered write that fails makes the commit fail.
 *
 * A transaction that outgrows the page cache gathers pages before it commits. When it is rolled back they must be
 * forgotten, with sqlite_log_forget(), before anybody else writes: their place in the log is the next one's. */
#ifndef CHANCERY_STORE_SQLITE_LOG_H
#define CHANCERY_STORE_SQLITE_LOG_H

struct sqlite3;

/* The file system's name, for the connection that writes; made known to SQLite on first use, by one thread. NULL: there
 * is none to build upon. */
const char *sqlite_log_system(void);

/* Drops what a transaction that is being rolled back has gathered. Nothing happens to a log that is not ours. */
void sqlite_log_forget(struct sqlite3 *db);

#endif
