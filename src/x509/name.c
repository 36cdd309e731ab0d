#include "x509/name.h"

#include <string.h>

#include "base/base64.h"
#include "base/buffer.h"
#include "x509/der.h"
#include "x509/oid.h"
#include "x509/text.h"

static bool
attribute_read(struct der *set, struct arena *arena, struct name_attribute *out)
{
	struct der pair;
	struct der_item value;
	const char *flaw = NULL;

	if (!der_enter(set, DER_SEQUENCE, &pair) || !oid_take(&pair, arena, &out->oid, &out->short_name) ||
		!der_next(&pair, &value) || !der_at_end(&pair))
		return false;
	out->der = value.whole;
	out->value = text_read(value.tag, value.content, arena, &flaw);
	out->flaw = flaw;
	return true;
}

/* How many attributes the relative names hold, all together. */
static bool
attributes_count(struct der rdns, size_t *out)
{
	size_t total = 0;

	while (!der_at_end(&rdns)) {
		struct der set;
		size_t n = 0;
		if (!der_enter(&rdns, DER_SET, &set) || !der_count(set, &n) || n == 0)
			return false;
		total += n;
	}
	*out = total;
	return true;
}

bool
name_parse(struct bytes der, struct arena *arena, struct name *out)
{
	struct der outer = der_of(der);
	struct der rdns;
	size_t count = 0;

	if (!der_enter(&outer, DER_SEQUENCE, &rdns) || !der_at_end(&outer) || !attributes_count(rdns, &count))
		return false;
	struct name_attribute *attributes = ARENA_ARRAY(arena, struct name_attribute, count);
	size_t n = 0;
	while (!der_at_end(&rdns)) {
		struct der set;
		if (!der_enter(&rdns, DER_SET, &set))
			return false;
		for (bool first = true; !der_at_end(&set); first = false) {
			if (!attribute_read(&set, arena, &attributes[n]))
				return false;
			attributes[n++].continues_rdn = !first;
		}
	}
	*out = (struct name){ attributes, n };
	return true;
}

/* RFC 4514, 2.4. */
static void
escaped_put(struct buffer *out, struct str value)
{
	for (size_t i = 0; i < value.n; i++) {
		char c = value.p[i];
		bool edge_space = c == ' ' && (i == 0 || i + 1 == value.n);
		if (edge_space || (c == '#' && i == 0) || (c != '\0' && strchr("\"+,;<>\\", c) != NULL))
			buffer_put_char(out, '\\');
		buffer_put_char(out, c);
	}
}

struct str
name_render(const struct name *name, struct arena *arena)
{
	struct buffer out = { 0 };

	buffer_put(&out, "", 0);
	for (size_t i = 0; i < name->n; i++) {
		const struct name_attribute *attribute = &name->attributes[i];
		bool plain = attribute->short_name != NULL && attribute->value.p != NULL;

		if (i > 0)
			buffer_put_char(&out, ',');
		if (attribute->short_name != NULL)
			buffer_put_cstr(&out, attribute->short_name);
		else
			buffer_put_str(&out, attribute->oid);
		buffer_put_cstr(&out, plain ? "=" : "=#");
		if (plain)
			escaped_put(&out, attribute->value);
		else
			hex_encode(&out, attribute->der, '\0');
	}
	struct str text = arena_str(arena, buffer_str(&out));
	buffer_done(&out);
	return text;
}

struct str
name_get(const struct name *name, const char *oid)
{
	for (size_t i = name->n; i > 0; i--)
		if (str_is(name->attributes[i - 1].oid, oid) && name->attributes[i - 1].value.p != NULL)
			return name->attributes[i - 1].value;
	return (struct str){ 0 };
}

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* RFC 5280, 7.1, as far as everybody goes: case of ASCII and white space. Returns what was written. */
static size_t
value_canonical(struct str value, char *to)
{
	size_t n = 0;

	for (size_t i = 0; i < value.n; i++) {
		char c = value.p[i];
		if (is_space(c) && (n == 0 || to[n - 1] == ' '))
			continue;
		to[n++] = is_space(c) ? ' ' : (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
	}
	return n > 0 && to[n - 1] == ' ' ? n - 1 : n;
}

/* Each attribute: does it continue its RDN, is it text; then type and value, each with its length before it, so that no
 * two names share their octets. */
struct bytes
name_canonical(const struct name *name, struct arena *arena)
{
	enum { PREFIX = 2 + 2 * sizeof(uint32_t) };
	size_t room = 0;
	size_t n = 0;

	for (size_t i = 0; i < name->n; i++)
		room += PREFIX + name->attributes[i].oid.n + name->attributes[i].value.n + name->attributes[i].der.n;
	char *to = arena_alloc(arena, room);
	for (size_t i = 0; i < name->n; i++) {
		const struct name_attribute *attribute = &name->attributes[i];
		bool text = attribute->value.p != NULL;
		char *prefix = to + n;

		memcpy(prefix + PREFIX, attribute->oid.p, attribute->oid.n);
		n += PREFIX + attribute->oid.n;
		size_t length = attribute->der.n;
		if (text)
			length = value_canonical(attribute->value, to + n);
		else
			memcpy(to + n, attribute->der.p, length);
		n += length;

		uint32_t lengths[] = { (uint32_t)attribute->oid.n, (uint32_t)length };
		prefix[0] = (char)attribute->continues_rdn;
		prefix[1] = (char)text;
		memcpy(prefix + 2, lengths, sizeof lengths);
	}
	return (struct bytes){ (const uint8_t *)to, n };
}

bool
name_equal(struct bytes a_der, struct bytes b_der)
{
	struct arena arena = { 0 };
	struct name a;
	struct name b;

	/* The same octets are the same name: so it is nearly always. */
	if (bytes_equal(a_der, b_der))
		return true;
	bool equal = name_parse(a_der, &arena, &a) && name_parse(b_der, &arena, &b) && a.n == b.n &&
		     bytes_equal(name_canonical(&a, &arena), name_canonical(&b, &arena));
	arena_done(&arena);
	return equal;
}
