#include "x509/der.h"

#include <limits.h>

/* Longer than this no length octets need be: nothing we read comes near 4 GB. */
enum { DER_MAX_LENGTH_OCTETS = 4 };

struct der
der_of(struct bytes bytes)
{
	/* Absent bytes are empty: nothing may be added to no pointer at all. */
	return (struct der){ bytes.p, bytes.n > 0 ? bytes.p + bytes.n : bytes.p };
}

bool
der_at_end(const struct der *der)
{
	return der->p == der->end;
}

bool
der_sees(const struct der *der, unsigned tag)
{
	return der->p < der->end && *der->p == tag;
}

/* Reads length octets at *p (X.690, 8.1.3 and 10.1). */
static bool
length_read(const uint8_t **p, const uint8_t *end, size_t *out)
{
	if (*p == end)
		return false;
	uint8_t first = *(*p)++;
	if (first < 0x80) {
		*out = first;
		return true;
	}

	size_t octets = first & 0x7fU;
	if (octets == 0 || octets > DER_MAX_LENGTH_OCTETS || (size_t)(end - *p) < octets || **p == 0)
		return false;
	size_t length = 0;
	while (octets-- > 0)
		length = length << 8 | *(*p)++;
	*out = length;
	return length >= 0x80;
}

bool
der_next(struct der *der, struct der_item *out)
{
	const uint8_t *p = der->p;
	size_t length = 0;

	if (p == der->end)
		return false;
	unsigned tag = *p++;
	if ((tag & 0x1f) == 0x1f || !length_read(&p, der->end, &length) || length > (size_t)(der->end - p))
		return false;
	*out = (struct der_item){ tag, { p, length }, { der->p, (size_t)(p - der->p) + length } };
	der->p = p + length;
	return true;
}

bool
der_take(struct der *der, unsigned tag, struct der_item *out)
{
	return der_sees(der, tag) && der_next(der, out);
}

bool
der_enter(struct der *der, unsigned tag, struct der *inside)
{
	struct der_item item;

	if (!der_take(der, tag, &item))
		return false;
	*inside = der_of(item.content);
	return true;
}

bool
der_count(struct der der, size_t *out)
{
	struct der_item item;
	size_t n = 0;

	while (der_next(&der, &item))
		n++;
	if (!der_at_end(&der))
		return false;
	*out = n;
	return true;
}

bool
der_boolean(struct bytes content, bool *out)
{
	if (content.n != 1 || (content.p[0] != 0 && content.p[0] != 0xff))
		return false;
	*out = content.p[0] != 0;
	return true;
}

bool
der_integer_is_minimal(struct bytes content)
{
	if (content.n <= 1)
		return content.n == 1;
	return !(content.p[0] == 0 && content.p[1] < 0x80) && !(content.p[0] == 0xff && content.p[1] >= 0x80);
}

bool
der_small_number(struct bytes content, int *out)
{
	int value = 0;

	if (!der_integer_is_minimal(content) || content.p[0] >= 0x80)
		return false;
	for (size_t i = 0; i < content.n; i++)
		value = value > (INT_MAX - content.p[i]) / 256 ? INT_MAX : value * 256 + content.p[i];
	*out = value;
	return true;
}

bool
der_octets_of_bits(struct bytes content, struct bytes *out)
{
	if (content.n == 0 || content.p[0] != 0)
		return false;
	*out = (struct bytes){ content.p + 1, content.n - 1 };
	return true;
}

/* `count` decimal digits at *p, which then moves on; -1 when they are none. */
static int
digits_take(const uint8_t **p, int count)
{
	int value = 0;

	for (; count > 0; count--, (*p)++) {
		if (**p < '0' || **p > '9')
			return -1;
		value = value * 10 + (**p - '0');
	}
	return value;
}

static bool
is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int
days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return days[month - 1] + (month == 2 && is_leap(year));
}

/* Days from 1970-01-01 to a date of the proleptic Gregorian calendar. */
static int64_t
days_since_epoch(int year, int month, int day)
{
	int64_t before = year - 1; /* whole years since year 1 */
	int64_t days = before * 365 + before / 4 - before / 100 + before / 400;

	/* Year 0 stands before that count and is a leap year. */
	if (year == 0)
		days = -366;
	for (int m = 1; m < month; m++)
		days += days_in_month(year, m);
	return days + day - 1 - 719162; /* 0001-01-01 to 1970-01-01 */
}

bool
der_time(const struct der_item *item, int64_t *out_ms)
{
	const uint8_t *p = item->content.p;
	bool utc = item->tag == DER_UTC_TIME;

	if (!utc && item->tag != DER_GENERALIZED_TIME)
		return false;
	if (item->content.n != (utc ? 13 : 15) || p[item->content.n - 1] != 'Z')
		return false;
	int year = digits_take(&p, utc ? 2 : 4);
	int month = digits_take(&p, 2);
	int day = digits_take(&p, 2);
	int hour = digits_take(&p, 2);
	int minute = digits_take(&p, 2);
	int second = digits_take(&p, 2);
	if (year < 0 || month < 1 || month > 12 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
		second > 59)
		return false;
	if (utc)
		year += year < 50 ? 2000 : 1900;
	if (day < 1 || day > days_in_month(year, month))
		return false;
	*out_ms = ((days_since_epoch(year, month, day) * 24 + hour) * 60 + minute) * 60000 + second * 1000;
	return true;
}
