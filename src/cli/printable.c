#include "cli/printable.h"

#include "base/buffer.h"
#include "cli/unicode.h"

static bool
is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x061c || c == 0x200e || c == 0x200f ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

struct str
printable(struct str text, struct arena *arena)
{
	struct buffer out = { 0 };
	bool utf8 = utf8_valid(text);
	bool clean = utf8;

	for (size_t i = 0; i < text.n;) {
		uint32_t c = (uint8_t)text.p[i];
		size_t n = utf8 ? unicode_decode((struct str){ text.p + i, text.n - i }, &c) : 1;
		bool shown = !is_control(c) && (utf8 || c < 0x80);
		if (shown)
			buffer_put(&out, text.p + i, n);
		else
			buffer_printf(&out, c < 0x100 ? "\\x%02x" : "\\u%04x", (unsigned)c);
		clean &= shown;
		i += n;
	}
	struct str result = text.p == NULL ? STR("") : clean ? text : arena_str(arena, buffer_str(&out));
	buffer_done(&out);
	return result;
}
