#include "cli/python.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "cli/unicode.h"

enum { DOUBLE_DIGITS = 17 /* always enough to read back the same */, DOUBLE_TEXT = 32 };

static bool
is_whole(struct str number)
{
	for (size_t i = 0; i < number.n; i++) {
		if (strchr(".eE", number.p[i]) != NULL)
			return false;
	}
	return true;
}

/* "-1.2345e+20" as digits and exponent, laid out as float.__repr__ does: an exponent below -4 or from 16 is written. */
static void
put_double(const char *scientific, struct buffer *out)
{
	char digits[DOUBLE_TEXT] = { 0 };
	int n = 0;
	const char *e = strchr(scientific, 'e');
	int exponent = (int)strtol(e + 1, NULL, 10);

	if (*scientific == '-')
		buffer_put_char(out, '-');
	for (const char *p = scientific; p < e; p++) {
		if (*p >= '0' && *p <= '9')
			digits[n++] = *p;
	}
	while (n > 1 && digits[n - 1] == '0')
		n--;
	if (exponent < -4 || exponent >= 16) {
		buffer_printf(out, "%c%s%.*se%c%02d", digits[0], n > 1 ? "." : "", n - 1, digits + 1,
			exponent < 0 ? '-' : '+', abs(exponent));
		return;
	}
	if (exponent < 0)
		buffer_printf(out, "0.%.*s", -exponent - 1, "0000");
	for (int i = 0; i < n || i <= exponent; i++) {
		buffer_put_char(out, i < n ? digits[i] : '0');
		if (i == exponent)
			buffer_put_char(out, '.');
	}
	if (exponent >= 0 && n <= exponent + 1)
		buffer_put_char(out, '0');
}

void
python_put_number(struct str number, struct buffer *out)
{
	char text[DOUBLE_TEXT];

	if (is_whole(number)) {
		buffer_put_str(out, str_is(number, "-0") ? STR("0") : number);
		return;
	}
	/* strtod() needs an end, which a span has not. */
	struct buffer copy = { 0 };
	buffer_put_str(&copy, number);
	double value = strtod(copy.p, NULL);
	buffer_done(&copy);
	for (int digits = 1; digits <= DOUBLE_DIGITS; digits++) {
		(void)snprintf(text, sizeof text, "%.*e", digits - 1, value);
		if (strtod(text, NULL) == value)
			break;
	}
	if (strchr(text, 'e') == NULL)
		buffer_put_cstr(out, text); /* inf, -inf */
	else
		put_double(text, out);
}

/* One character inside of quotes. */
static void
put_character(struct str bytes, uint32_t c, char quote, struct buffer *out)
{
	static const char plain[] = "\\\n\r\t";
	static const char escaped[] = "\\nrt";
	const char *found = c != 0 && c < 0x80 ? strchr(plain, (int)c) : NULL;

	if (found != NULL)
		buffer_printf(out, "\\%c", escaped[found - plain]);
	else if (c == (uint32_t)quote)
		buffer_printf(out, "\\%c", quote);
	else if (unicode_is_printable(c))
		buffer_put_str(out, bytes);
	else
		buffer_printf(out, c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", (unsigned)c);
}

static void
put_quoted(struct str text, struct buffer *out)
{
	bool single = text.n > 0 && memchr(text.p, '\'', text.n) != NULL;
	bool twofold = text.n > 0 && memchr(text.p, '"', text.n) != NULL;
	char quote = single && !twofold ? '"' : '\'';
	uint32_t c;

	buffer_put_char(out, quote);
	while (text.n > 0) {
		size_t n = unicode_decode(text, &c);
		put_character((struct str){ text.p, n }, c, quote, out);
		text = (struct str){ text.p + n, text.n - n };
	}
	buffer_put_char(out, quote);
}

static void
put_repr(const struct value *value, struct buffer *out)
{
	bool is_map = value->kind == VALUE_MAP;

	if (value->kind == VALUE_STRING) {
		put_quoted(value->text, out);
		return;
	}
	if (value->kind != VALUE_LIST && !is_map) {
		python_put(value, out);
		return;
	}
	buffer_put_char(out, is_map ? '{' : '[');
	for (size_t i = 0; i < value->count; i++) {
		if (i > 0)
			buffer_put_cstr(out, ", ");
		if (is_map) {
			put_quoted(value->items[i].key, out);
			buffer_put_cstr(out, ": ");
		}
		put_repr(value->items[i].value, out);
	}
	buffer_put_char(out, is_map ? '}' : ']');
}

void
python_put(const struct value *value, struct buffer *out)
{
	switch (value->kind) {
	case VALUE_NULL:
		buffer_put_cstr(out, "None");
		break;
	case VALUE_BOOLEAN:
		buffer_put_cstr(out, value->truth ? "True" : "False");
		break;
	case VALUE_NUMBER:
		python_put_number(value->text, out);
		break;
	case VALUE_STRING:
		buffer_put_str(out, value->text);
		break;
	case VALUE_BYTES:
		base64_encode(out, value->bytes, 0);
		break;
	case VALUE_LIST:
	case VALUE_MAP:
		put_repr(value, out);
		break;
	}
}
