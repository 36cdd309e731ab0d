#include "cli/marks.h"

#include <stdlib.h>
#include <string.h>

#include "base/attributes.h"

/* The first that is set and not empty counts (POSIX, 8.2). */
bool
marks_utf8(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		const char *locale = getenv(names[i]);
		if (locale != NULL && locale[0] != '\0')
			return strcasestr(locale, "utf-8") != NULL || strcasestr(locale, "utf8") != NULL;
	}
	return false;
}

static const char *
choose(bool ascii, const char *sign, const char *letters)
{
	return !ascii && marks_utf8() ? sign : letters;
}

const char *
marks_tick(bool ascii)
{
	return choose(ascii, "\u2713 ", "ok");
}

const char *
marks_cross(bool ascii)
{
	return choose(ascii, "\u2717 ", "NO");
}

const char *
marks_open(bool ascii)
{
	return choose(ascii, "\u2013 ", "--");
}

const char *
marks_branch(bool ascii)
{
	return choose(ascii, "\u2514\u2500 ", "`- ");
}
