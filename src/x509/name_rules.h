/* name_rules.h — what X.520 and RFC 5280 say of the values in names: by what name_build() writes and tbs_lint() judges.
 * Private to this room. */
#ifndef CHANCERY_X509_NAME_RULES_H
#define CHANCERY_X509_NAME_RULES_H

#include "x509/name.h"

struct name_rule {
	const char *oid;   /* dotted */
	const char *words; /* "commonName" */
	unsigned
		tag; /* the string type it is written in (x509/der.h); any but UTF8String is the only one it may have */
	size_t exactly;   /* characters; 0: any number */
	size_t issue_max; /* characters that this house issues: AWS's limit where it is the stricter one */
	size_t max;       /* characters, RFC 5280, A.1; 0: no limit */
};

/* The rule of an attribute. Never NULL: an attribute that is not in the table may be any text of 256 characters. */
const struct name_rule *name_rule(struct str oid);

/* Is each character one of this string type? The text is well-formed UTF-8. */
bool name_text_fits(unsigned tag, struct str text);
const char *name_tag_words(unsigned tag); /* "PrintableString" */

/* NULL, or what is wrong with the text of a DNS name, an e-mail address or a URI, as a clause for people. No more than
 * RFC 5280, 4.2.1.6 forbids: wildcards and underscores are fine. */
const char *general_name_breach(enum general_name_kind kind, struct str text);

#endif
