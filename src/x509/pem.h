/* pem.h — textual encodings (RFC 7468), and the old encrypted headers of RFC 1421 as far as to recognise them. */
#ifndef CHANCERY_X509_PEM_H
#define CHANCERY_X509_PEM_H

#include "base/arena.h"

struct pem_block {
	struct str label;   /* "CERTIFICATE" */
	struct str text;    /* from the first '-' of BEGIN to the last of END: what to quote or count by */
	struct bytes der;   /* the decoded body; absent when `broken` says why it could not be decoded */
	bool has_headers;   /* "Proc-Type: …" lines */
	bool encrypted;     /* Proc-Type: 4,ENCRYPTED or DEK-Info */
	const char *broken; /* NULL, or a clause such as "its base64 is broken" */
};

/* Takes the next block from *rest. CRLF and LF, text before and between blocks, and a missing last newline are
 * accepted. False: no further BEGIN line; *rest is then what is left. A BEGIN without its END is a broken block. */
bool pem_next(struct str *rest, struct arena *arena, struct pem_block *out);

/* Canonical PEM: 64 columns, LF, a newline after END. */
struct str pem_render(const char *label, struct bytes der, struct arena *arena);

/* The label of the PEM text that a client decoded as if it were base64 (AWS CLI: file:// where fileb:// belongs), by
 * what is left of its BEGIN line; NULL when the bytes are no such thing. */
const char *pem_decoded_as_base64(struct bytes blob);

#endif
