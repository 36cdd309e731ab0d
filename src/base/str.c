#include "base/str.h"

#include <string.h>

struct str
str_of(const char *cstr)
{
	return (struct str){ cstr, cstr != NULL ? strlen(cstr) : 0 };
}

bool
str_equal(struct str a, struct str b)
{
	if (a.p == NULL || b.p == NULL)
		return a.p == b.p;
	return a.n == b.n && memcmp(a.p, b.p, a.n) == 0;
}

bool
str_is(struct str a, const char *cstr)
{
	return str_equal(a, str_of(cstr));
}

bool
str_starts_with(struct str s, struct str prefix)
{
	return s.p != NULL && s.n >= prefix.n && memcmp(s.p, prefix.p, prefix.n) == 0;
}

int
str_compare(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n > 0 ? memcmp(a.p, b.p, n) : 0;

	if (order != 0)
		return order;
	return (a.n > b.n) - (a.n < b.n);
}

bool
str_cut(struct str *s, char c, struct str *head)
{
	const char *at = s->n > 0 ? memchr(s->p, c, s->n) : NULL;

	if (at == NULL) {
		*head = *s;
		*s = (struct str){ s->p != NULL ? s->p + s->n : NULL, 0 };
		return false;
	}
	*head = (struct str){ s->p, (size_t)(at - s->p) };
	*s = (struct str){ at + 1, s->n - head->n - 1 };
	return true;
}

struct str
str_trim(struct str s)
{
	while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '\t')) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
		s.n--;
	return s;
}

bool
str_to_i64(struct str s, int64_t *out)
{
	int64_t value = 0;

	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		int digit = s.p[i] - '0';
		if (value > (INT64_MAX - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*out = value;
	return true;
}

bool
bytes_equal(struct bytes a, struct bytes b)
{
	return str_equal(str_of_bytes(a), str_of_bytes(b));
}

struct bytes
bytes_of_str(struct str s)
{
	return (struct bytes){ (const uint8_t *)s.p, s.n };
}

struct str
str_of_bytes(struct bytes b)
{
	return (struct str){ (const char *)b.p, b.n };
}

/* The length of the well-formed sequence at p, 0 if there is none (RFC 3629, 4). */
static size_t
utf8_sequence(const uint8_t *p, size_t n)
{
	static const struct {
		uint8_t first_low, first_high, second_low, second_high, length;
	} forms[] = {
		{ 0x00, 0x7f, 0, 0, 1 },
		{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },
		{ 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 },
		{ 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};

	for (size_t f = 0; f < sizeof forms / sizeof forms[0]; f++) {
		if (p[0] < forms[f].first_low || p[0] > forms[f].first_high)
			continue;
		if (n < forms[f].length)
			return 0;
		if (forms[f].length > 1 && (p[1] < forms[f].second_low || p[1] > forms[f].second_high))
			return 0;
		for (size_t i = 2; i < forms[f].length; i++) {
			if ((p[i] & 0xc0) != 0x80)
				return 0;
		}
		return forms[f].length;
	}
	return 0;
}

bool
utf8_valid(struct str s)
{
	const uint8_t *p = (const uint8_t *)s.p;
	size_t n = s.n;

	while (n > 0) {
		/* Eight ASCII bytes at a time: nearly all text here is base64. */
		uint64_t word;
		if (n >= sizeof word && (memcpy(&word, p, sizeof word), (word & 0x8080808080808080u) == 0)) {
			p += sizeof word;
			n -= sizeof word;
			continue;
		}
		size_t length = utf8_sequence(p, n);
		if (length == 0)
			return false;
		p += length;
		n -= length;
	}
	return true;
}

size_t
utf8_length(struct str s)
{
	size_t length = 0;

	for (size_t i = 0; i < s.n; i++)
		length += ((uint8_t)s.p[i] & 0xc0) != 0x80;
	return length;
}

size_t
utf8_prefix(struct str s, size_t limit)
{
	if (s.n <= limit)
		return s.n;
	while (limit > 0 && ((uint8_t)s.p[limit] & 0xc0) == 0x80)
		limit--;
	return limit;
}
