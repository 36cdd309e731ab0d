/* Fuzz target: one OCSPRequest, and the same octets as a ResponseData. An answer to what was asked must be known again
 * as one of ours; and what is known as that must be whole to OpenSSL. */
#include "x509/ocsp.h"

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
openssl_must_agree(struct bytes response_data, struct arena *arena)
{
	struct bytes none = { 0 };
	struct bytes der = ocsp_response_assemble(
		response_data, SIGNING_SHA256_RSA, bytes_of_str(STR("no signature")), none, arena);
	const unsigned char *p = der.p;
	OCSP_RESPONSE *response = d2i_OCSP_RESPONSE(NULL, &p, (long)der.n);
	OCSP_BASICRESP *basic = response != NULL ? OCSP_response_get1_basic(response) : NULL;

	if (basic == NULL || p != der.p + der.n || OCSP_resp_count(basic) < 1)
		abort();
	OCSP_BASICRESP_free(basic);
	OCSP_RESPONSE_free(response);
	ERR_clear_error();
}

static struct bytes
answer(const struct ocsp_request *request, struct arena *arena)
{
	struct ocsp_single *singles = ARENA_ARRAY(arena, struct ocsp_single, request->count);
	struct bytes key_hash = { arena_alloc(arena, KEY_HASH_SHA1_BYTES), KEY_HASH_SHA1_BYTES };

	for (size_t i = 0; i < request->count; i++)
		singles[i] = (struct ocsp_single){ .certificate_id = request->ids[i].der,
			.status = (enum ocsp_certificate_status)(i % 3),
			.reason = i % 2 == 0 ? CRL_REASON_UNSPECIFIED : CRL_REASON_SUPERSEDED };
	return ocsp_response_data(key_hash, 0, singles, request->count, request->nonce, arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena;
	struct bytes der = { data, size };
	struct ocsp_request request;
	struct bytes key_hash;
	const char *why;

	if (ocsp_request_read(der, &arena, &request, &why)) {
		if (request.count < 1 || request.count > OCSP_MAX_REQUESTS || request.nonce.n > OCSP_MAX_NONCE_BYTES)
			abort();
		struct bytes response_data = answer(&request, &arena);
		if (!ocsp_response_data_read(response_data, &key_hash, &why))
			abort();
		openssl_must_agree(response_data, &arena);
	}
	if (ocsp_response_data_read(der, &key_hash, &why))
		openssl_must_agree(der, &arena);
	arena_reset(&arena);
	return 0;
}
