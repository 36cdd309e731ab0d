/* sqlite_log.h — a SQLite file system that gathers what is written to the write-ahead log.
 *
 * SQLite writes each page of a commit in two pieces, 24 bytes and 4 KiB, at odd places: three times the kernel's work.
 * The pieces follow one another, and nobody may look at them before the commit has synchronised the file: so they are
 * kept until then and written at once. A gathered write that fails makes the commit fail. */
#ifndef CHANCERY_STORE_SQLITE_LOG_H
#define CHANCERY_STORE_SQLITE_LOG_H

/* The file system's name, for the connection that writes; made known to SQLite on first use, by one thread. NULL: there
 * is none to build upon. */
const char *sqlite_log_system(void);

#endif
