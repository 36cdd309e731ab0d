#include "wire/caching.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/attributes.h"

enum { SECOND_MS = 1000 };

/* Names of days and months are English whatever the locale: the daemon never sets one. */
void
caching_render_date(int64_t ms, char out[CACHING_DATE_BYTES])
{
	time_t seconds = (time_t)(ms / SECOND_MS);
	struct tm parts;

	(void)gmtime_r(&seconds, &parts);
	(void)strftime(out, CACHING_DATE_BYTES, "%a, %d %b %Y %H:%M:%S GMT", &parts);
}

bool
caching_read_date(struct str text, int64_t *ms)
{
	static const char *const forms[] = { "%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT",
		"%a %b %e %H:%M:%S %Y" };
	char copy[CACHING_DATE_BYTES];

	if (text.p == NULL || text.n >= sizeof copy || memchr(text.p, '\0', text.n) != NULL)
		return false;
	(void)snprintf(copy, sizeof copy, "%.*s", STR_ARG(text));
	for (size_t i = 0; i < ARRAY_COUNT(forms); i++) {
		struct tm parts = { 0 };
		const char *end = strptime(copy, forms[i], &parts);
		if (end == NULL || *end != '\0')
			continue;
		*ms = (int64_t)timegm(&parts) * SECOND_MS;
		return true;
	}
	return false;
}

/* RFC 9110, 8.8.3.2: the weak comparison, which is If-None-Match's. */
static bool
tag_is(struct str given, const char *tag)
{
	if (str_starts_with(given, STR("W/")))
		given = (struct str){ given.p + 2, given.n - 2 };
	return str_is(given, tag);
}

/* A list of tags, or "*". Our own tags hold no comma, so cutting at commas finds them. */
static bool
tags_name(struct str list, const char *tag)
{
	bool more = true;

	while (more) {
		struct str one;
		more = str_cut(&list, ',', &one);
		one = str_trim(one);
		if (str_is(one, "*") || tag_is(one, tag))
			return true;
	}
	return false;
}

bool
caching_is_fresh(struct str none_match, struct str modified_since, const char *tag, int64_t modified_ms)
{
	int64_t since_ms;

	if (none_match.p != NULL)
		return tags_name(none_match, tag);
	return caching_read_date(modified_since, &since_ms) && modified_ms / SECOND_MS <= since_ms / SECOND_MS;
}
