/* papers.h — what a caller brings: a certificate with its key and its chain, as PEM, made to a wish.
 *
 * Keys are made once a program and kind, so that RSA costs its time once. */
#ifndef CHANCERY_TESTS_PAPERS_H
#define CHANCERY_TESTS_PAPERS_H

#include "base/arena.h"
#include "base/secret.h"

enum paper_key { PAPER_P256, PAPER_P384, PAPER_RSA_1024, PAPER_RSA_2048, PAPER_KEY_COUNT };

/* NULL and 0 are defaults; extensions are written as OpenSSL's configuration has them, and absent when NULL. */
struct wish {
	const char *subject; /* "C=AU/O=Example/CN=example.com", none: an empty name */
	const char *san;     /* "DNS:example.com,IP:192.0.2.1" */
	const char *key_usage;
	const char *extended_key_usage;
	enum paper_key key;
	int64_t not_before_ms, not_after_ms; /* a day before the house's now, and a year after */
	uint64_t serial;                     /* 1001 */
	unsigned issuers; /* 0: self-signed; 1: by a root; 2: by an intermediate, which the chain holds too */
};

struct papers {
	struct bytes certificate;
	struct secret key;
	struct bytes chain; /* absent when self-signed */
	struct bytes der;
};

struct papers papers_make(struct arena *arena, struct wish wish);

/* A request for a certificate (PKCS #10), signed by the kind's key. */
enum { REQUEST_EXTENSIONS = 8 };
struct request_wish {
	const char *subject; /* as above; NULL: none */
	enum paper_key key;
	/* As OpenSSL's configuration has them: { "subjectAltName", "critical,DNS:example.com" },
	 * { "1.2.3.4", "DER:0500" }. */
	const char *extensions[REQUEST_EXTENSIONS][2];
};
struct bytes papers_request(struct arena *arena, struct request_wish wish); /* PEM */

#endif
