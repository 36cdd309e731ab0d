/* datadir.h — the one directory that holds everything, and who works in it.
 *
 *   DIR/            0700
 *   DIR/chancery.db       the store (SQLite, with -wal and -shm beside it)
 *   DIR/master-keys       the signer's keyring, 0600
 *   DIR/objects/          lists and reports as files (objects.h)
 *   DIR/serving           held by flock(2) while a daemon serves; holds its pid */
#ifndef CHANCERY_STORE_DATADIR_H
#define CHANCERY_STORE_DATADIR_H

#include "base/arena.h"
#include "base/fault.h"

struct datadir {
	const char *path;
	const char *store;       /* DIR/chancery.db */
	const char *master_keys; /* DIR/master-keys */
	const char *objects;     /* DIR/objects; objects_open() makes it */
	bool is_new;             /* there was no store in it yet */
};

/* $XDG_DATA_HOME/chancery, $HOME/.local/share/chancery, or /var/lib/chancery when there is neither. */
const char *datadir_default(struct arena *arena);
/* Makes the directory 0700 if need be; refuses one that others may write. Everything lives in the arena. */
MUST_CHECK bool datadir_open(const char *path, struct arena *arena, struct datadir *out, struct fault *fault);
/* Takes the serving lock for as long as *fd stays open. FAULT_IN_USE names the pid that holds it. */
MUST_CHECK bool datadir_serve(const struct datadir *datadir, int *fd, struct fault *fault);
/* The pid of the daemon that serves it now, 0 if none. */
int datadir_server(const struct datadir *datadir);

#endif
