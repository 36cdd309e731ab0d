/* Fuzz target: certificate and chain fields, whole. The first octet splits the input in two; what follows is the
 * Certificate field, then CertificateChain. When the first octet is odd every rule is relaxed, so that all code runs.
 */
#include <stdlib.h>
#include <string.h>

#include "x509/import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct verifier *verifier;
	static struct arena arena;
	struct import_rules rules = { 0 };
	struct fault fault = { 0 };
	struct import import;

	if (size == 0)
		return 0;
	if (verifier == NULL)
		verifier = verifier_new();
	memset(rules.relaxed, data[0] & 1, sizeof rules.relaxed);
	size_t first = (size - 1) * data[0] / 256;
	struct bytes certificate = { data + 1, first };
	struct bytes chain = { first + 1 < size ? data + 1 + first : NULL, size - 1 - first };
	bool done = import_read(certificate, &rules, &arena, &import, &fault) &&
		    import_check(&import, chain, INT64_C(1782864000000), &rules, verifier, &arena, &fault);
	/* A refusal has a code and whole characters; a success has no fault. */
	if (done != (fault.code == FAULT_NONE) || !utf8_valid(str_of(fault.say)))
		abort();
	arena_reset(&arena);
	return 0;
}
