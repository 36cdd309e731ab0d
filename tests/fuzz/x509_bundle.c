/* Fuzz target: a file as people have it, whole. When the first octet is odd the passphrase is "secret", which that of
 * the corpus is. Few rounds are allowed: what is found is to be found by reading, not by waiting. */
#include <stdlib.h>

#include "x509/bundle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena;
	static uint8_t passphrase[] = { 's', 'e', 'c', 'r', 'e', 't' };
	struct secret secret = { 0 };
	struct fault fault = { 0 };
	struct bundle bundle;

	if (size == 0)
		return 0;
	if ((data[0] & 1) != 0)
		secret = (struct secret){ passphrase, sizeof passphrase };
	bool done = bundle_read((struct bytes){ data + 1, size - 1 }, secret, 20000, &arena, &bundle, &fault);
	if (done != (fault.code == FAULT_NONE) || !utf8_valid(str_of(fault.say)))
		abort();
	/* What was found is within the limits, whole, and fits itself. */
	for (size_t i = 0; done && i < bundle.certificate_count; i++)
		if (bundle.certificates[i]->der.n == 0)
			abort();
	for (size_t i = 0; done && i < bundle.key_count; i++)
		if (bundle.keys[i].spki.p != NULL && !bundle_key_fits(&bundle.keys[i], bundle.keys[i].spki))
			abort();
	for (size_t i = 0; done && i < bundle.remark_count; i++)
		if (!utf8_valid(bundle.remarks[i]))
			abort();
	if (done && bundle.form == BUNDLE_NOTHING && bundle.certificate_count + bundle.key_count > 0)
		abort();
	arena_reset(&arena);
	return 0;
}
