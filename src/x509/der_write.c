#include "x509/der_write.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"

enum { WRITER_FIRST_ROOM = 2048 };

void
der_writer_reserve(struct der_writer *writer, size_t n)
{
	if (n <= writer->room - writer->n)
		return;
	size_t room = writer->room > 0 ? writer->room : WRITER_FIRST_ROOM;
	/* By a half: lists are large, and both rooms are held at once. */
	while (room - writer->n < n)
		room += room / 2;
	uint8_t *p = memory_take(room);
	if (writer->n > 0)
		memcpy(p + room - writer->n, writer->p + writer->room - writer->n, writer->n);
	free(writer->p);
	writer->p = p;
	writer->room = room;
}

void
der_writer_done(struct der_writer *writer)
{
	free(writer->p);
	*writer = (struct der_writer){ 0 };
}

struct bytes
der_written(const struct der_writer *writer)
{
	return (struct bytes){ writer->p + writer->room - writer->n, writer->n };
}

struct bytes
der_finish(struct der_writer *writer, struct arena *arena)
{
	struct bytes out = arena_bytes(arena, der_written(writer));

	der_writer_done(writer);
	return out;
}

void
der_put(struct der_writer *writer, struct bytes raw)
{
	if (raw.n == 0)
		return;
	der_writer_reserve(writer, raw.n);
	writer->n += raw.n;
	memcpy(writer->p + writer->room - writer->n, raw.p, raw.n);
}

void
der_put_octet(struct der_writer *writer, uint8_t octet)
{
	der_writer_reserve(writer, 1);
	writer->n++;
	writer->p[writer->room - writer->n] = octet;
}

void
der_wrap(struct der_writer *writer, unsigned tag, size_t mark)
{
	size_t length = writer->n - mark;
	unsigned octets = 0;

	if (length < 0x80) {
		der_put_octet(writer, (uint8_t)length);
	} else {
		for (; length != 0; length >>= 8, octets++)
			der_put_octet(writer, (uint8_t)length);
		der_put_octet(writer, (uint8_t)(0x80 | octets));
	}
	der_put_octet(writer, (uint8_t)tag);
}

void
der_put_item(struct der_writer *writer, unsigned tag, struct bytes content)
{
	size_t mark = der_mark(writer);

	der_put(writer, content);
	der_wrap(writer, tag, mark);
}

void
der_put_boolean(struct der_writer *writer, bool value)
{
	der_put_item(writer, DER_BOOLEAN, (struct bytes){ (const uint8_t *)(value ? "\xff" : "\0"), 1 });
}

void
der_put_number(struct der_writer *writer, int64_t number)
{
	uint8_t octets[8];

	for (int i = 7; i >= 0; i--, number >>= 8)
		octets[i] = (uint8_t)number;
	der_put_unsigned(writer, (struct bytes){ octets, sizeof octets });
}

void
der_put_unsigned(struct der_writer *writer, struct bytes magnitude)
{
	size_t mark = der_mark(writer);

	while (magnitude.n > 0 && magnitude.p[0] == 0)
		magnitude = (struct bytes){ magnitude.p + 1, magnitude.n - 1 };
	der_put(writer, magnitude);
	if (magnitude.n == 0 || magnitude.p[0] >= 0x80)
		der_put_octet(writer, 0);
	der_wrap(writer, DER_INTEGER, mark);
}

void
der_put_bits(struct der_writer *writer, struct bytes octets)
{
	size_t mark = der_mark(writer);

	der_put(writer, octets);
	der_put_octet(writer, 0);
	der_wrap(writer, DER_BIT_STRING, mark);
}

void
der_put_named_bits(struct der_writer *writer, unsigned bits)
{
	size_t mark = der_mark(writer);
	unsigned last = 0, count = 0;

	for (unsigned bit = 0; bit < 16; bit++)
		if ((bits >> bit & 1) != 0)
			count = (last = bit) + 1;
	for (unsigned octet = (count + 7) / 8; octet > 0; octet--) {
		uint8_t value = 0;
		for (unsigned i = 0; i < 8; i++)
			if ((bits >> (8 * (octet - 1) + i) & 1) != 0)
				value |= (uint8_t)(0x80 >> i);
		der_put_octet(writer, value);
	}
	der_put_octet(writer, (uint8_t)(count > 0 ? 7 - last % 8 : 0));
	der_wrap(writer, DER_BIT_STRING, mark);
}

