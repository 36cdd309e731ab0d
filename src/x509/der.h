/* der.h — reading DER (X.690) from front to back, and nothing but DER.
 *
 * Strict where a general ASN.1 engine is lax: definite and minimal lengths, one-byte tags, booleans of 0 or 255,
 * minimal integers. Nothing is copied: items point into the input. For this room, and for the signer's
 * process. */
#ifndef CHANCERY_X509_DER_H
#define CHANCERY_X509_DER_H

#include "base/arena.h"
#include "base/attributes.h"

enum der_tag {
	DER_BOOLEAN = 0x01,
	DER_INTEGER = 0x02,
	DER_BIT_STRING = 0x03,
	DER_OCTET_STRING = 0x04,
	DER_NULL = 0x05,
	DER_OID = 0x06,
	DER_UTF8_STRING = 0x0c,
	DER_NUMERIC_STRING = 0x12,
	DER_PRINTABLE_STRING = 0x13,
	DER_T61_STRING = 0x14,
	DER_IA5_STRING = 0x16,
	DER_UTC_TIME = 0x17,
	DER_GENERALIZED_TIME = 0x18,
	DER_VISIBLE_STRING = 0x1a,
	DER_UNIVERSAL_STRING = 0x1c,
	DER_BMP_STRING = 0x1e,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
	DER_CONTEXT = 0x80,             /* + number: primitive */
	DER_CONTEXT_CONSTRUCTED = 0xa0, /* + number */
};

/* Real object identifiers have about ten bytes; printing one costs the square of its length. */
enum { DER_MAX_OID_BYTES = 64 };

/* What is still to be read. */
struct der {
	const uint8_t *p;
	const uint8_t *end;
};

struct der_item {
	unsigned tag;
	struct bytes content;
	struct bytes whole; /* with tag and length */
};

struct der der_of(struct bytes bytes);
bool der_at_end(const struct der *der);
/* Would der_take() find this tag? */
bool der_sees(const struct der *der, unsigned tag);
/* The next item; false at the end, or when what follows is not DER. */
MUST_CHECK bool der_next(struct der *der, struct der_item *out);
/* The next item, if it has this tag. */
MUST_CHECK bool der_take(struct der *der, unsigned tag, struct der_item *out);
/* Steps into the next item, if it has this tag. */
MUST_CHECK bool der_enter(struct der *der, unsigned tag, struct der *inside);
/* How many items follow; false when they are not DER. */
MUST_CHECK bool der_count(struct der der, size_t *out);

MUST_CHECK bool der_boolean(struct bytes content, bool *out);
/* Minimal two's complement, as every INTEGER must be. */
bool der_integer_is_minimal(struct bytes content);
/* A number from 0 up; what exceeds INT_MAX reads as INT_MAX. */
MUST_CHECK bool der_small_number(struct bytes content, int *out);
/* A BIT STRING of whole octets, as signatures and keys are. */
MUST_CHECK bool der_octets_of_bits(struct bytes content, struct bytes *out);
/* UTCTime or GeneralizedTime as RFC 5280, 4.1.2.5 allows them: to the second, in UTC, no fractions. */
MUST_CHECK bool der_time(const struct der_item *item, int64_t *out_ms);

#endif
