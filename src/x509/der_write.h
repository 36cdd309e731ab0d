/* der_write.h — DER written from the end to the beginning: a value's length is known when its header is due, so nothing
 * is moved and nothing is measured first. Private to this room.
 *
 *	size_t mark = der_mark(&writer);
 *	der_put_item(&writer, DER_OCTET_STRING, value);   what comes last is written first
 *	der_put_oid(&writer, STR("2.5.29.19"));
 *	der_wrap(&writer, DER_SEQUENCE, mark);            all since the mark becomes the content */
#ifndef CHANCERY_X509_DER_WRITE_H
#define CHANCERY_X509_DER_WRITE_H

#include "x509/der.h"

/* 2050-01-01T00:00:00Z: times of certificates and lists are GeneralizedTime from then on. */
#define DER_GENERALIZED_TIME_FROM_MS INT64_C(2524608000000)

/* Zero-initialised is empty and ready. What is written stands at the end of the room. */
struct der_writer {
	uint8_t *p;
	size_t room;
	size_t n; /* written */
};

void der_writer_reserve(struct der_writer *writer, size_t n); /* room for n more */
void der_writer_done(struct der_writer *writer);
struct bytes der_written(const struct der_writer *writer); /* valid until the next word */
/* Copies what was written into the arena and ends the writer. */
struct bytes der_finish(struct der_writer *writer, struct arena *arena);

static inline size_t
der_mark(const struct der_writer *writer)
{
	return writer->n;
}

/* Each goes before what is there. */
void der_put(struct der_writer *writer, struct bytes raw);
void der_put_octet(struct der_writer *writer, uint8_t octet);
void der_wrap(struct der_writer *writer, unsigned tag, size_t mark);
void der_put_item(struct der_writer *writer, unsigned tag, struct bytes content);
void der_put_boolean(struct der_writer *writer, bool value);
void der_put_number(struct der_writer *writer, int64_t number);           /* INTEGER, not negative */
void der_put_unsigned(struct der_writer *writer, struct bytes magnitude); /* INTEGER, with a sign octet if need be */
void der_put_bits(struct der_writer *writer, struct bytes octets);        /* BIT STRING of whole octets */
/* A named bit list (X.690, 11.2.2): bit 0 is the first; trailing zeros are left out. */
void der_put_named_bits(struct der_writer *writer, unsigned bits);
/* UTCTime to 2049, GeneralizedTime from 2050 on (RFC 5280, 4.1.2.5); whole seconds, the rest is cut. Years 0 to
 * 9999. */
void der_put_time(struct der_writer *writer, int64_t ms);
void der_put_generalized_time(struct der_writer *writer, int64_t ms);
/* False when it is no object identifier of at most DER_MAX_OID_BYTES; nothing is written then. */
MUST_CHECK bool der_put_oid_text(struct der_writer *writer, struct str dotted);
/* Of a constant that is known to be one. */
void der_put_oid(struct der_writer *writer, const char *dotted);

#endif
