/* name.h — distinguished names and general names (RFC 5280, 4.1.2.4 and 4.2.1.6). */
#ifndef CHANCERY_X509_NAME_H
#define CHANCERY_X509_NAME_H

#include "base/arena.h"
#include "base/attributes.h"

struct name_attribute {
	bool continues_rdn;     /* belongs to the same relative name as the attribute before it */
	struct str oid;         /* dotted: "2.5.4.3" */
	const char *short_name; /* "CN"; NULL when the OID has none */
	struct str value;       /* as UTF-8 whatever string type it came in; absent when it is no string */
	struct bytes der;       /* the value's DER, with its tag */
	const char *flaw;       /* NULL, or what is wrong with the value: "holds a NUL character" */
};

struct name {
	const struct name_attribute *attributes; /* in certificate order, multi-valued RDNs flattened */
	size_t n;
};

MUST_CHECK bool name_parse(struct bytes der, struct arena *arena, struct name *out);
/* "C=AU,ST=Some-State,CN=x": certificate order and commas without space, as ACM prints it; RFC 4514 escapes; an OID
 * without a short name, or a value that is no string, as 1.2.3.4=#hex. */
struct str name_render(const struct name *name, struct arena *arena);
/* The last value of that attribute (the most specific one); absent if there is none. OIDs are dotted. */
struct str name_get(const struct name *name, const char *oid);
/* Equal as RFC 5280, 7.1 compares them: case, inner and outer white space and string type do not matter. */
bool name_equal(struct bytes a_der, struct bytes b_der);
bool name_equal_parsed(const struct name *a, const struct name *b);

#define NAME_OID_COMMON_NAME "2.5.4.3"
#define NAME_OID_ORGANIZATION "2.5.4.10"

enum general_name_kind {
	GENERAL_NAME_OTHER = 0,
	GENERAL_NAME_EMAIL = 1,
	GENERAL_NAME_DNS = 2,
	GENERAL_NAME_DIRECTORY = 4,
	GENERAL_NAME_URI = 6,
	GENERAL_NAME_IP = 7,
	GENERAL_NAME_REGISTERED_ID = 8,
	GENERAL_NAME_UNKNOWN = 99, /* x400Address, ediPartyName */
};

struct general_name {
	enum general_name_kind kind;
	struct str
		text; /* DNS, e-mail, URI as they stand; IP as text; registered id dotted; OTHER: its type-id, dotted */
	struct bytes der; /* OTHER: the value's DER; DIRECTORY: the name's */
	const char *flaw; /* NULL, or what is wrong with it: "is an IP address of 5 octets" */
};

/* Reads one GeneralName; `item` is an item of x509/der.h. */
struct der_item;
MUST_CHECK bool general_name_read(const struct der_item *item, struct arena *arena, struct general_name *out);

#endif
