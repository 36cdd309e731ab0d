/* field.h — what a PEM field of a request holds, block by block, and words for what it holds instead. Private to this
 * room. Nothing of a field is ever quoted: a private key may have been put there by mistake. */
#ifndef CHANCERY_X509_FIELD_H
#define CHANCERY_X509_FIELD_H

#include "x509/certificate.h"
#include "x509/pem.h"

struct field {
	const struct pem_block *certificates; /* labelled so, readable or not */
	size_t count;
	size_t other_count; /* blocks of other kinds */
	struct str other;   /* the first one's label */
	bool of_authority;  /* of a CA's own certificate: no PrivateKey comes with it */
};

/* Counts on beyond `limit` certificates, but keeps no more. */
void field_scan(struct bytes text, size_t limit, bool of_authority, struct arena *arena, struct field *out);

/* Sentences on a field without any CERTIFICATE block: what it is, and what to do. */
struct str field_diagnose(struct bytes text, const struct field *field, struct arena *arena);
/* White space only; UTF-16 text; the name of a file instead of its content; a PKCS #12 file. */
bool field_is_blank(struct bytes text);
bool field_is_utf16(struct bytes text);
bool field_is_file_name(struct str text);
bool field_is_pkcs12(struct bytes field);
/* A sentence on the first block that is no certificate. */
struct str field_diagnose_other(const struct field *field, struct arena *arena);
/* Sentences on a certificate field that holds several. */
struct str field_diagnose_several(const struct field *field, struct arena *arena);

#endif
