#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/jmespath_parts.h"

enum { REAL_MAX_BYTES = 352 }; /* the longest double without exponent has 309 digits */

static struct str
trim_zeros(struct str digits)
{
	while (digits.n > 1 && digits.p[0] == '0')
		digits = (struct str){ digits.p + 1, digits.n - 1 };
	return digits;
}

static struct number
integer(bool negative, struct str digits)
{
	digits = trim_zeros(digits);
	return (struct number){ .negative = negative && !str_is(digits, "0"), .digits = digits };
}

static struct number
real_of(double real)
{
	return (struct number){ .is_real = true, .real = real };
}

static double
read_real(struct str text, struct arena *arena)
{
	char copy[64];

	if (text.n >= sizeof copy)
		return strtod(arena_cstr(arena, text), NULL);
	memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	return strtod(copy, NULL);
}

struct number
number_read(struct str text, struct arena *arena)
{
	bool negative = str_starts_with(text, STR("-"));
	struct str digits = { text.p + negative, text.n - negative };

	for (size_t i = 0; i < digits.n; i++) {
		if (!isdigit((unsigned char)digits.p[i]))
			return real_of(read_real(text, arena));
	}
	return integer(negative, digits);
}

/* The fewest digits that read as the same double; plain between 0.0001 and 1e16. */
static struct str
print_real(double real, struct arena *arena)
{
	char text[40];
	int precision = -1;

	if (isnan(real))
		return STR("NaN");
	if (isinf(real))
		return real > 0 ? STR("Infinity") : STR("-Infinity");
	do
		(void)snprintf(text, sizeof text, "%.*e", ++precision, real);
	while (precision < 16 && strtod(text, NULL) != real);

	int exponent = (int)strtol(strchr(text, 'e') + 1, NULL, 10);
	if (exponent < -4 || exponent >= 16)
		return arena_str(arena, str_of(text));
	int decimals = precision > exponent ? precision - exponent : 1;
	return arena_printf(arena, "%.*f", decimals, real);
}

struct str
number_print(const struct number *number, struct arena *arena)
{
	if (number->is_real)
		return print_real(number->real, arena);
	return number->negative ? arena_printf(arena, "-%.*s", STR_ARG(number->digits)) : number->digits;
}

double
number_real(const struct number *number, struct arena *arena)
{
	if (number->is_real)
		return number->real;
	double real = read_real(number->digits, arena);
	return number->negative ? -real : real;
}

struct number
number_whole(double real, struct arena *arena)
{
	return integer(real < 0, arena_printf(arena, "%.0f", fabs(real)));
}

/* ---- order ---- */

static enum order
order_of(int difference)
{
	return difference < 0 ? ORDER_LESS : difference > 0 ? ORDER_MORE : ORDER_SAME;
}

static enum order
order_reals(double a, double b)
{
	if (isnan(a) || isnan(b))
		return ORDER_NONE;
	return a < b ? ORDER_LESS : a > b ? ORDER_MORE : ORDER_SAME;
}

static enum order
order_integers(const struct number *a, const struct number *b)
{
	if (a->negative != b->negative)
		return a->negative ? ORDER_LESS : ORDER_MORE;
	int difference = a->digits.n != b->digits.n ? (a->digits.n < b->digits.n ? -1 : 1)
						    : memcmp(a->digits.p, b->digits.p, a->digits.n);
	return order_of(a->negative ? -order_of(difference) : difference);
}

/* Exact: an integer is not rounded to be compared. */
static enum order
order_mixed(const struct number *a, double b)
{
	char text[REAL_MAX_BYTES];

	if (isnan(b) || isinf(b))
		return order_reals(0, b);
	double whole = trunc(b);
	(void)snprintf(text, sizeof text, "%.0f", fabs(whole));
	struct number other = integer(b < 0, str_of(text));
	enum order order = order_integers(a, &other);
	return order != ORDER_SAME ? order : order_reals(whole, b);
}

enum order
number_order(const struct number *a, const struct number *b)
{
	if (a->is_real && b->is_real)
		return order_reals(a->real, b->real);
	if (!a->is_real && !b->is_real)
		return order_integers(a, b);
	if (!a->is_real)
		return order_mixed(a, b->real);
	enum order order = order_mixed(b, a->real);
	return order == ORDER_NONE ? order : (enum order) - order;
}

