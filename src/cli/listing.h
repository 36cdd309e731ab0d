/* listing.h — a list on its way to standard output, a page at a time: a million certificates need no more memory than a
 * thousand. A table for people, or one JSON object as the API would answer it if it had no pages. */
#ifndef CHANCERY_CLI_LISTING_H
#define CHANCERY_CLI_LISTING_H

#include "cli/table.h"
#include "cli/talk.h"

struct listing {
	struct talk *talk;
	const char *member; /* of the answer: "IssuedCertificates" */
	void (*put_row)(const struct talk *talk, const struct value *item, struct cell *row);
	struct table table;
	int64_t limit; /* of items; negative: none */
	size_t count;  /* of items so far */
};

/* Asks and prints; gives the exit code. Notes go to standard error, so that what reads the list has the list alone. */
int listing_print(struct listing *listing, const struct service *service, const char *operation, struct value *input);

#endif
