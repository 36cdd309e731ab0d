#include "cli/unicode.h"

#include "cli/unicode_tables.h"

size_t
unicode_decode(struct str text, uint32_t *out)
{
	static const uint8_t masks[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	const uint8_t *u = (const uint8_t *)text.p;
	size_t n = u[0] < 0x80 ? 1 : u[0] < 0xe0 ? 2 : u[0] < 0xf0 ? 3 : 4;

	*out = u[0] & masks[n];
	for (size_t i = 1; i < n; i++)
		*out = *out << 6 | (u[i] & 0x3f);
	return n;
}

static bool
is_within(const struct range *ranges, size_t count, uint32_t c)
{
	size_t low = 0;

	while (low < count) {
		size_t middle = low + (count - low) / 2;
		if (c < ranges[middle].first)
			count = middle;
		else if (c > ranges[middle].last)
			low = middle + 1;
		else
			return true;
	}
	return false;
}

size_t
unicode_width(struct str text)
{
	size_t width = 0;
	uint32_t c;

	while (text.n > 0) {
		size_t n = unicode_decode(text, &c);
		width += c >= 0x80 && is_within(wide, ARRAY_COUNT(wide), c) ? 2 : 1;
		text = (struct str){ text.p + n, text.n - n };
	}
	return width;
}

bool
unicode_is_printable(uint32_t c)
{
	return c < 0x7f ? c >= 0x20 : !is_within(unprintable, ARRAY_COUNT(unprintable), c);
}

/* NULL: it is its own capital, or has none. */
static const char *
capital_of(uint32_t c)
{
	size_t low = 0;
	size_t high = ARRAY_COUNT(capitals);

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (c == capitals[middle].letter)
			return (const char *)capitals[middle].utf8;
		if (c < capitals[middle].letter)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

void
unicode_put_upper(struct str text, struct buffer *out)
{
	uint32_t c;

	while (text.n > 0) {
		size_t n = unicode_decode(text, &c);
		const char *capital = capital_of(c);
		if (capital != NULL)
			buffer_put_cstr(out, capital);
		else
			buffer_put(out, text.p, n);
		text = (struct str){ text.p + n, text.n - n };
	}
}
