#include "model/json.h"

#include <string.h>

bool
json_open(struct json *json, struct str text)
{
	if (text.n == 0 || !utf8_valid(text))
		return false;
	*json = (struct json){ text.p, text.p + text.n };
	return true;
}

static void
white_space_skip(struct json *json)
{
	while (json->p < json->end && (*json->p == ' ' || *json->p == '\n' || *json->p == '\r' || *json->p == '\t'))
		json->p++;
}

bool
json_at_end(struct json *json)
{
	white_space_skip(json);
	return json->p == json->end;
}

enum json_kind
json_peek(struct json *json)
{
	white_space_skip(json);
	if (json->p == json->end)
		return JSON_INVALID;
	switch (*json->p) {
	case 'n':
		return JSON_NULL;
	case 't':
		return JSON_TRUE;
	case 'f':
		return JSON_FALSE;
	case '"':
		return JSON_STRING;
	case '[':
		return JSON_LIST;
	case '{':
		return JSON_OBJECT;
	default:
		return *json->p == '-' || (*json->p >= '0' && *json->p <= '9') ? JSON_NUMBER : JSON_INVALID;
	}
}

bool
json_literal(struct json *json)
{
	static const struct str words[] = {
		[JSON_NULL] = { "null", 4 },
		[JSON_TRUE] = { "true", 4 },
		[JSON_FALSE] = { "false", 5 },
	};
	enum json_kind kind = json_peek(json);

	if (kind != JSON_NULL && kind != JSON_TRUE && kind != JSON_FALSE)
		return false;
	if (!str_starts_with((struct str){ json->p, (size_t)(json->end - json->p) }, words[kind]))
		return false;
	json->p += words[kind].n;
	return true;
}

/* How many digits were passed. */
static size_t
digits_skip(struct json *json)
{
	const char *from = json->p;

	while (json->p < json->end && *json->p >= '0' && *json->p <= '9')
		json->p++;
	return (size_t)(json->p - from);
}

static bool
char_skip(struct json *json, const char *any_of)
{
	if (json->p == json->end || *json->p == '\0' || strchr(any_of, *json->p) == NULL)
		return false;
	json->p++;
	return true;
}

/* RFC 8259, 6. */
bool
json_number(struct json *json, struct str *out)
{
	const char *from = json->p;

	(void)char_skip(json, "-");
	bool zero = json->p < json->end && *json->p == '0';
	size_t whole = digits_skip(json);
	if (whole == 0 || (zero && whole > 1))
		return false;
	if (char_skip(json, ".") && digits_skip(json) == 0)
		return false;
	if (char_skip(json, "eE")) {
		(void)char_skip(json, "+-");
		if (digits_skip(json) == 0)
			return false;
	}
	*out = (struct str){ from, (size_t)(json->p - from) };
	return true;
}

/* True when a byte below 0x20 stands there: RFC 8259, 7 wants those escaped. */
static bool
has_control_character(const char *p, const char *end)
{
	uint64_t word;

	for (; (size_t)(end - p) >= sizeof word; p += sizeof word) {
		memcpy(&word, p, sizeof word);
		if (((word - 0x2020202020202020u) & ~word & 0x8080808080808080u) != 0)
			return true;
	}
	for (; p < end; p++) {
		if ((uint8_t)*p < 0x20)
			return true;
	}
	return false;
}

/* Four hexadecimal digits at p; -1 if they are not. */
static int
hex4(const char *p, const char *end)
{
	int value = 0;

	if (end - p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		char c = p[i];
		int digit = c >= '0' && c <= '9'   ? c - '0'
			    : c >= 'a' && c <= 'f' ? c - 'a' + 10
			    : c >= 'A' && c <= 'F' ? c - 'A' + 10
						   : -1;
		if (digit < 0)
			return -1;
		value = value << 4 | digit;
	}
	return value;
}

static bool
is_high_surrogate(int unit)
{
	return unit >= 0xd800 && unit <= 0xdbff;
}

static bool
is_low_surrogate(int unit)
{
	return unit >= 0xdc00 && unit <= 0xdfff;
}

/* The length of the escape whose backslash is at p; 0 if there is none. */
static size_t
escape_length(const char *p, const char *end)
{
	if (end - p < 2)
		return 0;
	if (p[1] != 'u')
		return p[1] != '\0' && strchr("\"\\/bfnrt", p[1]) != NULL ? 2 : 0;
	int unit = hex4(p + 2, end);
	if (unit < 0 || is_low_surrogate(unit))
		return 0;
	if (!is_high_surrogate(unit))
		return 6;
	if (end - p < 12 || p[6] != '\\' || p[7] != 'u' || !is_low_surrogate(hex4(p + 8, end)))
		return 0;
	return 12;
}

/* From the first backslash on, one character after the other: the closing quote, NULL if there is none. */
static const char *
closing_quote(const char *p, const char *end)
{
	while (p < end && *p != '"') {
		size_t length = *p == '\\' ? escape_length(p, end) : (size_t)((uint8_t)*p >= 0x20);
		if (length == 0)
			return NULL;
		p += length;
	}
	return p < end ? p : NULL;
}

bool
json_string(struct json *json, struct json_text *out)
{
	if (json_peek(json) != JSON_STRING)
		return false;

	const char *from = json->p + 1;
	size_t left = (size_t)(json->end - from);
	const char *quote = left > 0 ? memchr(from, '"', left) : NULL;
	if (quote == NULL)
		return false;
	const char *backslash = memchr(from, '\\', (size_t)(quote - from));
	if (has_control_character(from, backslash != NULL ? backslash : quote))
		return false;
	if (backslash != NULL)
		quote = closing_quote(backslash, json->end);
	if (quote == NULL)
		return false;
	*out = (struct json_text){ { from, (size_t)(quote - from) }, backslash != NULL };
	json->p = quote + 1;
	return true;
}

