#include "service/chain.h"

#include <string.h>

struct bytes
chain_join(const struct certificate *const *chain, size_t count, struct arena *arena)
{
	size_t total = 0;
	uint8_t *joined, *end;

	for (size_t i = 0; i < count; i++)
		total += chain[i]->der.n;
	joined = end = arena_alloc(arena, total);
	for (size_t i = 0; i < count; i++) {
		memcpy(end, chain[i]->der.p, chain[i]->der.n);
		end += chain[i]->der.n;
	}
	return (struct bytes){ joined, total };
}

/* How long a DER value is by its own header (X.690, 8.1.3), or 0 if the header is not whole. Only what chain_join()
 * wrote is read here: lengths of one to four bytes. */
static size_t
der_size(struct bytes der)
{
	size_t length = der.n > 1 ? der.p[1] : 0, count = length & 0x7f;

	if (der.n < 2 || (length >= 0x80 && (count == 0 || count > 4 || der.n < 2 + count)))
		return 0;
	if (length < 0x80)
		return 2 + length;
	length = 0;
	for (size_t i = 0; i < count; i++)
		length = length << 8 | der.p[2 + i];
	return 2 + count + length;
}

bool
chain_next(struct bytes *rest, struct bytes *certificate)
{
	size_t size = der_size(*rest);

	if (size == 0 || size > rest->n)
		return false;
	*certificate = (struct bytes){ rest->p, size };
	*rest = (struct bytes){ rest->p + size, rest->n - size };
	return true;
}
