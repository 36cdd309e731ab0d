/* pages.h — a walk through the pages of an operation, behind the generated paginators. */
#ifndef CHANCERY_LIBRARY_PAGES_H
#define CHANCERY_LIBRARY_PAGES_H

#include "library/call.h"

struct pages;

/* Copies the request; what is wrong with it is the first step's error. Borrows the client. */
struct pages *pages_new(const struct chancery_client *client, const struct contract *contract, const void *request);
/* The next page, a public response that lives until the next step. NULL at the end, or with *error. */
const void *pages_next(struct pages *pages, struct chancery_error **error);
/* The next item where it stands in its page. */
const void *pages_item(struct pages *pages, struct chancery_error **error);
void pages_free(struct pages *pages);

#endif
