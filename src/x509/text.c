#include "x509/text.h"

#include <string.h>

#include "base/buffer.h"
#include "x509/der.h"

static const char flaw_nul[] = "holds a NUL character";
static const char flaw_charset[] = "holds a character that its string type does not have";
static const char flaw_malformed[] = "is not well-formed text of its string type";

static void
code_point_put(struct buffer *out, uint32_t c)
{
	if (c < 0x80) {
		buffer_put_char(out, (char)c);
	} else if (c < 0x800) {
		buffer_put(out, (char[]){ (char)(0xc0 | c >> 6), (char)(0x80 | (c & 63)) }, 2);
	} else if (c < 0x10000) {
		buffer_put(out,
			(char[]){ (char)(0xe0 | c >> 12), (char)(0x80 | (c >> 6 & 63)), (char)(0x80 | (c & 63)) }, 3);
	} else {
		buffer_put(out,
			(char[]){ (char)(0xf0 | c >> 18), (char)(0x80 | (c >> 12 & 63)), (char)(0x80 | (c >> 6 & 63)),
				(char)(0x80 | (c & 63)) },
			4);
	}
}

/* Content of `width` octets a character, big-endian. UTF-16's surrogates are no characters of a BMPString. */
static struct str
wide_read(struct bytes content, size_t width, struct arena *arena, const char **flaw)
{
	struct buffer out = { 0 };
	bool malformed = content.n % width != 0;

	buffer_put(&out, "", 0);
	for (size_t i = 0; !malformed && i < content.n; i += width) {
		uint32_t c = 0;
		for (size_t k = 0; k < width; k++)
			c = c << 8 | content.p[i + k];
		malformed = c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff);
		if (c == 0)
			*flaw = flaw_nul;
		if (!malformed)
			code_point_put(&out, c == 0 ? 0xfffd : c);
	}
	struct str text = malformed ? (struct str){ 0 } : arena_str(arena, buffer_str(&out));
	buffer_done(&out);
	if (malformed)
		*flaw = flaw_malformed;
	return text;
}

/* One octet a character; `utf8` when the content is UTF-8, whatever its tag says. */
static struct str
narrow_read(struct bytes content, bool utf8, struct arena *arena)
{
	struct buffer out = { 0 };

	for (size_t i = 0; i < content.n; i++) {
		if (content.p[i] == 0)
			code_point_put(&out, 0xfffd);
		else if (utf8)
			buffer_put_char(&out, (char)content.p[i]);
		else
			code_point_put(&out, content.p[i]);
	}
	struct str text = arena_str(arena, buffer_str(&out));
	buffer_done(&out);
	return text;
}

/* A NUL, or an octet beyond ASCII? */
static void
octets_scan(struct bytes content, bool *nul, bool *high)
{
	for (size_t i = 0; i < content.n; i++) {
		*nul |= content.p[i] == 0;
		*high |= content.p[i] >= 0x80;
	}
}

struct str
text_read(unsigned tag, struct bytes content, struct arena *arena, const char **flaw)
{
	bool nul = false;
	bool high = false;

	switch (tag) {
	case DER_BMP_STRING:
		return wide_read(content, 2, arena, flaw);
	case DER_UNIVERSAL_STRING:
		return wide_read(content, 4, arena, flaw);
	case DER_UTF8_STRING:
	case DER_T61_STRING:
	case DER_IA5_STRING:
	case DER_PRINTABLE_STRING:
	case DER_NUMERIC_STRING:
	case DER_VISIBLE_STRING:
		break;
	default:
		return (struct str){ 0 };
	}

	octets_scan(content, &nul, &high);
	struct str text = str_of_bytes(content);
	bool utf8 = !high || utf8_valid(text);
	if (tag == DER_UTF8_STRING && !utf8) {
		*flaw = flaw_malformed;
		return (struct str){ 0 };
	}
	/* T61String has an alphabet of its own that nobody used: its octets are Latin-1 in practice. */
	if (tag == DER_T61_STRING)
		utf8 = !high;
	else if (high && tag != DER_UTF8_STRING)
		*flaw = flaw_charset;
	if (nul)
		*flaw = flaw_nul;
	return nul || !utf8 ? narrow_read(content, utf8, arena) : text;
}
