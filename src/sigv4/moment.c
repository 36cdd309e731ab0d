#include "sigv4/moment.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* Exactly `n` digits at `at`; -1 otherwise. The caller has checked the length. */
static int
digits(struct str text, size_t at, size_t n)
{
	int value = 0;

	for (size_t i = at; i < at + n; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return -1;
		value = value * 10 + (text.p[i] - '0');
	}
	return value;
}

/* A calendar that knows that there is no 31st of April: timegm() would take it for the 1st of May. */
static bool
to_seconds(const struct tm *given, int64_t *out_s)
{
	struct tm tm = *given;

	if (tm.tm_year < -1900 || tm.tm_mon < 0 || tm.tm_mday < 1 || tm.tm_hour < 0 || tm.tm_min < 0 || tm.tm_sec < 0)
		return false;
	time_t s = timegm(&tm);
	if (tm.tm_mon != given->tm_mon || tm.tm_mday != given->tm_mday || tm.tm_hour != given->tm_hour ||
		tm.tm_min != given->tm_min || tm.tm_sec != given->tm_sec)
		return false;
	*out_s = s;
	return true;
}

/* "20150830T123600Z" */
static bool
parse_basic(struct str text, int64_t *out_s)
{
	if (text.n != MOMENT_CHARS || text.p[8] != 'T' || text.p[15] != 'Z')
		return false;
	int year = digits(text, 0, 4), month = digits(text, 4, 2);
	return to_seconds(&(struct tm){ .tm_year = year < 0 ? -1901 : year - 1900,
				  .tm_mon = month - 1,
				  .tm_mday = digits(text, 6, 2),
				  .tm_hour = digits(text, 9, 2),
				  .tm_min = digits(text, 11, 2),
				  .tm_sec = digits(text, 13, 2) },
		out_s);
}

/* "Sun, 30 Aug 2015 12:36:00 GMT"; the name of the day is not compared with the date. */
static bool
parse_http(struct str text, int64_t *out_s)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	static const char form[] = "???, ?? ??? ???? ??:??:?? GMT";
	int month = -1;

	if (text.n != sizeof form - 1)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		if (form[i] != '?' && form[i] != text.p[i])
			return false;
	}
	for (int i = 0; i < 12; i++) {
		if (memcmp(months + (ptrdiff_t)i * 3, text.p + 8, 3) == 0)
			month = i;
	}
	int year = digits(text, 12, 4);
	return to_seconds(&(struct tm){ .tm_year = year < 0 ? -1901 : year - 1900,
				  .tm_mon = month,
				  .tm_mday = digits(text, 5, 2),
				  .tm_hour = digits(text, 17, 2),
				  .tm_min = digits(text, 20, 2),
				  .tm_sec = digits(text, 23, 2) },
		out_s);
}

bool
moment_parse(struct str text, int64_t *out_s)
{
	return parse_basic(text, out_s) || parse_http(text, out_s);
}

void
moment_render(int64_t s, char out[MOMENT_CHARS + 1])
{
	struct tm tm = { 0 };
	time_t t = (time_t)s;

	/* strftime() writes the year 999 with three digits. */
	if (gmtime_r(&t, &tm) == NULL ||
		snprintf(out, MOMENT_CHARS + 1, "%04d%02d%02dT%02d%02d%02dZ", tm.tm_year + 1900, tm.tm_mon + 1,
			tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec) != MOMENT_CHARS)
		(void)snprintf(out, MOMENT_CHARS + 1, "%s", "out of range");
}
