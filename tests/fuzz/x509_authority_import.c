/* Fuzz target: a CA's own certificate and its chain, whole. The first octet holds flags (1: every rule is relaxed, so
 * that all code runs; 2: the authority is a root; 4: it has the certificate's own key and name), the second splits what
 * follows into the two fields. */
#include <stdlib.h>
#include <string.h>

#include "x509/authority_import.h"
#include "x509/import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
claim_fit(struct authority_claim *claim, struct bytes certificate, struct arena *arena)
{
	struct import_rules relaxed;
	struct fault fault = { 0 };
	struct import import;

	memset(relaxed.relaxed, 1, sizeof relaxed.relaxed);
	if (!import_read(certificate, &relaxed, arena, &import, &fault))
		return;
	claim->spki = import.certificate->spki;
	claim->subject = import.certificate->subject;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct verifier *verifier;
	static struct arena arena;
	struct import_rules rules = { 0 };
	struct fault fault = { 0 };
	struct authority_import import = { 0 };

	if (size < 2)
		return 0;
	if (verifier == NULL)
		verifier = verifier_new();
	memset(rules.relaxed, data[0] & 1, sizeof rules.relaxed);
	struct authority_claim claim = { .is_root = (data[0] & 2) != 0 };
	size_t first = (size - 2) * data[1] / 255;
	struct bytes certificate = { data + 2, first };
	struct bytes chain = { first + 2 < size ? data + 2 + first : NULL, size - 2 - first };
	if ((data[0] & 4) != 0)
		claim_fit(&claim, certificate, &arena);
	bool done = authority_import_check(
		certificate, chain, &claim, INT64_C(1782864000000), &rules, verifier, &arena, &import, &fault);
	/* A refusal has a code and whole characters; a success has no fault, a certificate, and a root no chain. */
	if (done != (fault.code == FAULT_NONE) || done != (import.certificate != NULL) ||
		!utf8_valid(str_of(fault.say)))
		abort();
	if (done && claim.is_root && import.chain_count > 0)
		abort();
	arena_reset(&arena);
	return 0;
}
