/* place.h — a directory of its own for a test, gone when the test is. */
#ifndef CHANCERY_TESTS_SIGNER_PLACE_H
#define CHANCERY_TESTS_SIGNER_PLACE_H

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include "test.h"

struct place {
	char directory[64];
	char file[96]; /* the master key file in it */
};

static inline void
place_make(struct place *place)
{
	const char *temporary = getenv("TMPDIR");

	(void)snprintf(place->directory, sizeof place->directory, "%.40s/signer-XXXXXX",
		temporary != NULL ? temporary : "/tmp");
	CHECK(mkdtemp(place->directory) != NULL);
	(void)snprintf(place->file, sizeof place->file, "%s/master-keys", place->directory);
}

/* How many files are in it. */
static inline size_t
place_count(const struct place *place)
{
	DIR *directory = opendir(place->directory);
	size_t count = 0;

	CHECK(directory != NULL);
	for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
		count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
	(void)closedir(directory);
	return count;
}

static inline void
place_clear(const struct place *place)
{
	(void)unlink(place->file);
	CHECK(rmdir(place->directory) == 0);
}

#endif
