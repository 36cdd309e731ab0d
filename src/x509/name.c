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

/* The next character that counts, as RFC 5280, 7.1 compares names as far as everybody goes: ASCII without case, white
 * space in a row as one space and none at the ends; -1 at the end. */
static int
canonical_next(struct str *rest, bool *started)
{
	size_t spaces = 0;

	while (spaces < rest->n && is_space(rest->p[spaces]))
		spaces++;
	*rest = (struct str){ rest->p + spaces, rest->n - spaces };
	if (rest->n == 0)
		return -1;
	if (spaces > 0 && *started)
		return ' ';
	*started = true;
	int c = (unsigned char)rest->p[0];
	*rest = (struct str){ rest->p + 1, rest->n - 1 };
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

static bool
values_equal(struct str a, struct str b)
{
	bool a_started = false;
	bool b_started = false;

	if (str_equal(a, b))
		return true;
	for (;;) {
		int c = canonical_next(&a, &a_started);
		if (c != canonical_next(&b, &b_started))
			return false;
		if (c < 0)
			return true;
	}
}

bool
name_equal_parsed(const struct name *a, const struct name *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		const struct name_attribute *x = &a->attributes[i];
		const struct name_attribute *y = &b->attributes[i];
		if (x->continues_rdn != y->continues_rdn || !str_equal(x->oid, y->oid) ||
			(x->value.p == NULL) != (y->value.p == NULL))
			return false;
		if (x->value.p == NULL ? !bytes_equal(x->der, y->der) : !values_equal(x->value, y->value))
			return false;
	}
	return true;
}

bool
name_equal(struct bytes a_der, struct bytes b_der)
{
	struct arena arena = { 0 };
	struct name a;
	struct name b;

	if (bytes_equal(a_der, b_der))
		return true;
	bool equal = name_parse(a_der, &arena, &a) && name_parse(b_der, &arena, &b) && name_equal_parsed(&a, &b);
	arena_done(&arena);
	return equal;
}
