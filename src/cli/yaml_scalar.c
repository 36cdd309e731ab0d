#include "cli/yaml_scalar.h"

#include <string.h>

#include "cli/python.h"

static bool
is_one_of(struct str text, const char *const *words)
{
	for (; *words != NULL; words++) {
		if (str_is(text, *words))
			return true;
	}
	return false;
}

/* Skips characters of a set; their number. */
static size_t
skip(struct str *text, const char *set)
{
	size_t n = 0;

	while (n < text->n && text->p[n] != '\0' && strchr(set, text->p[n]) != NULL)
		n++;
	*text = (struct str){ text->p + n, text->n - n };
	return n;
}

static bool
skip_one(struct str *text, const char *set)
{
	if (text->n == 0 || text->p[0] == '\0' || strchr(set, text->p[0]) == NULL)
		return false;
	*text = (struct str){ text->p + 1, text->n - 1 };
	return true;
}

static bool
skip_digits(struct str *text, size_t least, size_t most)
{
	size_t n = 0;

	while (n < most && skip_one(text, "0123456789"))
		n++;
	return n >= least;
}

/* 0: not one of 0b, 0o, 0x. The digits are left in *text. */
static int
skip_base(struct str *text)
{
	static const struct {
		const char *prefix;
		int base;
	} bases[] = { { "0b", 2 }, { "0o", 8 }, { "0x", 16 } };

	for (size_t i = 0; i < ARRAY_COUNT(bases); i++) {
		if (str_starts_with(*text, str_of(bases[i].prefix))) {
			*text = (struct str){ text->p + 2, text->n - 2 };
			return bases[i].base;
		}
	}
	return 0;
}

/* [-+]? then 0b, 0o or 0x and digits, or decimal digits; underscores anywhere but at the start. "-_" is one as well,
 * and then a number that cannot be read. */
static bool
is_integer(struct str text)
{
	if (text.n > 0 && text.p[0] == '_')
		return false;
	(void)skip_one(&text, "+-");
	int base = skip_base(&text);
	const char *digits = base == 2    ? "01_"
			     : base == 8  ? "01234567_"
			     : base == 16 ? "0123456789abcdefABCDEF_"
					  : "0123456789_";
	return skip(&text, digits) > 0 && text.n == 0;
}

static bool
is_float(struct str text)
{
	static const char *const infinite[] = { ".inf", ".Inf", ".INF", NULL };
	static const char *const nan[] = { ".nan", ".NaN", ".NAN", NULL };

	if (is_one_of(text, nan))
		return true;
	(void)skip_one(&text, "+-");
	if (is_one_of(text, infinite))
		return true;
	bool has_whole = text.n > 0 && text.p[0] != '_' && skip(&text, "0123456789_") > 0;
	bool has_point = skip_one(&text, ".");
	size_t fraction = has_point ? skip(&text, "0123456789_") : 0;
	if (!has_whole && fraction == 0)
		return false;
	bool has_exponent = skip_one(&text, "eE");
	/* Without digits before the point, the exponent must have its sign. */
	if (has_exponent && ((!skip_one(&text, "+-") && !has_whole) || skip(&text, "0123456789") == 0))
		return false;
	return text.n == 0 && (has_point || has_exponent);
}

/* 2026-01-31, or with time: 2026-1-31T8:05:54.25 +01:00. */
static bool
is_timestamp(struct str text)
{
	struct str date = text;

	if (skip_digits(&date, 4, 4) && skip_one(&date, "-") && skip_digits(&date, 2, 2) && skip_one(&date, "-") &&
		skip_digits(&date, 2, 2) && date.n == 0)
		return true;
	if (!skip_digits(&text, 4, 4) || !skip_one(&text, "-") || !skip_digits(&text, 1, 2) || !skip_one(&text, "-") ||
		!skip_digits(&text, 1, 2) || (!skip_one(&text, "Tt") && skip(&text, " \t") == 0) ||
		!skip_digits(&text, 1, 2) || !skip_one(&text, ":") || !skip_digits(&text, 2, 2) ||
		!skip_one(&text, ":") || !skip_digits(&text, 2, 2))
		return false;
	if (skip_one(&text, "."))
		(void)skip(&text, "0123456789");
	bool spaced = skip(&text, " \t") > 0;
	if (text.n == 0)
		return !spaced;
	if (skip_one(&text, "Z"))
		return text.n == 0;
	return skip_one(&text, "+-") && skip_digits(&text, 1, 2) &&
	       (text.n == 0 || (skip_one(&text, ":") && skip_digits(&text, 2, 2) && text.n == 0));
}

enum yaml_meaning
yaml_meaning_of(struct str plain)
{
	static const char *const nulls[] = { "", "~", "null", "Null", "NULL", NULL };
	static const char *const booleans[] = { "true", "True", "TRUE", "false", "False", "FALSE", NULL };

	if (is_one_of(plain, nulls))
		return YAML_NULL;
	if (is_one_of(plain, booleans))
		return YAML_BOOLEAN;
	if (str_is(plain, "<<"))
		return YAML_MERGE;
	if (str_is(plain, "="))
		return YAML_VALUE;
	if (is_float(plain))
		return YAML_FLOAT;
	if (is_integer(plain))
		return YAML_INTEGER;
	return is_timestamp(plain) ? YAML_TIMESTAMP : YAML_TEXT;
}

static void
put_without_underscores(struct str text, struct buffer *out)
{
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] != '_')
			buffer_put_char(out, text.p[i]);
	}
}

static bool
put_based(struct str digits, int base, bool negative, struct buffer *out)
{
	int64_t value = 0;
	bool some = false;

	for (size_t i = 0; i < digits.n; i++) {
		char c = digits.p[i];
		if (c == '_')
			continue;
		int digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
		if (__builtin_mul_overflow(value, base, &value) || __builtin_add_overflow(value, digit, &value))
			return false;
		some = true;
	}
	if (!some)
		return false;
	buffer_printf(out, "%s%lld", negative && value != 0 ? "-" : "", (long long)value);
	return true;
}

bool
yaml_put_number(struct str plain, struct buffer *out)
{
	struct str digits = plain;
	struct buffer clean = { 0 };
	bool negative = plain.p[0] == '-';
	bool is_whole = yaml_meaning_of(plain) == YAML_INTEGER;

	if (!is_whole && strchr("fFnN", plain.p[plain.n - 1]) != NULL)
		return false;
	(void)skip_one(&digits, "+-");
	int base = is_whole ? skip_base(&digits) : 0;
	if (base != 0)
		return put_based(digits, base, negative, out);
	put_without_underscores(digits, &clean);
	digits = buffer_str(&clean);
	while (is_whole && digits.n > 1 && digits.p[0] == '0')
		digits = (struct str){ digits.p + 1, digits.n - 1 };
	size_t start = out->n;
	if (negative && !(is_whole && str_is(digits, "0")))
		buffer_put_char(out, '-');
	if (is_whole)
		buffer_put_str(out, digits);
	else
		python_put_number(digits, out);
	buffer_done(&clean);
	/* Beyond the range of a double it is "inf". */
	return out->n > start && out->p[out->n - 1] >= '0' && out->p[out->n - 1] <= '9';
}