/* YYYYMMDDHHMMSSZ, from its character `skip` on. Two digits at a time: a list of a million entries has a million of
 * these, and printf() would take most of its time. */
static void
put_time(struct der_writer *writer, unsigned tag, int64_t ms, size_t skip)
{
	time_t seconds = (time_t)(ms / 1000 - (ms % 1000 < 0));
	struct tm tm = { 0 };
	uint8_t text[15];

	(void)gmtime_r(&seconds, &tm); /* fails for years beyond an int's, which milliseconds do not reach */
	int year = tm.tm_year + 1900;
	const int pairs[] = { year / 100, year % 100, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec };
	for (size_t i = 0; i < ARRAY_COUNT(pairs); i++) {
		text[2 * i] = (uint8_t)('0' + pairs[i] / 10);
		text[2 * i + 1] = (uint8_t)('0' + pairs[i] % 10);
	}
	text[14] = 'Z';
	der_put_item(writer, tag, (struct bytes){ text + skip, sizeof text - skip });
}

void
der_put_time(struct der_writer *writer, int64_t ms)
{
	if (ms >= DER_GENERALIZED_TIME_FROM_MS)
		der_put_generalized_time(writer, ms);
	else
		put_time(writer, DER_UTC_TIME, ms, 2);
}

void
der_put_generalized_time(struct der_writer *writer, int64_t ms)
{
	put_time(writer, DER_GENERALIZED_TIME, ms, 0);
}

/* An arc, base 128, its lowest digit first. */
struct arc {
	uint8_t digits[DER_MAX_OID_BYTES];
	size_t n;
};

/* arc = arc * factor + more; false when it has no room. */
static bool
arc_grow(struct arc *arc, unsigned factor, unsigned more)
{
	for (size_t i = 0; i < arc->n; i++) {
		more += arc->digits[i] * factor;
		arc->digits[i] = more & 0x7f;
		more >>= 7;
	}
	for (; more > 0; more >>= 7) {
		if (arc->n == sizeof arc->digits)
			return false;
		arc->digits[arc->n++] = more & 0x7f;
	}
	return true;
}

/* Takes one number of a dotted identifier, of any size: those made of a UUID (2.25) have 128 bits. Leading zeros are
 * refused. */
static bool
arc_take(struct str *rest, struct arc *arc)
{
	size_t n = 0;

	arc->n = 0;
	for (; n < rest->n && rest->p[n] >= '0' && rest->p[n] <= '9'; n++)
		if (!arc_grow(arc, 10, (unsigned)(rest->p[n] - '0')))
			return false;
	if (n == 0 || (n > 1 && rest->p[0] == '0') || (n < rest->n && (rest->p[n] != '.' || n + 1 == rest->n)))
		return false;
	n += n < rest->n;
	*rest = (struct str){ rest->p + n, rest->n - n };
	return true;
}

/* Adds it to `content`: the high bit is in all octets but the last. */
static bool
arc_put(const struct arc *arc, uint8_t content[DER_MAX_OID_BYTES], size_t *n)
{
	size_t octets = arc->n > 0 ? arc->n : 1;

	if (octets > DER_MAX_OID_BYTES - *n)
		return false;
	for (size_t i = 0; i < octets; i++)
		content[*n + i] = arc->n > 0 ? arc->digits[octets - 1 - i] | (i + 1 < octets ? 0x80 : 0) : 0;
	*n += octets;
	return true;
}

bool
der_put_oid_text(struct der_writer *writer, struct str dotted)
{
	uint8_t content[DER_MAX_OID_BYTES];
	struct str rest = dotted;
	struct arc arc;
	size_t n = 0;

	/* X.690, 8.19.4: the first two share one number. */
	if (!arc_take(&rest, &arc) || arc.n > 1 || (arc.n == 1 && arc.digits[0] > 2))
		return false;
	unsigned first = arc.n == 1 ? arc.digits[0] : 0;
	if (!arc_take(&rest, &arc) || (first < 2 && (arc.n > 1 || (arc.n == 1 && arc.digits[0] > 39))) ||
		!arc_grow(&arc, 1, first * 40) || !arc_put(&arc, content, &n))
		return false;
	while (rest.n > 0)
		if (!arc_take(&rest, &arc) || !arc_put(&arc, content, &n))
			return false;
	der_put_item(writer, DER_OID, (struct bytes){ content, n });
	return true;
}

void
der_put_oid(struct der_writer *writer, const char *dotted)
{
	if (!der_put_oid_text(writer, str_of(dotted)))
		abort(); /* a constant of ours that is none */
}
