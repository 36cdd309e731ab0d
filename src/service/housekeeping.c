#include "service/housekeeping.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* The lock is taken on the directory itself: nothing to create, nothing to leave behind. */
bool
sealing_lock(const struct datadir *datadir, int *fd, struct fault *fault)
{
	int lock = open(datadir->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (lock < 0) {
		(void)fault_set(fault, FAULT_INTERNAL, "The data directory %s cannot be opened.", datadir->path);
		return fault_log(fault, "open: %s", strerror(errno));
	}
	while (flock(lock, LOCK_EX) != 0) {
		if (errno == EINTR)
			continue;
		(void)fault_set(fault, FAULT_INTERNAL, "The data directory %s cannot be locked.", datadir->path);
		(void)fault_log(fault, "flock: %s", strerror(errno));
		(void)close(lock);
		return false;
	}
	*fd = lock;
	return true;
}

bool
housekeeping_retire_master_keys(
	const struct datadir *datadir, struct store *store, struct signer *signer, struct fault *fault)
{
	struct arena arena = { 0 };
	const struct str *ids;
	size_t count;
	int lock = -1;

	if (!sealing_lock(datadir, &lock, fault))
		return false;
	bool done = store_sealed_ids(store, &arena, &ids, &count, fault) && signer_retire(signer, ids, count, fault);
	(void)close(lock);
	arena_done(&arena);
	return done;
}
