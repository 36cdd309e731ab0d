#include "signer/key_plain.h"

#include "base/memory.h"
#include "x509/der_write.h"

enum { HEADERS_BYTES = 16 }; /* of the two values around the key, more than they take */

bool
key_plain_purpose(enum seal_purpose purpose)
{
	return purpose == SEAL_CERTIFICATE_KEY || purpose == SEAL_AUTHORITY_KEY || purpose == SEAL_RESPONDER_KEY;
}

static bool
is_sequence(struct bytes bytes)
{
	struct der der = der_of(bytes);
	struct der_item item;

	return der_take(&der, DER_SEQUENCE, &item) && der_at_end(&der);
}

bool
key_plain_write(enum seal_purpose purpose, const struct key_plain *plain, struct arena *arena, struct bytes *out,
	struct fault *fault)
{
	struct der_writer writer = { 0 };

	if (purpose != SEAL_AUTHORITY_KEY) {
		if (plain->subject.p != NULL)
			return fault_set(fault, FAULT_INTERNAL, "Only an authority's key is sealed with a name.");
		*out = plain->pkcs8;
		return true;
	}
	if (plain->subject.p == NULL || !is_sequence(plain->subject))
		return fault_set(
			fault, FAULT_INTERNAL, "An authority's key is sealed with its name, and this is none.");
	/* All at once: a writer that grows leaves pieces of the key behind. */
	der_writer_reserve(&writer, plain->subject.n + plain->pkcs8.n + HEADERS_BYTES);
	der_put_item(&writer, DER_OCTET_STRING, plain->pkcs8);
	der_put(&writer, plain->subject);
	der_wrap(&writer, DER_SEQUENCE, 0);
	*out = arena_bytes(arena, der_written(&writer));
	memory_wipe(writer.p, writer.room);
	der_writer_done(&writer);
	return true;
}

bool
key_plain_read(enum seal_purpose purpose, struct bytes bytes, struct key_plain *out, struct fault *fault)
{
	struct der outside = der_of(bytes);
	struct der inside;
	struct der_item subject;
	struct der_item key;

	if (purpose != SEAL_AUTHORITY_KEY) {
		*out = (struct key_plain){ .pkcs8 = bytes };
		return true;
	}
	if (!der_enter(&outside, DER_SEQUENCE, &inside) || !der_at_end(&outside) ||
		!der_take(&inside, DER_SEQUENCE, &subject) || !der_take(&inside, DER_OCTET_STRING, &key) ||
		!der_at_end(&inside))
		return fault_set(fault, FAULT_INTERNAL, "What an authority's seal holds is not a name and a key.");
	*out = (struct key_plain){ .subject = subject.whole, .pkcs8 = key.content };
	return true;
}
