#include "x509/field.h"

enum { FIELD_FIRST_ROOM = 4 };

static bool
is_certificate_label(struct str label)
{
	/* RFC 7468, 5.1: the second is an old name of the first. */
	return str_is(label, "CERTIFICATE") || str_is(label, "X509 CERTIFICATE");
}

void
field_scan(struct bytes text, size_t limit, bool of_authority, struct arena *arena, struct field *out)
{
	size_t room = FIELD_FIRST_ROOM;
	struct pem_block *blocks = ARENA_ARRAY(arena, struct pem_block, room);
	struct str rest = str_of_bytes(text);
	struct pem_block block;

	*out = (struct field){ .of_authority = of_authority };
	while (rest.p != NULL && pem_next(&rest, arena, &block)) {
		if (!is_certificate_label(block.label)) {
			if (out->other_count++ == 0)
				out->other = block.label;
			continue;
		}
		if (out->count++ >= limit)
			continue;
		if (out->count > room) {
			struct pem_block *larger = ARENA_ARRAY(arena, struct pem_block, room * 2);
			for (size_t i = 0; i < room; i++)
				larger[i] = blocks[i];
			blocks = larger;
			room *= 2;
		}
		blocks[out->count - 1] = block;
	}
	out->certificates = blocks;
}
