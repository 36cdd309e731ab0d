/* body.h — a request's body while it arrives. All bodies in flight share one budget, so that many slow clients cannot
 * take the memory of the house; each is wiped when it goes, since it may hold a private key. */
#ifndef CHANCERY_WIRE_BODY_H
#define CHANCERY_WIRE_BODY_H

#include <stdatomic.h>

#include "base/str.h"

struct body_budget {
	_Atomic size_t used;
	size_t limit;
};

struct body {
	uint8_t *p;
	size_t n;
	size_t room;
};

enum body_result {
	BODY_OK,
	BODY_TOO_LARGE, /* over its own limit */
	BODY_NO_BUDGET, /* others hold the memory */
};

/* Appends. `expected` is the announced length, or SIZE_MAX if none was: room grows with what arrives, not with what was
 * promised.
 */
enum body_result body_take(
	struct body *body, const void *p, size_t n, size_t expected, size_t limit, struct body_budget *budget);
/* Wipes, frees, gives the budget back; what is done stays empty and can be done again. */
void body_done(struct body *body, struct body_budget *budget);
struct bytes body_bytes(const struct body *body);

#endif
