/* bundle_parts.h — what bundle.c (which kind of file is it?) and bundle_open.c (what OpenSSL must decode or decrypt)
 * share. Private to them. */
#ifndef CHANCERY_X509_BUNDLE_PARTS_H
#define CHANCERY_X509_BUNDLE_PARTS_H

#include "x509/bundle.h"
#include "x509/pem.h"

/* A file being read. */
struct bundle_reader {
	struct secret passphrase;
	uint64_t rounds; /* of key derivation, still to be spent */
	struct arena *arena;
	struct bundle *out;
	struct fault *fault;
	/* out's own lists, while they grow. */
	const struct certificate **certificates;
	struct bundle_key *keys;
	struct str *remarks;
	size_t certificate_room, key_room, remark_room;
};

/* All: false when the reading ends here, with a fault. What cannot be read is remarked and passed over. */
MUST_CHECK bool bundle_add_certificate(struct bundle_reader *reader, struct bytes der);
MUST_CHECK bool bundle_add_key(struct bundle_reader *reader, struct bytes der, const char *label, bool was_encrypted);
void bundle_remark(struct bundle_reader *reader, const char *format, ...) PRINTF_LIKE(2, 3);
void bundle_lock(struct bundle_reader *reader, const char *what);

/* *found: the bytes are of that kind at all. */
MUST_CHECK bool bundle_open_pkcs12(struct bundle_reader *reader, struct bytes der, bool *found);
MUST_CHECK bool bundle_open_pkcs7(struct bundle_reader *reader, struct bytes der, bool *found);
/* EncryptedPrivateKeyInfo (RFC 5958, 3). */
MUST_CHECK bool bundle_open_key(struct bundle_reader *reader, struct bytes der, bool *found);
/* A key under the headers of RFC 1421. */
MUST_CHECK bool bundle_open_old_key(struct bundle_reader *reader, const struct pem_block *block);
/* A certificate with OpenSSL's trust settings behind it. */
MUST_CHECK bool bundle_open_trusted(struct bundle_reader *reader, struct bytes der);
/* The public half of a private key; absent when it cannot be read. */
struct bytes bundle_public_half(struct bytes der, struct arena *arena);

#endif
