/* extension_lint.h — what RFC 5280, 4.2 asks of each extension by itself. Private to tbs_lint.c. */
#ifndef CHANCERY_X509_EXTENSION_LINT_H
#define CHANCERY_X509_EXTENSION_LINT_H

#include "x509/certificate.h"
#include "x509/der.h"

enum extension_criticality { CRITICAL_OR_NOT, CRITICAL_NEVER, CRITICAL_ALWAYS };

struct extension_rule {
	const char *oid;
	const char *words;  /* "keyUsage" */
	const char *clause; /* of RFC 5280: "4.2.1.3" */
	enum extension_criticality criticality;
	bool of_ca; /* in certificates of CAs only */
	/* NULL when extension_read() has looked; otherwise gives NULL, or what is wrong with a value, as a clause. */
	const char *(*breach)(struct der value, struct arena *arena);
};

/* NULL for an extension that we do not know. */
const struct extension_rule *extension_rule(struct str oid);

#endif
