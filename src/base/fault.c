#include "base/fault.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"

/* Appends at the end of `text` and repairs a character that the size cut in half. */
static void append(char *text, size_t size, const char *format, va_list args) PRINTF_LIKE(3, 0);

static void
append(char *text, size_t size, const char *format, va_list args)
{
	size_t used = strlen(text);
	int n = vsnprintf(text + used, size - used, format, args);

	if (n >= 0 && (size_t)n >= size - used) {
		size_t last = size - 1;
		while (last > 0 && ((unsigned char)text[last - 1] & 0xc0) == 0x80)
			last--;
		if (last > 0 && (unsigned char)text[last - 1] >= 0xc0)
			last--;
		if (!utf8_valid((struct str){ text, strlen(text) }))
			text[last] = '\0';
	}
}

bool
fault_set_at(struct fault *fault, enum fault_code code, const char *where, const char *format, ...)
{
	va_list args;

	fault->code = code;
	fault->say[0] = '\0';
	fault->log[0] = '\0';
	fault->where = where;
	fault->rule = 0;
	va_start(args, format);
	append(fault->say, sizeof fault->say, format, args);
	va_end(args);
	return false;
}

bool
fault_say_more(struct fault *fault, const char *format, ...)
{
	size_t used = strlen(fault->say);
	va_list args;

	if (used > 0 && used + 2 < sizeof fault->say) {
		fault->say[used] = ' ';
		fault->say[used + 1] = '\0';
	}
	va_start(args, format);
	append(fault->say, sizeof fault->say, format, args);
	va_end(args);
	return false;
}

bool
fault_log(struct fault *fault, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	append(fault->log, sizeof fault->log, format, args);
	va_end(args);
	return false;
}
