#include "cli/moment.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* 0001-01-01 and the end of 9999, in seconds: what Python's datetime, and so the AWS CLI, can hold. */
#define MOMENT_MIN_S (-62135596800.0)
#define MOMENT_MAX_S 253402300799.0

bool
moment_print(struct str seconds, struct arena *arena, struct str *out)
{
	const char *text = arena_cstr(arena, seconds);
	char *end;
	struct tm tm;

	if (text == NULL)
		return false;
	double value = strtod(text, &end);
	if (!isfinite(value) || end == text || *end != '\0' || value < MOMENT_MIN_S || value > MOMENT_MAX_S)
		return false;
	int64_t us = (int64_t)(value * 1e6 + (value < 0 ? -0.5 : 0.5));
	time_t whole = (time_t)(us / 1000000 - (us % 1000000 < 0));
	int fraction = (int)(us - (int64_t)whole * 1000000);
	if (localtime_r(&whole, &tm) == NULL)
		return false;
	long offset = labs(tm.tm_gmtoff);
	struct str point = fraction != 0 ? arena_printf(arena, ".%06d", fraction) : STR("");
	*out = arena_printf(arena, "%04d-%02d-%02dT%02d:%02d:%02d%.*s%c%02ld:%02ld", tm.tm_year + 1900, tm.tm_mon + 1,
		tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, STR_ARG(point), tm.tm_gmtoff < 0 ? '-' : '+',
		offset / 3600, offset / 60 % 60);
	return true;
}

static bool
is_number(struct str text)
{
	size_t digits = 0;
	size_t points = 0;

	for (size_t i = text.n > 0 && text.p[0] == '-'; i < text.n; i++) {
		digits += text.p[i] >= '0' && text.p[i] <= '9';
		points += text.p[i] == '.';
	}
	return digits > 0 && points <= 1 && digits + points + (text.p[0] == '-') == text.n &&
	       text.p[text.n - 1] != '.' && text.p[text.p[0] == '-'] != '.';
}

/* "", "Z", "+01:00", "-0530": false for anything else; *local for "". */
static bool
read_zone(const char *text, bool *local, int *offset_s)
{
	int hours, minutes, used = 0;

	*local = text[0] == '\0';
	*offset_s = 0;
	if (*local || strcmp(text, "Z") == 0)
		return true;
	if (text[0] != '+' && text[0] != '-')
		return false;
	if ((sscanf(text + 1, "%2d:%2d%n", &hours, &minutes, &used) != 2 &&
		    sscanf(text + 1, "%2d%2d%n", &hours, &minutes, &used) != 2) ||
		text[1 + used] != '\0' || hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
		return false;
	*offset_s = (hours * 60 + minutes) * (text[0] == '-' ? -60 : 60);
	return true;
}

/* The clock of a day: "T08:05", seconds and fraction optional. *text moves behind it. */
static bool
read_clock(const char **text, struct tm *tm, int *ms)
{
	int used = 0;

	if ((**text != 'T' && **text != ' ') || sscanf(*text + 1, "%2d:%2d%n", &tm->tm_hour, &tm->tm_min, &used) != 2)
		return false;
	*text += 1 + used;
	if (**text == ':') {
		if (sscanf(*text, ":%2d%n", &tm->tm_sec, &used) != 1)
			return false;
		*text += used;
	}
	if (**text == '.') {
		int weight = 100;
		size_t digits = strspn(*text + 1, "0123456789");
		if (digits == 0)
			return false;
		for (size_t i = 1; i <= digits; i++, weight /= 10)
			*ms += ((*text)[i] - '0') * weight;
		*text += 1 + digits;
	}
	return tm->tm_hour >= 0 && tm->tm_hour < 24 && tm->tm_min >= 0 && tm->tm_min < 60 && tm->tm_sec >= 0 &&
	       tm->tm_sec < 61;
}

bool
moment_read(struct str text, struct arena *arena, struct str *out)
{
	const char *rest = arena_cstr(arena, text);
	struct tm tm = { .tm_isdst = -1 };
	int used = 0;
	int ms = 0;
	int offset_s;
	bool local;

	if (rest == NULL || strlen(rest) != text.n || text.n == 0)
		return false;
	if (is_number(text)) {
		*out = text;
		return true;
	}
	if (sscanf(rest, "%4d-%2d-%2d%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &used) != 3 || used != 10)
		return false;
	int month = tm.tm_mon - 1;
	int day = tm.tm_mday;
	rest += used;
	if (*rest != '\0' && !read_clock(&rest, &tm, &ms))
		return false;
	if (!read_zone(rest, &local, &offset_s))
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	time_t seconds = local ? mktime(&tm) : timegm(&tm);
	/* The calendar has no 30th of February: both functions would silently move on to March. */
	if (tm.tm_mon != month || tm.tm_mday != day)
		return false;
	*out = ms != 0 ? arena_printf(arena, "%lld.%03d", (long long)seconds - offset_s, ms)
		       : arena_printf(arena, "%lld", (long long)seconds - offset_s);
	return true;
}

bool
moment_read_ms(struct str text, struct arena *arena, int64_t *out)
{
	struct str seconds;

	if (!moment_read(text, arena, &seconds))
		return false;
	double value = strtod(arena_cstr(arena, seconds), NULL);
	if (value < MOMENT_MIN_S || value > MOMENT_MAX_S)
		return false;
	*out = (int64_t)(value * 1000 + (value < 0 ? -0.5 : 0.5));
	return true;
}
