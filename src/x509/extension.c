#include "x509/extension.h"

#include "x509/der.h"
#include "x509/oid.h"

#define ACCESS_METHOD_OCSP "1.3.6.1.5.5.7.48.1"

enum {
	KEY_USAGE_BITS = 9,
	EXTENSION_MAX_USAGES = 1000, /* key purposes, or places to get information; real ones have up to five */
};

typedef bool extension_reader(struct certificate *certificate, struct der value, struct arena *arena, const char **why);

static bool
key_usage_read(struct certificate *certificate, struct der value, struct arena *arena, const char **why)
{
	struct der_item bits;

	(void)arena;
	(void)why;
	if (!der_take(&value, DER_BIT_STRING, &bits) || !der_at_end(&value))
		return false;
	/* The first octet counts the unused bits at the end (X.690, 8.6.2). */
	if (bits.content.n == 0 || bits.content.p[0] > 7 || (bits.content.n == 1 && bits.content.p[0] != 0))
		return false;
	for (unsigned bit = 0; bit < KEY_USAGE_BITS && bit / 8 + 1 < bits.content.n; bit++)
		if ((bits.content.p[bit / 8 + 1] & 0x80U >> bit % 8) != 0)
			certificate->key_usage |= 1U << bit;
	certificate->has_key_usage = true;
	return true;
}

static bool
extended_key_usage_read(struct certificate *certificate, struct der value, struct arena *arena, const char **why)
{
	struct der oids;
	size_t count = 0;

	if (!der_enter(&value, DER_SEQUENCE, &oids) || !der_at_end(&value) || !der_count(oids, &count))
		return false;
	if (count > EXTENSION_MAX_USAGES) {
		*why = "it has more than 1000 extended key usages";
		return false;
	}
	struct str *usages = ARENA_ARRAY(arena, struct str, count);
	for (size_t i = 0; i < count; i++)
		if (!oid_take(&oids, arena, &usages[i], NULL))
			return false;
	certificate->has_extended_key_usage = true;
	certificate->extended_key_usage = usages;
	certificate->extended_key_usage_count = count;
	return true;
}

static bool
basic_constraints_read(struct certificate *certificate, struct der value, struct arena *arena, const char **why)
{
	struct der fields;
	struct der_item item;

	(void)arena;
	(void)why;
	if (!der_enter(&value, DER_SEQUENCE, &fields) || !der_at_end(&value))
		return false;
	/* FALSE is the default and should not be written, but often is, and means no harm. */
	if (der_take(&fields, DER_BOOLEAN, &item) && !der_boolean(item.content, &certificate->is_ca))
		return false;
	if (der_take(&fields, DER_INTEGER, &item) && !der_small_number(item.content, &certificate->path_length))
		return false;
	certificate->has_basic_constraints = true;
	return der_at_end(&fields);
}

static bool
names_read(struct certificate *certificate, struct der value, struct arena *arena, const char **why)
{
	return general_names_read(value, arena, &certificate->names, &certificate->name_count, why);
}

/* RFC 5280, 4.2.2.1: of all it may tell, only where OCSP is answered. */
static bool
information_access_read(struct certificate *certificate, struct der value, struct arena *arena, const char **why)
{
	struct der descriptions;
	size_t count = 0;

	if (!der_enter(&value, DER_SEQUENCE, &descriptions) || !der_at_end(&value) || !der_count(descriptions, &count))
		return false;
	if (count > EXTENSION_MAX_USAGES) {
		*why = "it has more than 1000 places of authority information";
		return false;
	}
	struct str *urls = ARENA_ARRAY(arena, struct str, count);
	size_t n = 0;
	while (!der_at_end(&descriptions)) {
		struct der description;
		struct str method;
		struct der_item item;
		struct general_name place;
		if (!der_enter(&descriptions, DER_SEQUENCE, &description) ||
			!oid_take(&description, arena, &method, NULL))
			return false;
		if (!der_next(&description, &item) || !der_at_end(&description) ||
			!general_name_read(&item, arena, &place))
			return false;
		if (str_is(method, ACCESS_METHOD_OCSP) && place.kind == GENERAL_NAME_URI)
			urls[n++] = place.text;
	}
	certificate->ocsp_urls = urls;
	certificate->ocsp_url_count = n;
	return true;
}

static bool
extension_take(struct der *list, struct arena *arena, struct certificate_extension *out)
{
	struct der fields;
	struct der_item item;

	if (!der_enter(list, DER_SEQUENCE, &fields) || !oid_take(&fields, arena, &out->oid, NULL))
		return false;
	if (der_take(&fields, DER_BOOLEAN, &item) && !der_boolean(item.content, &out->critical))
		return false;
	if (!der_take(&fields, DER_OCTET_STRING, &item) || !der_at_end(&fields))
		return false;
	out->value = item.content;
	return true;
}

bool
extension_list_read(struct der outer, struct arena *arena, const struct certificate_extension **out, size_t *count,
	const char **why)
{
	struct der list;
	size_t n = 0;

	*why = "its extensions are malformed";
	if (!der_enter(&outer, DER_SEQUENCE, &list) || !der_at_end(&outer) || !der_count(list, &n))
		return false;
	*why = "it has more than 100 extensions";
	if (n > CERTIFICATE_MAX_EXTENSIONS)
		return false;
	*why = "one of its extensions is malformed";
	struct certificate_extension *extensions = ARENA_ARRAY(arena, struct certificate_extension, n);
	for (size_t i = 0; i < n; i++)
		if (!extension_take(&list, arena, &extensions[i]))
			return false;
	*out = extensions;
	*count = n;
	return true;
}

bool
extension_is_repeated(const struct certificate_extension *extensions, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (str_equal(extensions[i].oid, extensions[index].oid))
			return true;
	return false;
}

static const struct {
	const char *oid;
	extension_reader *read;
	const char *malformed;
} readers[] = {
	{ EXTENSION_KEY_USAGE, key_usage_read, "its keyUsage extension is malformed" },
	{ EXTENSION_SUBJECT_ALTERNATIVE_NAME, names_read, "its subjectAltName extension is malformed" },
	{ EXTENSION_BASIC_CONSTRAINTS, basic_constraints_read, "its basicConstraints extension is malformed" },
	{ EXTENSION_EXTENDED_KEY_USAGE, extended_key_usage_read, "its extendedKeyUsage extension is malformed" },
	{ EXTENSION_AUTHORITY_INFORMATION_ACCESS, information_access_read,
		"its authorityInfoAccess extension is malformed" },
};

bool
extension_read(struct certificate *certificate, size_t index, struct arena *arena, const char **why)
{
	const struct certificate_extension *extension = &certificate->extensions[index];

	for (size_t i = 0; i < ARRAY_COUNT(readers); i++) {
		if (!str_is(extension->oid, readers[i].oid))
			continue;
		*why = readers[i].malformed;
		return readers[i].read(certificate, der_of(extension->value), arena, why);
	}
	return true;
}
