/* private.h — private certificates in ACM, for tests of what becomes of them. */
#ifndef CHANCERY_TESTS_PRIVATE_H
#define CHANCERY_TESTS_PRIVATE_H

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "office.h"

/* NULL and 0 are defaults. */
enum { PRIVATE_WISH_NAMES = 4 };
struct private_wish {
	const char *domain; /* "www.example.com" */
	const char *names[PRIVATE_WISH_NAMES];
	int key; /* EC_prime256v1, which is quick; -1: left out */
	const char *token;
	const struct acm_certificate_options *options;
	const char *tag; /* a key */
};

/* RequestCertificate, with all that follows from it. */
bool private_request(struct visit *visit, const char *authority, struct private_wish wish, char arn[ARN_TEXT_BYTES]);
/* The same, of the usual wish, and it must be ISSUED. */
void private_issued(struct visit *visit, const char *authority, char arn[ARN_TEXT_BYTES]);
/* The authority grants ACM the permission to issue. */
void private_permit(struct visit *visit, const char *authority);

/* ExportCertificate under "correct horse". */
#define PRIVATE_PASSPHRASE "correct horse"
bool private_export(struct visit *visit, const char *arn, struct acm_export_certificate_response *out);
void private_exported(struct visit *visit, const char *arn);
/* The row behind an ARN, and what is beside it. */
struct certificate_row private_row(struct visit *visit, const char *arn);
struct certificate_private private_beside(struct visit *visit, const char *arn);

/* A PEM certificate; the caller's to free. */
X509 *private_x509(struct str pem);

#endif