/* ---- sums ---- */

static int
digit_at(struct str digits, size_t from_right)
{
	return from_right < digits.n ? digits.p[digits.n - 1 - from_right] - '0' : 0;
}

/* a + b, or a - b where a is not the smaller. */
static struct str
combine(struct str a, struct str b, int sign, struct arena *arena)
{
	size_t n = (a.n > b.n ? a.n : b.n) + 1;
	char *sum = arena_alloc(arena, n);
	int carry = 0;

	for (size_t i = 0; i < n; i++) {
		int digit = digit_at(a, i) + sign * (digit_at(b, i) + carry);
		carry = digit < 0 || digit > 9;
		sum[n - 1 - i] = (char)('0' + (digit + 10) % 10);
	}
	return (struct str){ sum, n };
}

struct number
number_add(const struct number *a, const struct number *b, struct arena *arena)
{
	if (a->is_real || b->is_real)
		return real_of(number_real(a, arena) + number_real(b, arena));
	if (a->negative == b->negative)
		return integer(a->negative, combine(a->digits, b->digits, 1, arena));

	struct number x = integer(false, a->digits), y = integer(false, b->digits);
	if (order_integers(&x, &y) == ORDER_LESS)
		return integer(b->negative, combine(b->digits, a->digits, -1, arena));
	return integer(a->negative, combine(a->digits, b->digits, -1, arena));
}

/* ---- text ---- */

struct scan {
	struct str rest;
	char *copy; /* what strtod() takes */
	size_t n;
};

static char
scan_peek(const struct scan *scan)
{
	return scan->rest.n > 0 ? scan->rest.p[0] : '\0';
}

static void
scan_take(struct scan *scan, bool keep)
{
	if (keep)
		scan->copy[scan->n++] = scan->rest.p[0];
	scan->rest = (struct str){ scan->rest.p + 1, scan->rest.n - 1 };
}

/* Digits with single underscores between them. */
static bool
scan_digits(struct scan *scan)
{
	if (!isdigit((unsigned char)scan_peek(scan)))
		return false;
	while (isdigit((unsigned char)scan_peek(scan))) {
		scan_take(scan, true);
		if (scan_peek(scan) == '_' && scan->rest.n > 1 && isdigit((unsigned char)scan->rest.p[1]))
			scan_take(scan, false);
	}
	return true;
}

static bool
scan_fraction(struct scan *scan, bool has_whole)
{
	if (scan_peek(scan) == '.') {
		scan_take(scan, true);
		if (!scan_digits(scan) && !has_whole)
			return false;
	} else if (!has_whole) {
		return false;
	}
	if (scan_peek(scan) == 'e' || scan_peek(scan) == 'E') {
		scan_take(scan, true);
		if (scan_peek(scan) == '+' || scan_peek(scan) == '-')
			scan_take(scan, true);
		if (!scan_digits(scan))
			return false;
	}
	return scan->rest.n == 0;
}

static struct str
trim_space(struct str text)
{
	while (text.n > 0 && isspace((unsigned char)text.p[0]))
		text = (struct str){ text.p + 1, text.n - 1 };
	while (text.n > 0 && isspace((unsigned char)text.p[text.n - 1]))
		text.n--;
	return text;
}

bool
number_scan(struct str text, struct arena *arena, struct number *out)
{
	static const char *const names[] = { "inf", "infinity", "nan" };
	struct scan scan = { .rest = trim_space(text), .copy = arena_alloc(arena, text.n + 1) };
	bool negative = scan_peek(&scan) == '-';

	if (negative || scan_peek(&scan) == '+')
		scan_take(&scan, false);
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		if (scan.rest.n == strlen(names[i]) && strncasecmp(scan.rest.p, names[i], scan.rest.n) == 0) {
			*out = real_of(i == 2 ? NAN : negative ? -INFINITY : INFINITY);
			return true;
		}
	}
	bool has_whole = scan_digits(&scan);
	if (has_whole && scan.rest.n == 0) {
		*out = integer(negative, (struct str){ scan.copy, scan.n });
		return true;
	}
	if (!scan_fraction(&scan, has_whole))
		return false;
	double real = strtod(scan.copy, NULL);
	*out = real_of(negative ? -real : real);
	return true;
}
