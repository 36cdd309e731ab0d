/* Fuzz target: one TBSCertList. What is taken as of this house must be the same list to OpenSSL, and without entries be
 * what the builder makes of its head. */
#include <openssl/err.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include "x509/crl.h"
#include "x509/tbs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
openssl_must_agree(struct bytes tbs, const struct crl_head *head, struct arena *arena)
{
	struct bytes der = signed_assemble(tbs, head->crl.algorithm, bytes_of_str(STR("no signature")), arena);
	const unsigned char *p = der.p;
	unsigned char *again = NULL;
	X509_CRL *crl = d2i_X509_CRL(NULL, &p, (long)der.n);

	if (crl == NULL || p != der.p + der.n)
		abort();
	STACK_OF(X509_REVOKED) *entries = X509_CRL_get_REVOKED(crl);
	if ((entries != NULL ? (size_t)sk_X509_REVOKED_num(entries) : 0) != head->entries)
		abort();
	int n = i2d_X509_CRL(crl, &again);
	if (n <= 0 || !bytes_equal(der, (struct bytes){ again, (size_t)n }))
		abort();
	OPENSSL_free(again);
	X509_CRL_free(crl);
	ERR_clear_error();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena;
	struct bytes tbs = { data, size };
	struct crl_head head;
	const char *why;

	if (crl_tbs_read(tbs, &arena, &head, &why)) {
		struct crl_builder *builder = crl_builder_new(0);
		if (head.entries == 0 && !bytes_equal(crl_builder_tbs(builder, &head.crl), tbs))
			abort();
		crl_builder_free(builder);
		openssl_must_agree(tbs, &head, &arena);
	}
	arena_reset(&arena);
	return 0;
}
