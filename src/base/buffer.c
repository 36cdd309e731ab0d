#include "base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum {
	BUFFER_FIRST_ROOM = 256,
	BUFFER_BRIEF = 64, /* room that one formatted text mostly needs */
};

/* Makes room for n more bytes and a NUL; what was written moves and the old place is wiped. */
static void
reserve(struct buffer *buffer, size_t n)
{
	if (buffer->room - buffer->n > n)
		return;
	size_t room = buffer->room > 0 ? buffer->room : BUFFER_FIRST_ROOM;
	while (room - buffer->n <= n) {
		if (room > SIZE_MAX / 2)
			memory_exhausted(n);
		room *= 2;
	}
	char *grown = memory_take(room);
	if (buffer->n > 0) {
		memcpy(grown, buffer->p, buffer->n);
		memory_wipe(buffer->p, buffer->n);
	}
	free(buffer->p);
	buffer->p = grown;
	buffer->room = room;
}

void
buffer_put(struct buffer *buffer, const void *p, size_t n)
{
	reserve(buffer, n);
	if (n > 0)
		memcpy(buffer->p + buffer->n, p, n);
	buffer->n += n;
	buffer->p[buffer->n] = '\0';
}

void
buffer_put_str(struct buffer *buffer, struct str s)
{
	buffer_put(buffer, s.p, s.n);
}

void
buffer_put_cstr(struct buffer *buffer, const char *s)
{
	buffer_put(buffer, s, strlen(s));
}

void
buffer_put_char(struct buffer *buffer, char c)
{
	buffer_put(buffer, &c, 1);
}

void
buffer_printf(struct buffer *buffer, const char *format, ...)
{
	va_list args;

	reserve(buffer, BUFFER_BRIEF);
	size_t room = buffer->room - buffer->n;
	va_start(args, format);
	int n = vsnprintf(buffer->p + buffer->n, room, format, args);
	va_end(args);
	if (n < 0)
		return;
	if ((size_t)n >= room) {
		reserve(buffer, (size_t)n);
		va_start(args, format);
		(void)vsnprintf(buffer->p + buffer->n, (size_t)n + 1, format, args);
		va_end(args);
	}
	buffer->n += (size_t)n;
}

/* The bytes from `s` on that need no escape and are whole ASCII or part of valid UTF-8 checked beforehand. */
static size_t
plain_run(struct str s)
{
	size_t n = 0;

	while (n < s.n && (uint8_t)s.p[n] >= 0x20 && s.p[n] != '"' && s.p[n] != '\\' && (uint8_t)s.p[n] < 0x7f)
		n++;
	return n;
}

static void
put_escaped(struct buffer *buffer, uint8_t c)
{
	switch (c) {
	case '"':
		buffer_put_cstr(buffer, "\\\"");
		break;
	case '\\':
		buffer_put_cstr(buffer, "\\\\");
		break;
	case '\n':
		buffer_put_cstr(buffer, "\\n");
		break;
	case '\r':
		buffer_put_cstr(buffer, "\\r");
		break;
	case '\t':
		buffer_put_cstr(buffer, "\\t");
		break;
	default:
		buffer_printf(buffer, "\\u%04x", c);
	}
}

void
buffer_put_json_string(struct buffer *buffer, struct str s)
{
	buffer_put_char(buffer, '"');
	while (s.n > 0) {
		size_t n = plain_run(s);
		buffer_put(buffer, s.p, n);
		s = (struct str){ s.p + n, s.n - n };
		if (s.n == 0)
			break;
		uint8_t c = (uint8_t)s.p[0];
		size_t used = 1;
		if (c < 0x80) {
			put_escaped(buffer, c);
		} else {
			used = s.n;
			for (size_t length = 2; length <= 4 && length <= s.n; length++) {
				if (utf8_valid((struct str){ s.p, length })) {
					used = length;
					break;
				}
			}
			if (used <= 4 && utf8_valid((struct str){ s.p, used })) {
				buffer_put(buffer, s.p, used);
			} else {
				used = 1;
				buffer_put_cstr(buffer, "\xef\xbf\xbd");
			}
		}
		s = (struct str){ s.p + used, s.n - used };
	}
	buffer_put_char(buffer, '"');
}

struct str
buffer_str(const struct buffer *buffer)
{
	return (struct str){ buffer->p != NULL ? buffer->p : "", buffer->n };
}

void
buffer_reset(struct buffer *buffer)
{
	if (buffer->p != NULL)
		memory_wipe(buffer->p, buffer->n);
	buffer->n = 0;
}

void
buffer_done(struct buffer *buffer)
{
	buffer_reset(buffer);
	free(buffer->p);
	*buffer = (struct buffer){ 0 };
}
