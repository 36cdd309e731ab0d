#include "base/base64.h"

#include <pthread.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

enum { NOT_BASE64 = 0xff, WHITE_SPACE = 0xfe };

/* The value of each character, computed from the alphabet alone. */
static uint8_t values[256];
static pthread_once_t values_once = PTHREAD_ONCE_INIT;

static void
values_fill(void)
{
	for (size_t i = 0; i < sizeof values; i++)
		values[i] = NOT_BASE64;
	for (uint8_t i = 0; i < 64; i++)
		values[(uint8_t)alphabet[i]] = i;
	values[' '] = values['\t'] = values['\r'] = values['\n'] = WHITE_SPACE;
}

/* Four characters of the alphabet to three bytes; false for anything else among them. */
static inline bool
decode_group(const char *text, uint8_t *bytes)
{
	uint8_t a = values[(uint8_t)text[0]];
	uint8_t b = values[(uint8_t)text[1]];
	uint8_t c = values[(uint8_t)text[2]];
	uint8_t d = values[(uint8_t)text[3]];

	if ((a | b | c | d) >= 64)
		return false;
	bytes[0] = (uint8_t)(a << 2 | b >> 4);
	bytes[1] = (uint8_t)(b << 4 | c >> 2);
	bytes[2] = (uint8_t)(c << 6 | d);
	return true;
}

static bool
decode(struct str text, bool wrapped, struct arena *arena, struct bytes *out)
{
	uint8_t *bytes = arena_alloc(arena, text.n / 4 * 3 + 3);
	size_t n = 0;
	uint32_t group = 0;
	int held = 0; /* characters of the group, padding included */
	int padding = 0;

	(void)pthread_once(&values_once, values_fill);
	for (size_t i = 0; i < text.n; i++) {
		/* Whole groups without padding or white space: nearly all there is. */
		while (held == 0 && padding == 0 && text.n - i >= 4 && decode_group(text.p + i, bytes + n)) {
			i += 4;
			n += 3;
		}
		if (i == text.n)
			break;
		uint8_t value = values[(uint8_t)text.p[i]];
		if (value == WHITE_SPACE && wrapped)
			continue;
		if (text.p[i] == '=' && held >= 2) {
			padding++;
			value = 0;
		} else if (value >= 64 || padding > 0) {
			return false;
		}
		group = group << 6 | value;
		if (++held < 4)
			continue;
		bytes[n++] = (uint8_t)(group >> 16);
		bytes[n++] = (uint8_t)(group >> 8);
		bytes[n++] = (uint8_t)group;
		held = 0;
		group = 0;
		/* After padding nothing may follow: held is 0, so another '=' or character is refused above. */
		if (padding > 0) {
			n -= (size_t)padding;
			if (bytes[n] != 0 || (padding == 2 && bytes[n + 1] != 0))
				return false;
		}
	}
	if (held != 0)
		return false;
	*out = (struct bytes){ bytes, n };
	return true;
}

bool
base64_decode(struct str text, struct arena *arena, struct bytes *out)
{
	return decode(text, false, arena, out);
}

bool
base64_decode_wrapped(struct str text, struct arena *arena, struct bytes *out)
{
	return decode(text, true, arena, out);
}

void
base64_encode(struct buffer *buffer, struct bytes bytes, size_t columns)
{
	size_t column = 0;

	for (size_t i = 0; i < bytes.n; i += 3) {
		size_t left = bytes.n - i;
		uint32_t group = (uint32_t)bytes.p[i] << 16 | (left > 1 ? (uint32_t)bytes.p[i + 1] << 8 : 0) |
				 (left > 2 ? bytes.p[i + 2] : 0);
		char text[4] = { alphabet[group >> 18 & 63], alphabet[group >> 12 & 63],
			left > 1 ? alphabet[group >> 6 & 63] : '=', left > 2 ? alphabet[group & 63] : '=' };
		buffer_put(buffer, text, sizeof text);
		column += sizeof text;
		if (columns > 0 && (column >= columns || left <= 3)) {
			buffer_put_char(buffer, '\n');
			column = 0;
		}
	}
}

void
hex_encode(struct buffer *buffer, struct bytes bytes, char separator)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < bytes.n; i++) {
		if (i > 0 && separator != '\0')
			buffer_put_char(buffer, separator);
		buffer_put_char(buffer, digits[bytes.p[i] >> 4]);
		buffer_put_char(buffer, digits[bytes.p[i] & 15]);
	}
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool
hex_decode(struct str text, struct arena *arena, struct bytes *out)
{
	if (text.p == NULL || text.n % 2 != 0)
		return false;
	uint8_t *bytes = arena_alloc(arena, text.n / 2);
	for (size_t i = 0; i < text.n; i += 2) {
		int high = hex_value(text.p[i]);
		int low = hex_value(text.p[i + 1]);
		if (high < 0 || low < 0)
			return false;
		bytes[i / 2] = (uint8_t)(high << 4 | low);
	}
	*out = (struct bytes){ bytes, text.n / 2 };
	return true;
}