static bool
container_next(struct json *json, char opening, char closing, bool *more)
{
	white_space_skip(json);
	if (!*more) {
		if (json->p == json->end || *json->p != opening)
			return false;
		json->p++;
		white_space_skip(json);
	}
	if (json->p == json->end)
		return false;
	if (*json->p == closing) {
		json->p++;
		*more = false;
		return true;
	}
	if (*more && *json->p++ != ',')
		return false;
	*more = true;
	return true;
}

bool
json_list_next(struct json *json, bool *more)
{
	return container_next(json, '[', ']', more);
}

bool
json_object_next(struct json *json, bool *more, struct json_text *key)
{
	if (!container_next(json, '{', '}', more))
		return false;
	if (!*more)
		return true;
	if (!json_string(json, key))
		return false;
	white_space_skip(json);
	return char_skip(json, ":");
}

static bool
scalar_skip(struct json *json, enum json_kind kind)
{
	struct json_text text;
	struct str number;

	if (kind == JSON_STRING)
		return json_string(json, &text);
	if (kind == JSON_NUMBER)
		return json_number(json, &number);
	return json_literal(json);
}

bool
json_skip(struct json *json)
{
	uint64_t objects = 0; /* a bit for each open level, the innermost lowest: 1 is an object, 0 a list */
	int depth = 0;

	do {
		struct json_text key;
		enum json_kind kind = json_peek(json);
		bool more = kind != JSON_LIST && kind != JSON_OBJECT;
		if (more && !scalar_skip(json, kind))
			return false;
		if (!more && depth++ == JSON_SKIP_DEPTH)
			return false;
		if (!more)
			objects = objects << 1 | (kind == JSON_OBJECT);
		while (depth > 0) {
			if (!(objects & 1 ? json_object_next(json, &more, &key) : json_list_next(json, &more)))
				return false;
			if (more)
				break;
			/* What was inside is a value of the level above, passed. */
			objects >>= 1;
			depth--;
			more = true;
		}
	} while (depth > 0);
	return true;
}

static size_t
utf8_put(int point, char *out)
{
	if (point < 0x80) {
		out[0] = (char)point;
		return 1;
	}
	if (point < 0x800) {
		out[0] = (char)(0xc0 | point >> 6);
		out[1] = (char)(0x80 | (point & 0x3f));
		return 2;
	}
	if (point < 0x10000) {
		out[0] = (char)(0xe0 | point >> 12);
		out[1] = (char)(0x80 | (point >> 6 & 0x3f));
		out[2] = (char)(0x80 | (point & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | point >> 18);
	out[1] = (char)(0x80 | (point >> 12 & 0x3f));
	out[2] = (char)(0x80 | (point >> 6 & 0x3f));
	out[3] = (char)(0x80 | (point & 0x3f));
	return 4;
}

/* The code point of the escape at p, which json_string() has found well-formed. */
static int
escape_point(const char *p, size_t length)
{
	static const char letters[] = "bfnrt", meant[] = "\b\f\n\r\t";

	if (length == 2) {
		const char *letter = strchr(letters, p[1]);
		return letter != NULL ? meant[letter - letters] : p[1];
	}
	int unit = hex4(p + 2, p + length);
	if (length == 6)
		return unit;
	/* Ten bits of each half of a pair, above the first 64 Ki code points. */
	return 0x10000 + ((unit & 0x3ff) << 10 | (hex4(p + 8, p + length) & 0x3ff));
}

size_t
json_unescape(struct json_text text, char *out)
{
	const char *p = text.raw.p, *end = p + text.raw.n;
	size_t n = 0;

	while (p < end) {
		if (*p != '\\') {
			out[n++] = *p++;
			continue;
		}
		size_t length = escape_length(p, end);
		n += utf8_put(escape_point(p, length), out + n);
		p += length;
	}
	return n;
}

/* The exponent after e or E; held to what no number of digits in a body can outweigh. */
static int64_t
exponent_of(const char *p, const char *end)
{
	enum { EXPONENT_MAX = 1000000000 };
	int64_t exponent = 0;
	bool negative = p < end && *p == '-';

	if (p < end && (*p == '-' || *p == '+'))
		p++;
	for (; p < end; p++) {
		exponent = exponent * 10 + (*p - '0');
		if (exponent > EXPONENT_MAX)
			exponent = EXPONENT_MAX;
	}
	return negative ? -exponent : exponent;
}

static int64_t
times_ten_plus(int64_t value, int digit)
{
	return value > (INT64_MAX - digit) / 10 ? INT64_MAX : value * 10 + digit;
}

int64_t
json_integer(struct str number, int shift)
{
	const char *p = number.p, *end = p + number.n;
	bool negative = p < end && *p == '-';
	int64_t value = 0;
	int64_t places = shift; /* how many digits, after those of the whole part, still count */

	if (negative)
		p++;
	const char *mantissa_end = p;
	while (mantissa_end < end && *mantissa_end != 'e' && *mantissa_end != 'E')
		mantissa_end++;
	if (mantissa_end < end)
		places += exponent_of(mantissa_end + 1, end);
	const char *point = memchr(p, '.', (size_t)(mantissa_end - p));
	places += (point != NULL ? point : mantissa_end) - p;

	for (; p < mantissa_end && places > 0; p++) {
		if (*p == '.')
			continue;
		value = times_ten_plus(value, *p - '0');
		places--;
	}
	while (places-- > 0 && value > 0 && value < INT64_MAX)
		value = times_ten_plus(value, 0);
	return negative ? -value : value;
}
